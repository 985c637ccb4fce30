"""Reads of what was signed. What follows from it on a day is the rule's to say."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Amendment, Target
from tracker.rule import facts
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.plan import Measure, TermsTimeline


def measure_on(session: Session, target: Target, on: date) -> Measure:
    """What a figure of the target is held against, by the terms in force on a day: its goal, baseline and limits.

    The plan's line ends on the deadline as signed; whoever needs the plan of a day asks the whole facts.
    """
    known = [
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
        for a in session.scalars(
            sa.select(Amendment).where(Amendment.target_id == target.id, Amendment.recorded_on <= on)
        )
    ]
    signed = facts.Facts(
        shape=facts.Shape(target.shape),
        starts_on=target.starts_on,
        due_on=target.due_on,
        in_force_from=target.starts_on,
        terms=facts.Terms(
            target.goal, target.baseline, target.low, target.high, milestones_of(target.milestones) or (), target.weight
        ),
        periods=(),
        calendar=WorkingCalendar(),
        direction=facts.Direction(target.direction) if target.direction else None,
    )
    timeline = TermsTimeline(signed, known)
    return Measure(signed, timeline.terms[timeline.index_on(on)], target.due_on)


def milestones_of(stored: list[dict[str, Any]] | None) -> tuple[facts.Milestone, ...] | None:
    """Milestones as the rule knows them, from how they are stored; none stays none."""
    if stored is None:
        return None
    return tuple(facts.Milestone(date.fromisoformat(point["on"]), Decimal(point["value"])) for point in stored)
