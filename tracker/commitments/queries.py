"""Reads of what was signed. What follows from it on a day is the rule's to say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.closed import demand_open
from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.commitments.terms.units import PERCENT
from tracker.programmes.frames import Frame, Frames
from tracker.rule import facts

# The unit of a figure as a number, as `words.unit_of` says it, for rows that are read without their target.
UNIT = sa.case((sa.or_(Target.ratio, Target.shape == facts.Shape.DELIVERABLE.value), PERCENT), else_=Target.unit).label(
    "unit"
)

_LOCK = (
    sa.select(Target.closed_on)
    .where(Target.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(Target.id)
    .with_for_update(key_share=True)
)


def lock_targets(session: Session, target_ids: Sequence[int]) -> None:
    """Let nobody else change reports or terms of these targets until the transaction ends. (SQLite has one writer
    anyway.)

    Not the stronger FOR UPDATE: it would hold up the foreign keys of steps that the nightly run inserts, and that run
    holds the lock of the body that this transaction will want at its end: each would wait for the other.

    Raises DomainError where the commitment of one is closed: whoever changes something comes by here.
    """
    for closed_on in session.connection().execute(_LOCK, {"ids": list(target_ids)}).scalars().all():
        demand_open(closed_on)


# Whatever was signed anew, granted or decided on targets, in one statement: `kind` says which columns count.
_EXTENSION, _SUSPENSION, _AMENDMENT = range(3)
_extension = sa.inspect(Extension).local_table.c
_suspension = sa.inspect(Suspension).local_table.c
_amendment = sa.inspect(Amendment).local_table.c
_DAYS = {name: _suspension[name] for name in ("id", "target_id", "recorded_on", "from_on", "to_on", "decided_on")}
_TERMS = {name: _amendment[name] for name in ("goal", "baseline", "low", "high", "weight", "milestones")}
_PARTS: dict[int, dict[str, Any]] = {
    _EXTENSION: {**dict(_extension.items()), "from_on": _extension.granted_on, "to_on": _extension.due_on},
    _SUSPENSION: dict(_suspension.items()),
    _AMENDMENT: {**dict(_amendment.items()), "decided_on": _amendment.signed_on},
}


def _all_of(columns: dict[str, Any]) -> Any:
    """These columns of all kinds, and none where a kind has no such column."""
    return sa.union_all(*(_part(kind, part, columns) for kind, part in _PARTS.items())).order_by("kind", "id")


def _part(kind: int, part: dict[str, Any], columns: dict[str, Any]) -> sa.Select[Any]:
    all_columns = (part.get(name, sa.cast(sa.null(), column.type)).label(name) for name, column in columns.items())
    of_them = part["target_id"].in_(sa.bindparam("ids", expanding=True))
    return sa.select(sa.literal_column(str(kind), sa.Integer).label("kind"), *all_columns).where(of_them)


_ALTERATIONS = _all_of({**_DAYS, **_TERMS})
_DECIDED = _all_of({**_DAYS, "reason": _suspension.reason})
_SHAPE = {str(shape): shape for shape in facts.Shape}
_DIRECTION = {str(direction): direction for direction in facts.Direction}
_JUDGED_BY = {str(judged_by): judged_by for judged_by in facts.JudgedBy}


@dataclass(slots=True)
class Alterations:
    """What was signed anew, granted or decided on one target, in the order in which it came in."""

    extensions: list[facts.Extension] = field(default_factory=list)
    suspensions: list[facts.Suspension] = field(default_factory=list)
    amendments: list[facts.Amendment] = field(default_factory=list)


UNALTERED = Alterations()


class Signed(NamedTuple):
    """A target and its commitment, with what was altered on it. Whoever writes by it has read it in the transaction
    that holds its lock, so that they stand until that ends."""

    target: Target
    commitment: Commitment
    altered: Alterations


def alterations(session: Session, target_ids: Sequence[int]) -> dict[int, Alterations]:
    """Of each of these targets (a batch of them) that has any, whenever it was recorded. One statement."""
    found: dict[int, Alterations] = defaultdict(Alterations)
    for row in session.connection().execute(_ALTERATIONS, {"ids": list(target_ids)}):
        of_it = found[row.target_id]
        if row.kind == _EXTENSION:
            of_it.extensions.append(facts.Extension(row.from_on, row.to_on, row.recorded_on))
        elif row.kind == _SUSPENSION:
            of_it.suspensions.append(facts.Suspension(row.from_on, row.to_on, row.decided_on, row.recorded_on))
        else:
            terms = (row.goal, row.baseline, row.low, row.high, milestones_of(row.milestones), row.weight)
            seq = len(of_it.amendments) + 1
            of_it.amendments.append(facts.Amendment(row.decided_on, row.from_on, row.recorded_on, *terms, seq))
    return found


class Decided(NamedTuple):
    """What was granted, suspended and amended on one target, with its days and reasons, in the order in which it came
    in. The objects are of no session."""

    extensions: Sequence[Extension]
    suspensions: Sequence[Suspension]
    amendments: Sequence[Amendment]


NOTHING_DECIDED = Decided((), (), ())


def decided_of(session: Session, target_id: int, known: facts.Facts) -> Decided:
    """Of one target whose facts have been read: nothing is asked where they hold nothing of the kind."""
    altered = known.extensions or known.suspensions or known.amendments
    return decided(session, target_id) if altered else NOTHING_DECIDED


def decided(session: Session, target_id: int) -> Decided:
    """Of one target. One statement."""
    extensions, suspensions, amendments = list[Extension](), list[Suspension](), list[Amendment]()
    for row in session.connection().execute(_DECIDED, {"ids": [target_id]}):
        told = {"id": row.id, "recorded_on": row.recorded_on, "reason": row.reason}
        if row.kind == _EXTENSION:
            extensions.append(Extension(granted_on=row.from_on, due_on=row.to_on, **told))
        elif row.kind == _SUSPENSION:
            days = {"from_on": row.from_on, "to_on": row.to_on, "decided_on": row.decided_on}
            suspensions.append(Suspension(**days, **told))
        else:
            amendments.append(Amendment(signed_on=row.decided_on, from_on=row.from_on, **told))
    return Decided(extensions, suspensions, amendments)


def facts_of(
    target: Any, in_force_from: date, frame: Frame, altered: Alterations, reports: tuple[facts.Report, ...] = ()
) -> facts.Facts:
    """The facts of a target (a row of it), with what was altered and the reports given: the one place that makes them.
    `in_force_from`: of its commitment, as which it counts where no amendment added it.

    Without its reports they are enough for its terms, its deadline and its own periods.
    """
    t, ended_on = target, target.ended_on
    return facts.Facts(
        shape=_SHAPE[t.shape],
        starts_on=t.starts_on,
        due_on=t.due_on,
        in_force_from=t.added_on or in_force_from,
        terms=facts.Terms(t.goal, t.baseline, t.low, t.high, milestones_of(t.milestones) or (), t.weight),
        periods=frame.periods.get(t.frequency, ()),
        calendar=frame.calendar,
        policies=frame.policies,
        direction=_DIRECTION[t.direction] if t.direction else None,
        judged_by=_JUDGED_BY[t.judged_by] if t.judged_by else facts.JudgedBy.EVERY_PERIOD,
        cumulative=t.cumulative,
        ratio=t.ratio,
        amendments=tuple(altered.amendments),
        extensions=tuple(altered.extensions),
        suspensions=tuple(altered.suspensions),
        end=facts.End(ended_on, t.end_decided_on, t.end_recorded_on) if ended_on else None,
        reports=reports,
    )


def signed(session: Session, target: Target, commitment: Commitment) -> facts.Facts:
    """The facts of one target without its reports. Two statements."""
    return facts_signed(session, read_signed(session, target, commitment))


def read_signed(session: Session, target: Target, commitment: Commitment) -> Signed:
    """A target with what was altered on it. One statement."""
    return Signed(target, commitment, alterations(session, [target.id]).get(target.id, UNALTERED))


def all_signed(session: Session, of: Iterable[tuple[Target, Commitment]]) -> dict[int, Signed]:
    """The same of many, by id: for a page, which shows what it read. One statement."""
    read = {target.id: (target, commitment) for target, commitment in of}
    altered = alterations(session, list(read))
    return {key: Signed(*both, altered.get(key, UNALTERED)) for key, both in read.items()}


def facts_signed(session: Session, of: Signed) -> facts.Facts:
    """The facts of one that was read, without its reports. One statement."""
    frame = Frames(session).of({of.target.programme_id})[of.target.programme_id]
    return facts_of(of.target, of.commitment.in_force_from, frame, of.altered)


def first_signed_on(session: Session, programme_id: int) -> date | None:
    """The day on which a programme's first commitment was signed, or will be; none where there is none."""
    return session.scalar(sa.select(sa.func.min(Commitment.signed_on)).where(Commitment.programme_id == programme_id))


def milestones_of(stored: list[dict[str, Any]] | None) -> tuple[facts.Milestone, ...] | None:
    """Milestones as the rule knows them, from how they are stored; none stays none."""
    if stored is None:
        return None
    return tuple(facts.Milestone(date.fromisoformat(point["on"]), Decimal(point["value"])) for point in stored)
