"""What was decided on the reports of a body since an instant, or on some days: told to it on its first page and in the
next digest. What was taken back counts as never decided."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.offices import in_whose_name
from tracker.commitments.models import Target
from tracker.commitments.terms import words as target_words
from tracker.core.db.database import Condition
from tracker.core.languages import _, capital
from tracker.people.models import Person
from tracker.programmes.models import Period
from tracker.programmes.words import period_name
from tracker.progress.corrections.models import Correction, CorrectionEnd
from tracker.progress.models import STANDS, Decision, Report, Revision
from tracker.progress.states import ReportState

OF_OTHERS = (ReportState.ACCEPTED, ReportState.RETURNED, ReportState.REOPENED)  # not the body's own recall
REFUSED = "refused"  # a correction that was asked for; one that is granted is a reopening


def since(session: Session, agency_ids: Collection[int], at: datetime, most: int) -> Sequence[Any]:
    """Rows of `_rows` of these bodies since an instant, the latest first, at most so many. One statement."""
    of_bodies = (Report.agency_id.in_(agency_ids), Decision.decided_at > at)
    refused = (Correction.agency_id.in_(agency_ids), CorrectionEnd.ended_at > at)
    return _read(session, of_bodies, refused, most)


def on_days(session: Session, agency_ids: Collection[int], first: date, before: date, most: int) -> Sequence[Any]:
    """The same from one day until before another: what can no longer be taken back."""
    of_bodies = (Report.agency_id.in_(agency_ids), Decision.decided_on >= first, Decision.decided_on < before)
    refused = (Correction.agency_id.in_(agency_ids), CorrectionEnd.ended_on >= first, CorrectionEnd.ended_on < before)
    return _read(session, of_bodies, refused, most)


def between(session: Session, first: date, before: date, where: Sequence[Condition]) -> Sequence[Any]:
    """The same of all bodies, or of those that meet the conditions on Target; all there are."""
    decided = (Decision.decided_on >= first, Decision.decided_on < before)
    refused = (CorrectionEnd.ended_on >= first, CorrectionEnd.ended_on < before)
    return _read(session, decided, refused, None, where)


def sentence(row: Any) -> str:
    """What was decided: accepted, accepted with another figure, returned, opened again, correction refused."""
    if row.outcome == ReportState.ACCEPTED and (row.value, row.numerator) != (None, None):
        return _("accepted with another figure: %(figure)s", figure=target_words.figure(row.Target, row))
    return {
        ReportState.ACCEPTED: _("accepted as reported"),
        ReportState.RETURNED: _("returned to the body"),
        ReportState.REOPENED: _("opened again after it was accepted"),
    }.get(row.outcome, _("the correction was refused"))


def place(row: Any) -> str:
    """Of which period the report is."""
    return capital(period_name(row.period)) if row.period else _("Completion")


def who(row: Any) -> str:
    """Who decided, and in whose name."""
    return in_whose_name(row.decided_by, row.decided_for) if row.decided_by else ""


def _read(
    session: Session,
    decided: Sequence[Condition],
    refused: Sequence[Condition],
    most: int | None,
    where: Sequence[Condition] = (),
) -> Sequence[Any]:
    columns: tuple[Any, ...] = (
        Decision.outcome,
        Decision.value,
        Decision.numerator,
        Decision.denominator,
        Decision.reason,
        Decision.decided_at,
        Decision.decided_on,
        Decision.decided_by_id,
        Decision.decided_for_id,
        Decision.revision_id,
    )
    ended: tuple[Any, ...] = (
        sa.literal(REFUSED),
        sa.null(),
        sa.null(),
        sa.null(),
        CorrectionEnd.reason,
        CorrectionEnd.ended_at,
        CorrectionEnd.ended_on,
        CorrectionEnd.ended_by_id,
        CorrectionEnd.ended_for_id,
        Correction.revision_id,
    )
    reports = (
        sa.select(*columns)
        .join(Revision, Revision.id == Decision.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .where(Decision.outcome.in_(OF_OTHERS), STANDS, *decided)
    )
    corrections = (
        sa.select(*ended)
        .join(Correction, Correction.id == CorrectionEnd.correction_id)
        .where(CorrectionEnd.outcome == REFUSED, *refused)
    )
    told = reports.union_all(corrections).subquery("told")
    decider, holder = aliased(Person), aliased(Person)
    statement = (
        sa.select(
            told, Report, Target, Period.code.label("period"), decider.name.label("decided_by"),
            holder.name.label("decided_for"),
        )
        .join(Revision, Revision.id == told.c.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .join(Target, Target.id == Report.target_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(decider, decider.id == told.c.decided_by_id, isouter=True)
        .join(holder, holder.id == told.c.decided_for_id, isouter=True)
        .where(*where)
        .order_by(told.c.decided_at.desc(), told.c.revision_id.desc())
        .limit(most)
    )  # fmt: skip
    return session.execute(statement).all()
