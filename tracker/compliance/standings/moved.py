"""What was moved on a body's targets after their signing: deadlines extended and goals lowered, and how many of its
targets are met in time by the deadline in force and by the first one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.commitments.terms.terms import Terms, eased
from tracker.compliance.records.facts import Record, in_batches, records_of
from tracker.programmes.frames import Frames
from tracker.rule import Known, Ledger, Status, assess
from tracker.rule import facts as rule
from tracker.rule.plan import in_turn

# Whose deadline has come, or who has met the goal before it.
DUE = (Status.MET_ON_TIME, Status.MET_LATE, Status.OVERDUE, Status.MISSED)


@dataclass(slots=True)
class Rate:
    """How many targets are due, and how many of them were met in time."""

    due: int = 0
    in_time: int = 0

    def add(self, status: Status, count: int = 1) -> None:
        """So many more (or less) targets have this status."""
        self.due += count if status in DUE else 0
        self.in_time += count if status is Status.MET_ON_TIME else 0


@dataclass(slots=True)
class Moved:
    """Of one body, as of a day: the days on which deadlines were extended, and on which goals were lowered; and its
    rates by the deadline in force and by the first one."""

    extended: list[date] = field(default_factory=list)
    lowered: list[date] = field(default_factory=list)
    settled: Rate = field(default_factory=Rate)
    first: Rate = field(default_factory=Rate)


def moved_on(
    session: Session,
    programme_id: int,
    on: date,
    counts: Mapping[int, Mapping[str, int]],
    frames: Frames,
    *where: sa.ColumnElement[bool],
) -> Mapping[int, Moved]:
    """By body, as of a day; `counts`: how many targets of each body stand in which status then. Conditions on Target.

    Only targets on which something was moved are judged anew: of all others both deadlines are the same.
    """
    found: dict[int, Moved] = defaultdict(Moved)
    for agency_id, by_status in counts.items():
        for rate in (found[agency_id].settled, found[agency_id].first):
            for status in DUE:
                rate.add(status, by_status[status])
    for ids in in_batches(session.scalars(_touched(programme_id, where)).all()):
        for record in records_of(session, ids, frames):
            _add(found[record.agency_id], record, on)
    return found


def _touched(programme_id: int, where: tuple[sa.ColumnElement[bool], ...]) -> sa.Select[Any]:
    kinds: tuple[Any, ...] = (Extension, Suspension, Amendment)
    touched = sa.or_(*(sa.exists().where(kind.target_id == Target.id) for kind in kinds))
    return sa.select(Target.id).where(Target.programme_id == programme_id, touched, *where).order_by(Target.id)


def _add(moved: Moved, record: Record, on: date) -> None:
    if record.signed_on > on:
        return
    known = record.known_on(on)
    told = (one for one in known.facts.extensions if one.recorded_on <= on)
    moved.extended += [one.granted_on for one in told if one.granted_on <= on]
    moved.lowered += [one.signed_on for one in lowered(known, on)]
    if known.facts.extensions or known.facts.suspensions:
        moved.first.add(assess(known, on).status, -1)
        moved.first.add(assess(Ledger(_as_signed(known.facts)).known(on), on).status)


def _as_signed(facts: rule.Facts) -> rule.Facts:
    """The facts with the deadline of the signing. (A target to keep rests all the same: its rest moves no deadline.)"""
    rests = facts.suspensions if facts.shape is rule.Shape.KEEP else ()
    return replace(facts, extensions=(), suspensions=rests)


def lowered(known: Known, on: date) -> Iterator[rule.Amendment]:
    """The amendments signed by a day that made a goal easier."""
    facts = known.facts
    amendments = (one for one in facts.amendments if one.recorded_on <= on and one.signed_on <= on)
    for amendment, before, after in in_turn(facts, amendments):
        if "goal" in eased(_typed(facts, before), _typed(facts, after)):
            yield amendment


def _typed(facts: rule.Facts, terms: rule.Terms) -> Terms:
    figures = {name: getattr(terms, name) for name in ("baseline", "goal", "low", "high")}
    return Terms(code="", shape=facts.shape, direction=facts.direction, **figures)
