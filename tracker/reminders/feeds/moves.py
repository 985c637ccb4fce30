"""How often a day may have been moved, and when last: counted from what is only ever added, so the number never falls
and reading a calendar writes nothing. What counts for a day without moving it does no harm: a program compares one
number with the one before."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.models import AuditEvent
from tracker.commitments.models import Extension, Suspension
from tracker.core.clock import VIETNAM
from tracker.programmes.models import PeriodChange, PolicyVersion, Programme
from tracker.progress.models import Decision, Report, Revision

Slot = tuple[int, int | None]  # target, period


@dataclass(frozen=True, slots=True)
class Moved:
    """So often, and last then; none: never."""

    count: int = 0
    at: datetime | None = None

    def __add__(self, other: "Moved") -> "Moved":
        instants = [at for at in (self.at, other.at) if at is not None]
        return Moved(self.count + other.count, max(instants, default=None))


NEVER = Moved()


def of_targets(session: Session, target_ids: Collection[int], on: date) -> Mapping[int, Moved]:
    """By what was granted: later deadlines, suspensions."""
    found: dict[int, Moved] = {}
    for kind, day in ((Extension, Extension.granted_on), (Suspension, Suspension.decided_on)):
        statement = (
            sa.select(kind.target_id, sa.func.count(), sa.func.max(kind.recorded_on))
            .where(kind.target_id.in_(target_ids), kind.recorded_on <= on, day <= on)
            .group_by(kind.target_id)
        )
        _gather(found, ((key, count, _morning(last)) for key, count, last in session.execute(statement)))
    return found


def of_periods(session: Session, period_ids: Collection[int]) -> Mapping[int, Moved]:
    """By other days of reporting periods."""
    statement = (
        sa.select(PeriodChange.period_id, sa.func.count(), sa.func.max(PeriodChange.set_at))
        .where(PeriodChange.period_id.in_(period_ids))
        .group_by(PeriodChange.period_id)
    )
    return _gather({}, session.execute(statement))


def of_programmes(session: Session, programme_ids: Collection[int], on: date) -> Mapping[int, Moved]:
    """By what was done to the working calendar, and by versions of the policy that have begun (they say within how many
    days a return is answered)."""
    edited = (
        sa.select(Programme.id, sa.func.count(), sa.func.max(AuditEvent.at))
        .join(
            AuditEvent,
            sa.and_(AuditEvent.subject_kind == "calendar", AuditEvent.subject_id == Programme.calendar_id),
        )
        .where(Programme.id.in_(programme_ids))
        .group_by(Programme.id)
    )
    begun = (
        sa.select(PolicyVersion.programme_id, sa.func.count(), sa.func.max(PolicyVersion.from_on))
        .where(PolicyVersion.programme_id.in_(programme_ids), PolicyVersion.from_on <= on)
        .group_by(PolicyVersion.programme_id)
    )
    found = _gather({}, session.execute(edited))
    return _gather(found, ((key, count, _morning(last)) for key, count, last in session.execute(begun)))


def of_reports(session: Session, target_ids: Collection[int]) -> Mapping[Slot, Moved]:
    """By what was decided on their reports."""
    statement = (
        sa.select(Report.target_id, Report.period_id, sa.func.count(), sa.func.max(Decision.decided_at))
        .join(Revision, Revision.report_id == Report.id)
        .join(Decision, Decision.revision_id == Revision.id)
        .where(Report.target_id.in_(target_ids))
        .group_by(Report.target_id, Report.period_id)
    )
    return _gather({}, (((target_id, period_id), *rest) for target_id, period_id, *rest in session.execute(statement)))


def _gather(found: dict[Any, Moved], rows: Iterable[Any]) -> dict[Any, Moved]:
    for key, count, at in rows:
        found[key] = found.get(key, NEVER) + Moved(count, at)
    return found


def _morning(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), VIETNAM) if day else None
