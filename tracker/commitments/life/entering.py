"""Writing the facts of what comes into force: a commitment with its targets, or amendments and later deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.commitments import present, queries
from tracker.commitments.dossiers import Dossier, DossierMove, DraftTarget
from tracker.commitments.life import moving
from tracker.commitments.models import Amendment, Commitment, Extension, Target
from tracker.commitments.terms.terms import NAMES, Terms, difference, stored
from tracker.core.clock import Moment
from tracker.core.db.database import Base
from tracker.core.errors import FieldError
from tracker.core.languages import _l, format_day

_FIRST_REASON = sa.select(DossierMove.reason).where(DossierMove.seq == 1)  # why it is amended
FIGURES = ("goal", "baseline", "low", "high", "weight")


@dataclass(slots=True)
class Written:
    """The facts that were added, also to rows that stood, and the targets that they concern."""

    facts: list[Base] = field(default_factory=list)
    target_ids: list[int] = field(default_factory=list)
    ends: list[Fact] = field(default_factory=list)


def write_commitment(
    session: Session, now: Moment, dossier: Dossier, drafted: Sequence[DraftTarget], signed_on: date, from_on: date
) -> Written:
    """The commitment with its targets, once; each drafted target knows the one that it became."""
    commitment = Commitment(
        token=moving.new_token(),
        number=dossier.number or "",
        programme_id=dossier.programme_id,
        agency_id=dossier.agency_id,
        signed_on=signed_on,
        in_force_from=from_on,
        signed_how=dossier.signed_how or "",
    )
    session.add(commitment)
    session.flush()
    targets = _write_targets(session, dossier, commitment.id, [one for one in drafted if not one.dropped])
    dossier.commitment_id = commitment.id
    return Written([commitment, *targets], [target.id for target in targets])


def write_amendments(
    session: Session, now: Moment, dossier: Dossier, drafted: Sequence[DraftTarget], signed_on: date, from_on: date
) -> Written:
    """An amendment of each target whose terms differ; a later deadline is an extension. The targets that it adds, and
    the end of those that it drops.

    Raises FieldError where one before takes effect later: it would count again from that day on.
    """
    commitment = session.get_one(Commitment, dossier.commitment_id)
    reason = session.scalar(_FIRST_REASON.where(DossierMove.dossier_id == dossier.id))
    # A figure that is being sent is judged by the terms before, or waits and is judged by these.
    queries.lock_targets(session, [one.target_id for one in drafted if one.target_id is not None])
    standing = present.terms_of(session, commitment, now.on)
    written = Written()
    for one in drafted:
        if one.dropped:
            if one.target_id is not None and one.target_id in standing:  # else it ended meanwhile
                _end(session, now, written, one.target_id, signed_on, from_on, reason)
            continue
        target_id, terms = one.target_id, stored(one.terms)
        found = {item.term: item.after for item in difference(stored(one.base or one.terms), terms)}
        if target_id is None or target_id not in standing or not found:
            continue
        _in_turn(session, target_id, from_on)
        due_on = found.pop("due_on", None)
        # What was extended further meanwhile stays so.
        if due_on and due_on > (standing[target_id].due_on or due_on):
            written.facts.append(_extension(session, now, target_id, signed_on, due_on, reason))
        if found:
            stones = terms.record().get("milestones", []) if "milestones" in found else None
            figures = {name: found.get(name) for name in FIGURES}
            days = {"signed_on": signed_on, "from_on": from_on, "recorded_on": now.on}
            written.facts.append(Amendment(target_id=target_id, **days, **figures, milestones=stones, reason=reason))
        written.target_ids.append(target_id)
    session.add_all(written.facts)
    session.flush()
    new = [one for one in drafted if one.base is None and not one.dropped]
    added = _write_targets(session, dossier, commitment.id, new, from_on)
    written.facts += added
    written.target_ids += [target.id for target in added]
    return written


def _write_targets(
    session: Session, dossier: Dossier, commitment_id: int, drafted: Sequence[DraftTarget], added_on: date | None = None
) -> list[Target]:
    targets = [
        Target(
            **_columns(stored(one.terms)),
            token=moving.new_token(),
            commitment_id=commitment_id,
            programme_id=dossier.programme_id,
            agency_id=dossier.agency_id,
            added_on=added_on,
        )
        for one in drafted
    ]
    session.add_all(targets)
    session.flush()
    for one, target in zip(drafted, targets, strict=True):
        one.target_id = target.id
    return targets


def _end(
    session: Session,
    now: Moment,
    written: Written,
    target_id: int,
    signed_on: date,
    from_on: date,
    reason: str | None,
) -> None:
    """The end of a target from the day on from which the amendment counts."""
    _in_turn(session, target_id, from_on)
    target = session.get_one(Target, target_id)
    target.ended_on, target.end_decided_on, target.end_recorded_on = from_on, signed_on, now.on
    target.end_reason = reason
    session.flush()
    written.ends += [one for one in digests.of_objects(target) if one.kind == "target_end"]
    written.target_ids.append(target_id)


def _in_turn(session: Session, target_id: int, from_on: date) -> None:
    last = session.scalar(sa.select(sa.func.max(Amendment.from_on)).where(Amendment.target_id == target_id))
    if last is not None and from_on < last:
        told = _l("An earlier amendment takes effect on %(day)s: this one cannot do so before.", day=format_day(last))
        raise FieldError("from_on", told)


def _extension(
    session: Session, now: Moment, target_id: int, signed_on: date, due_on: date, reason: str | None
) -> Extension:
    last = session.scalar(sa.select(sa.func.max(Extension.granted_on)).where(Extension.target_id == target_id))
    granted_on = max(signed_on, last) if last else signed_on
    return Extension(target_id=target_id, granted_on=granted_on, due_on=due_on, recorded_on=now.on, reason=reason)


def _columns(terms: Terms) -> dict[str, Any]:
    """A target's own columns; what counts as evidence stands in the document."""
    values = {name: getattr(terms, name) for name in NAMES if name not in ("evidence", "milestones", "title")}
    return {**values, "title": dict(terms.title or {}), "milestones": terms.record().get("milestones", [])}
