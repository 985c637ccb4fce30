"""Reads of corrections that were asked for, what came of them, and of the named decisions behind reopenings."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.core.db.database import Condition
from tracker.people.models import Person
from tracker.programmes.models import Period
from tracker.progress.corrections.models import Correction as Correction
from tracker.progress.corrections.models import CorrectionEnd, Reopening
from tracker.progress.models import Report, Revision

_asker, _holder, _decider = (aliased(Person) for _number in range(3))
_OPEN = ~sa.exists().where(CorrectionEnd.correction_id == Correction.id).correlate(Correction)


def waiting_of(session: Session, revision_id: int) -> Correction | None:
    """The correction of a revision that waits; one at most."""
    return session.scalars(sa.select(Correction).where(Correction.revision_id == revision_id, _OPEN)).one_or_none()


def end_of(session: Session, correction_id: int) -> CorrectionEnd | None:
    """What came of a correction, if anything did yet."""
    return session.scalars(sa.select(CorrectionEnd).where(CorrectionEnd.correction_id == correction_id)).one_or_none()


def listed(visible: Condition) -> sa.Select[Any]:
    """Every correction that was asked for, with its report, its target and body, who asked and what came of it;
    `visible` on Correction."""
    columns: tuple[Any, ...] = (
        Correction,
        Report,
        Target,
        Agency,
        Revision,
        Period.code.label("period"),
        _asker.name.label("asked_by"),
        _holder.name.label("asked_for"),
        CorrectionEnd.outcome,
        CorrectionEnd.reason.label("answer"),
        CorrectionEnd.ended_on,
        CorrectionEnd.ended_at,
        _decider.name.label("ended_by"),
    )
    return (
        sa.select(*columns)
        .select_from(Correction)
        .join(Revision, Revision.id == Correction.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .join(Target, Target.id == Correction.target_id)
        .join(Agency, Agency.id == Correction.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(_asker, _asker.id == Correction.asked_by_id, isouter=True)
        .join(_holder, _holder.id == Correction.asked_for_id, isouter=True)
        .join(CorrectionEnd, CorrectionEnd.correction_id == Correction.id, isouter=True)
        .join(_decider, _decider.id == CorrectionEnd.ended_by_id, isouter=True)
        .where(visible)
        .order_by(Correction.asked_at, Correction.id)
    )


def by_token(session: Session, visible: Condition, token: str) -> Any:
    """One correction as a row of `listed`; none where it is unknown or out of sight."""
    return session.execute(listed(sa.and_(visible, Correction.token == token))).one_or_none()


def waiting(session: Session, visible: Condition) -> Sequence[Any]:
    """Those that wait for a decision, the oldest first; `visible` on Correction."""
    return session.execute(listed(sa.and_(visible, _OPEN))).all()


def waiting_summary(session: Session, visible: Condition) -> tuple[int, date | None]:
    """How many wait, and the day of asking of the oldest."""
    counted = sa.select(sa.func.count(), sa.func.min(Correction.asked_on)).select_from(Correction)
    row = session.execute(counted.where(_OPEN, visible)).one()
    return row[0], row[1]


def of_revisions(session: Session, revision_ids: Collection[int]) -> Sequence[Any]:
    """What was asked about these revisions, the oldest first, as rows of `listed`."""
    if not revision_ids:
        return ()
    return session.execute(listed(Correction.revision_id.in_(revision_ids))).all()


def grounds_of(session: Session, decision_ids: Collection[int]) -> dict[int, Reopening]:
    """On which named decision each of these opened a report again, where one did."""
    if not decision_ids:
        return {}
    rows = session.scalars(sa.select(Reopening).where(Reopening.decision_id.in_(decision_ids)))
    return {row.decision_id: row for row in rows}
