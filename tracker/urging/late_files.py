"""Late files that a body owes an apology for: of accepted reports on files that are settled in time, the whole less the
part; where a programme asks for apologies, from the day on from which it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Commitment, Target
from tracker.programmes.models import Period
from tracker.progress.models import STANDS, Decision, Report, Revision
from tracker.progress.states import ReportState
from tracker.urging import apologies
from tracker.urging.models import Letter


@dataclass(frozen=True, slots=True)
class LateFiles:
    """The late files of one accepted report."""

    report_id: int
    agency_id: int
    programme_id: int
    target_id: int
    token: str
    code: str
    title: dict[str, str]
    commitment: str
    period: str | None
    late: Decimal
    whole: Decimal
    accepted_on: date


def owed(session: Session, on: date) -> list[LateFiles]:
    """What no apology was asked for so far, the oldest first."""
    found = []
    asked = sa.exists().where(Letter.report_id == Report.id)
    for programme_id, rule in apologies.on_day(session, on).items():
        if rule.targets:
            of_it = (Report.programme_id == programme_id, Target.code.in_(rule.targets), ~asked)
            rows = _of(session, Decision.decided_on >= rule.since, *of_it)
            found += [one for one in rows if one.late > 0]
    return found


def of_report(session: Session, report_id: int) -> LateFiles | None:
    """Those of a report as it stands; none where no acceptance stands on it."""
    return next(iter(_of(session, Report.id == report_id)), None)


def _of(session: Session, *where: sa.ColumnElement[bool]) -> Sequence[LateFiles]:
    last = sa.select(sa.func.max(Revision.seq)).where(Revision.report_id == Report.id).correlate(Report)
    asked = (
        sa.select(Report, Target, Period.code.label("period"), Commitment.number, Revision, Decision)
        .join(Target, Target.id == Report.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .outerjoin(Period, Period.id == Report.period_id)
        .join(Revision, sa.and_(Revision.report_id == Report.id, Revision.seq == last.scalar_subquery()))
        .join(Decision, Decision.revision_id == Revision.id)
        .where(Report.state == ReportState.ACCEPTED, Decision.outcome == ReportState.ACCEPTED, STANDS, *where)
        .order_by(Decision.decided_on, Report.id, Decision.seq)
    )
    rows = {row.Report.id: row for row in session.execute(asked)}
    return [one for one in map(_told, rows.values()) if one is not None]


def _told(row: Any) -> LateFiles | None:
    named = row.Decision if row.Decision.numerator is not None else row.Revision
    if named.numerator is None or named.denominator is None:
        return None
    return LateFiles(
        report_id=row.Report.id,
        agency_id=row.Report.agency_id,
        programme_id=row.Report.programme_id,
        target_id=row.Target.id,
        token=row.Target.token,
        code=row.Target.code,
        title=row.Target.title,
        commitment=row.number,
        period=row.period,
        late=max(named.denominator - named.numerator, Decimal(0)),
        whole=named.denominator,
        accepted_on=row.Decision.decided_on,
    )
