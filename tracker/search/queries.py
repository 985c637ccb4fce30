"""Finding targets, commitments, bodies and persons by words, codes and numbers: a few of each, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.core.actions import Action
from tracker.core.db.searching import exactly_found_by, found_by, nearest
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.models import Programme

MOST = 10  # of a kind on the page


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one kind, and whether there are more of them."""

    rows: Sequence[Any]
    more: bool


def targets(session: Session, reader: Reader, text: str) -> Found:
    """Targets of the bodies whose targets the reader may see, by title, code or their commitment's number."""
    columns = (Target.token, Target.code, Target.title, Agency.name.label("agency"), *_programme())
    statement = (
        sa.select(*columns)
        .join(Agency, Agency.id == Target.agency_id)
        .join(Programme, Programme.id == Target.programme_id)
        .where(restrict(Target.agency_id, reader, Action.SEE_TARGET))
    )
    return _first(session, statement, Target.search_key, text, Programme.starts_on.desc(), Agency.sort_key, Target.id)


def commitments(session: Session, reader: Reader, text: str) -> Found:
    """Commitments of these bodies, by number."""
    statement = (
        sa.select(Commitment.number, Agency.name.label("agency"), *_programme())
        .join(Agency, Agency.id == Commitment.agency_id)
        .join(Programme, Programme.id == Commitment.programme_id)
        .where(restrict(Commitment.agency_id, reader, Action.SEE_TARGET))
    )
    order = (Programme.starts_on.desc(), Agency.sort_key, Commitment.id)
    return _first(session, statement, Commitment.search_key, text, *order)


def bodies(session: Session, reader: Reader, text: str) -> Found:
    """Bodies whose targets or offices the reader may see, by name or code."""
    visible = (restrict(Agency.id, reader, one) for one in (Action.SEE_TARGET, Action.SEE_OFFICES))
    columns: tuple[Any, ...] = (Agency.code, Agency.name, Agency.exists_to)
    statement = sa.select(*columns).where(sa.or_(*visible))
    return _first(session, statement, Agency.search_key, text, Agency.sort_key, Agency.id)


def persons(session: Session, text: str) -> Found:
    """Persons by name or mail address: for whom may see who holds which office."""
    columns: tuple[Any, ...] = (Person.token, Person.name, Person.email)
    statement = sa.select(*columns)
    return _first(session, statement, Person.search_key, text, Person.sort_key, Person.id)


def _programme() -> tuple[Any, ...]:
    return Programme.code.label("programme"), Programme.title.label("programme_title")


def _first(session: Session, statement: sa.Select[Any], key: Any, text: str, *order: Any) -> Found:
    """Those with the marks that were typed before all others, then those that begin so, then in the order given."""
    exactly = exactly_found_by(key, text)
    near = [nearest(key, text)] if exactly is None else [exactly, nearest(key, text)]
    rows = session.execute(statement.where(found_by(key, text)).order_by(*near, *order).limit(MOST + 1)).all()
    return Found(rows[:MOST], len(rows) > MOST)
