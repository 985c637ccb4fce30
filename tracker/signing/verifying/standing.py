"""What became of a document: whether it counts, was amended (by what), superseded, ended. For whoever verifies it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier
from tracker.commitments.life.states import State
from tracker.programmes.models import Programme
from tracker.signing import originals
from tracker.signing.documents import canonical, queries
from tracker.signing.documents.form import changes_told
from tracker.signing.models import MadeDocument
from tracker.signing.words import ASSESSMENT


class Standing(StrEnum):
    """How a document stands on a day."""

    CANCELLED = "cancelled"
    UNSIGNED = "unsigned"
    HALF_SIGNED = "half_signed"
    SIGNED = "signed"
    AHEAD = "ahead"  # put in force from a day on that has not come
    IN_FORCE = "in_force"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    ISSUED = "issued"  # an assessment
    LETTER = "letter"  # a letter or an apology, signed


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later document that changed this one: its terms, from and to."""

    made: MadeDocument
    from_on: date | None
    changes: Sequence[dict[str, Any]]


@dataclass(slots=True)
class Stands:
    """How it stands, from when on it counts, and what amended it by then or will."""

    standing: Standing
    in_force_from: date | None = None
    amendments: list[Amendment] = field(default_factory=list)


_STATES = {State.FROZEN: Standing.UNSIGNED, State.SIGNED: Standing.HALF_SIGNED, State.COUNTERSIGNED: Standing.SIGNED}
_ENDING = (State.ASSESSED, State.HEARD, State.CLOSED)


# How documents stand that rooms above make, by kind.
OF_KIND: dict[str, Callable[[Session, MadeDocument], Standing]] = {}


def of_document(session: Session, made: MadeDocument, on: date, folder: Path) -> Stands:
    """How a document stands on a day; `made` with its number."""
    if made.number.cancelled_at is not None:
        return Stands(Standing.CANCELLED)
    if made.kind == ASSESSMENT:
        return Stands(Standing.ISSUED)
    if made.kind in OF_KIND:
        return Stands(OF_KIND[made.kind](session, made))
    dossier = queries.dossier_of(session, made.content_sha256)
    if dossier is None:
        return Stands(Standing.UNSIGNED)
    state = State(dossier.state)
    if state in _STATES:
        return Stands(_STATES[state])
    if state is not State.IN_FORCE and state not in _ENDING:
        return Stands(Standing.CANCELLED)
    found = Stands(Standing.IN_FORCE, dossier.in_force_from)
    later = _later(session, dossier)
    found.amendments = [_told(one, by, folder) for one, by in later]
    ends = session.scalar(sa.select(Programme.ends_on).where(Programme.id == dossier.programme_id))
    first = dossier if dossier.kind == FIRST else _first(session, dossier)
    if (first is not None and State(first.state) in _ENDING) or (ends is not None and ends < on):
        found.standing = Standing.ENDED
    elif dossier.in_force_from is not None and dossier.in_force_from > on:
        found.standing = Standing.AHEAD
    elif any(by.in_force_from is not None and by.in_force_from <= on for _made, by in later):
        found.standing = Standing.AMENDED if dossier.kind == FIRST else Standing.SUPERSEDED
    return found


def _later(session: Session, dossier: Dossier) -> Sequence[tuple[MadeDocument, Dossier]]:
    """What came into force after it for the same commitment, with the documents."""
    if dossier.commitment_id is None:
        return []
    amending = (
        Dossier.commitment_id == dossier.commitment_id,
        Dossier.kind == AMENDMENT,
        Dossier.in_force_from.is_not(None),
    )
    after = Dossier.id > dossier.id
    asked = sa.select(MadeDocument, Dossier).join(Dossier, Dossier.document_sha256 == MadeDocument.content_sha256)
    with_number = asked.where(*amending, after).options(joinedload(MadeDocument.number)).order_by(Dossier.id)
    return [(row[0], row[1]) for row in session.execute(with_number)]


def _first(session: Session, dossier: Dossier) -> Dossier | None:
    asked = sa.select(Dossier).where(Dossier.commitment_id == dossier.commitment_id, Dossier.kind == FIRST)
    return session.scalars(asked).one_or_none()


def _told(made: MadeDocument, by: Dossier, folder: Path) -> Amendment:
    content = canonical.read(originals.content(made, folder))
    return Amendment(made, by.in_force_from, changes_told(content))
