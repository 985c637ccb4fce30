"""The terms of a commitment's targets: as they were signed, and as they are agreed by a day (amended, extended)."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from tracker.commitments import queries
from tracker.commitments.models import Commitment, Target
from tracker.commitments.terms.terms import Terms
from tracker.programmes.frames import Frames
from tracker.rule import Ledger, deadline, terms_on

SIGNED = ("code", "title", "domain", "shape", "unit", "frequency", "starts_on", "direction", "judged_by")
FIGURES = ("baseline", "goal", "low", "high", "weight")


class Standing(NamedTuple):
    """A target with what it promised first and promises now."""

    target: Target
    first: Terms
    now: Terms


def of_commitment(session: Session, commitment_id: int, on: date) -> list[Standing]:
    """Its targets, in order of codes, with what was agreed by the day, also where it takes effect later. Three
    statements."""
    query = sa.select(Target).join(Target.commitment).options(contains_eager(Target.commitment))
    targets = session.scalars(query.where(Target.commitment_id == commitment_id).order_by(Target.code)).all()
    if not targets:
        return []
    commitment = targets[0].commitment
    frame = Frames(session).of({commitment.programme_id})[commitment.programme_id]
    altered = queries.alterations(session, [target.id for target in targets])
    found = []
    for target in targets:
        of_it = altered.get(target.id, queries.UNALTERED)
        known = Ledger(queries.facts_of(target, commitment.in_force_from, frame, of_it)).known(on)
        last = max([on, *(amendment.from_on for amendment in of_it.amendments)])
        now, first = terms_on(known, last), as_signed(target)
        figures = {name: getattr(now, name) for name in FIGURES}
        found.append(
            Standing(target, first, replace(first, due_on=deadline(known), **figures, milestones=now.milestones))
        )
    return found


def terms_of(session: Session, commitment: Commitment, on: date) -> dict[int, Terms]:
    """What is agreed by the day, by target, of those that did not end."""
    standing = of_commitment(session, commitment.id, on)
    return {one.target.id: one.now for one in standing if one.target.ended_on is None}


def as_signed(target: Target) -> Terms:
    """What a target promised first."""
    return Terms(
        **{name: getattr(target, name) for name in (*SIGNED, *FIGURES)},
        due_on=target.due_on,
        ratio=target.ratio,
        cumulative=target.cumulative,
        milestones=queries.milestones_of(target.milestones) or (),
    )
