"""Reads of what was signed. What follows from it on a day is the rule's to say."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.programmes.models import CalendarDay, Programme
from tracker.rule import facts
from tracker.rule.calendar import WorkingCalendar

# Built once: a report is sent by way of these, and building a statement takes longer than running it for one target.
_ON = sa.bindparam("on", type_=sa.Date)
_TARGET_ID = sa.bindparam("target_id", type_=sa.BigInteger)
_EXTENSIONS = sa.select(Extension).where(Extension.target_id == _TARGET_ID, Extension.recorded_on <= _ON)
_SUSPENSIONS = sa.select(Suspension).where(Suspension.target_id == _TARGET_ID, Suspension.recorded_on <= _ON)
_AMENDMENTS = sa.select(Amendment).where(Amendment.target_id == _TARGET_ID, Amendment.recorded_on <= _ON)
_DAYS = sa.select(CalendarDay.day, CalendarDay.works).where(CalendarDay.calendar_id == sa.bindparam("calendar_id"))


def signed(
    session: Session,
    target: Target,
    commitment: Commitment,
    programme: Programme,
    periods: Sequence[facts.Period],
    on: date,
) -> facts.Facts:
    """The facts of one target without its reports, as known on a day, for the periods given. Four statements.

    Enough for its terms, its deadline and its own periods; whoever judges it asks for the whole facts.
    """
    known = {"target_id": target.id, "on": on}
    extensions = session.scalars(_EXTENSIONS, known)
    suspensions = session.scalars(_SUSPENSIONS, known)
    amendments = session.scalars(_AMENDMENTS, known)
    days = session.execute(_DAYS, {"calendar_id": programme.calendar_id}).all()
    return facts.Facts(
        shape=facts.Shape(target.shape),
        starts_on=target.starts_on,
        due_on=target.due_on,
        in_force_from=commitment.in_force_from,
        terms=facts.Terms(
            target.goal, target.baseline, target.low, target.high, milestones_of(target.milestones) or (), target.weight
        ),
        periods=tuple(periods),
        calendar=WorkingCalendar([day for day, works in days if not works], [day for day, works in days if works]),
        direction=facts.Direction(target.direction) if target.direction else None,
        amendments=tuple(
            facts.Amendment(
                a.signed_on,
                a.from_on,
                a.recorded_on,
                a.goal,
                a.baseline,
                a.low,
                a.high,
                milestones_of(a.milestones),
                a.weight,
            )
            for a in amendments
        ),
        extensions=tuple(facts.Extension(x.granted_on, x.due_on, x.recorded_on) for x in extensions),
        suspensions=tuple(facts.Suspension(s.from_on, s.to_on, s.decided_on, s.recorded_on) for s in suspensions),
        known_on=on,
    )


def first_signed_on(session: Session, programme_id: int) -> date | None:
    """The day on which a programme's first commitment was signed, or will be; none where there is none."""
    return session.scalar(sa.select(sa.func.min(Commitment.signed_on)).where(Commitment.programme_id == programme_id))


def milestones_of(stored: list[dict[str, Any]] | None) -> tuple[facts.Milestone, ...] | None:
    """Milestones as the rule knows them, from how they are stored; none stays none."""
    if stored is None:
        return None
    return tuple(facts.Milestone(date.fromisoformat(point["on"]), Decimal(point["value"])) for point in stored)
