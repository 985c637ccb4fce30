"""What was decided on one target becomes facts of that day: an extension, a suspension, its end. Who may
decide, on whose request, is for the rooms above to say."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.commitments import rulings
from tracker.commitments.models import Commitment, Extension, Suspension, Target
from tracker.commitments.queries import signed
from tracker.commitments.rulings import Faults, Kind, Ruling
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch


class Made(NamedTuple):
    """The rows that a ruling made, and the facts in them."""

    extension_id: int | None
    suspension_id: int | None
    facts: list[Fact]


def faults(session: Session, now: Moment, target: Target, commitment: Commitment, ruling: Ruling) -> Faults:
    """What keeps a ruling from being made today, field by field."""
    return rulings.faults(signed(session, target, commitment), ruling, now.on)


def carry_out(session: Session, now: Moment, target: Target, ruling: Ruling, reason: str) -> Made:
    """Write down what was decided, after `faults` found none; its consequences follow in the same unit of work."""
    touch(session, "target", target.id)
    if ruling.kind is Kind.END:
        target.ended_on, target.end_decided_on, target.end_recorded_on = ruling.ended_on, now.on, now.on
        target.end_reason = reason
        session.flush()
        return Made(None, None, [one for one in digests.of_objects(target) if one.kind == "target_end"])
    suspension = deadline = None
    if ruling.from_on is not None and ruling.to_on is not None:
        days = {"from_on": ruling.from_on, "to_on": ruling.to_on}
        suspension = Suspension(target_id=target.id, decided_on=now.on, recorded_on=now.on, reason=reason, **days)
    if ruling.due_on is not None:
        deadline = Extension(
            target_id=target.id, granted_on=now.on, recorded_on=now.on, due_on=ruling.due_on, reason=reason
        )
    rows = [row for row in (suspension, deadline) if row is not None]
    session.add_all(rows)
    session.flush()
    return Made(
        deadline.id if deadline else None, suspension.id if suspension else None, list(digests.of_objects(*rows))
    )
