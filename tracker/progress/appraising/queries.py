"""Reads of what an appraiser works through: the sheets that wait, everything of one, and how long what was decided had
waited. Who may see it is a condition passed in, on Report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.core.db.database import Condition
from tracker.core.db.sorting import code_key
from tracker.programmes.models import Period, Programme
from tracker.progress.appraising.waits import Days
from tracker.progress.models import STANDS, Decision, Evidence, Report, Revision
from tracker.progress.queries import ReportSlot
from tracker.progress.states import ReportState
from tracker.rule.facts import ReportKind


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """What waits of one body for one period (none: completions)."""

    agency: Agency
    period_code: str | None
    days: Sequence[Days]

    @property
    def code(self) -> str:
        """How the period stands in an address."""
        return self.period_code or str(ReportKind.COMPLETION)

    @property
    def count(self) -> int:
        """How many reports of it wait."""
        return sum(one.count for one in self.days)

    @property
    def since(self) -> date:
        """The day on which the first of them was sent."""
        return min(one.sent_on for one in self.days)


def sheets_waiting(session: Session, visible: Condition) -> list[WaitingSheet]:
    """Every sheet of which something waits, the oldest first. One statement, a row for each day of sending."""
    kind = (Agency, Period.code)
    rows = session.execute(
        sa.select(*kind, Report.programme_id, Report.sent_on, sa.func.count())
        .select_from(Report)
        .join(Agency, Agency.id == Report.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .where(Report.state == ReportState.SENT, visible)
        .group_by(Agency.id, Period.code, Report.programme_id, Report.sent_on)
    )
    found: dict[tuple[int, str | None], tuple[Agency, list[Days]]] = {}
    for agency, code, programme_id, sent_on, count in rows:
        found.setdefault((agency.id, code), (agency, []))[1].append(Days(programme_id, sent_on, None, count))
    sheets = [WaitingSheet(agency, code, days) for (_id, code), (agency, days) in found.items()]
    return sorted(sheets, key=lambda one: (one.since, one.agency.sort_key, one.period_code or ""))


def waiting_days(session: Session, visible: Condition) -> list[Days]:
    """How many reports wait, by the day on which they were sent."""
    rows = session.execute(
        sa.select(Report.programme_id, Report.sent_on, sa.func.count())
        .where(Report.state == ReportState.SENT, visible)
        .group_by(Report.programme_id, Report.sent_on)
    )
    return [Days(programme_id, sent_on, None, count) for programme_id, sent_on, count in rows]


def decided_days(session: Session, visible: Condition, since: date) -> list[Days]:
    """How many reports were decided since a day, by the days on which they were sent and decided. A row for each pair
    of days, however many reports there are; what was taken back, recalled or reopened is no decision."""
    decided = (ReportState.ACCEPTED, ReportState.RETURNED)
    rows = session.execute(
        sa.select(Report.programme_id, Revision.submitted_on, Decision.decided_on, sa.func.count())
        .select_from(Decision)
        .join(Revision, Revision.id == Decision.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .where(Decision.decided_on >= since, Decision.outcome.in_(decided), STANDS, visible)
        .group_by(Report.programme_id, Revision.submitted_on, Decision.decided_on)
    )
    return [Days(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Sent:
    """A report of a sheet, with the revision that was sent last."""

    report: Report
    slot: ReportSlot
    revision: Revision


_SENT = (
    sa.select(Report, Target, Agency, Programme, Commitment, Period, Revision)
    .join(Target, Target.id == Report.target_id)
    .join(Agency, Agency.id == Report.agency_id)
    .join(Programme, Programme.id == Report.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Period, Period.id == Report.period_id, isouter=True)
    .join(Revision, Revision.report_id == Report.id)
)


def sheet(session: Session, visible: Condition, agency_id: int, period_code: str | None) -> list[Sent]:
    """Every report of a body for one period (none: completions), whatever was decided on it, by domain and code. One
    statement."""
    newer = aliased(Revision)
    later = sa.exists().where(newer.report_id == Revision.report_id, newer.seq > Revision.seq)
    place = Report.kind == ReportKind.COMPLETION if period_code is None else Period.code == period_code
    rows = session.execute(_SENT.where(Report.agency_id == agency_id, place, ~later, visible))
    return sorted(map(_sent, rows), key=_place)


def sent_by(session: Session, revision_id: int) -> Sent | None:
    """The report that was sent by a revision, with it."""
    row = session.execute(_SENT.where(Revision.id == revision_id)).one_or_none()
    return None if row is None else _sent(row)


def _sent(row: Any) -> Sent:
    return Sent(row[0], ReportSlot(*row[1:6]), row[6])


def _place(one: Sent) -> tuple[Any, ...]:
    target = one.slot.target
    return target.domain, code_key(one.slot.programme.code, one.slot.commitment.number, target.code)


def came_back(session: Session, report_ids: Sequence[int]) -> dict[int, str]:
    """Why each of these reports came back the last time, of those that did. One statement."""
    returned = Decision.outcome.in_((ReportState.RETURNED, ReportState.REOPENED)), STANDS
    rows = session.execute(
        sa.select(Revision.report_id, Decision.reason)
        .join(Decision, Decision.revision_id == Revision.id)
        .where(Revision.report_id.in_(report_ids), *returned)
        .order_by(Decision.id)
    )
    return {report_id: reason or "" for report_id, reason in rows}


def evidence_of(session: Session, revision_ids: Sequence[int]) -> dict[int, list[Evidence]]:
    """The files of these revisions (a sheet of them), in the order in which they came."""
    found: dict[int, list[Evidence]] = {}
    mine = sa.select(Evidence).where(Evidence.revision_id.in_(revision_ids)).order_by(Evidence.id)
    for file in session.scalars(mine):
        found.setdefault(file.revision_id or 0, []).append(file)
    return found


def waiting_summary(session: Session, visible: Condition) -> tuple[int, date | None]:
    """How many reports wait for an appraiser, and the day on which the oldest of them was sent."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.min(Report.sent_on)).where(Report.state == ReportState.SENT, visible)
    ).one()
    return row[0], row[1]
