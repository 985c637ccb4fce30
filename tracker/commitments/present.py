"""The terms of a commitment's targets as they are agreed by a day: signed, amended, extended."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments import queries
from tracker.commitments.models import Commitment, Target
from tracker.commitments.terms import Terms
from tracker.programmes.frames import Frames
from tracker.rule import Ledger, deadline, terms_on

SIGNED = ("code", "title", "domain", "shape", "unit", "frequency", "starts_on", "direction", "judged_by")


def terms_of(session: Session, commitment: Commitment, on: date) -> dict[int, Terms]:
    """By target, in order of codes, of those that did not end: what was agreed by the day, also where it takes effect
    later. Some three statements."""
    query = sa.select(Target).where(Target.commitment_id == commitment.id, Target.ended_on.is_(None))
    targets = session.scalars(query.order_by(Target.code)).all()
    frame = Frames(session).of({commitment.programme_id})[commitment.programme_id]
    altered = queries.alterations(session, [target.id for target in targets])
    found = {}
    for target in targets:
        of_it = altered.get(target.id, queries.UNALTERED)
        known = Ledger(queries.facts_of(target, commitment.in_force_from, frame, of_it)).known(on)
        last = max([on, *(amendment.from_on for amendment in of_it.amendments)])
        now = terms_on(known, last)
        found[target.id] = Terms(
            **{name: getattr(target, name) for name in SIGNED},
            due_on=deadline(known),
            weight=now.weight,
            **{name: getattr(now, name) for name in ("baseline", "goal", "low", "high")},
            ratio=target.ratio,
            cumulative=target.cumulative,
            milestones=now.milestones,
        )
    return found
