"""Reading persons. Who may see a name is for the caller to know: names stand in pages, never in append-only rows."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.mail.models import AddressBounce
from tracker.people.models import Person


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as pages and mails need one."""

    id: int
    token: str
    name: str
    email: str | None
    language: str | None
    wants_mail: bool


# Built once: building a statement takes longer than running it.
_NAMES = sa.select(Person.id, Person.name).where(Person.id.in_(sa.bindparam("ids", expanding=True)))
_ROW = (Person.id, Person.token, Person.name, Person.email, Person.language, Person.wants_mail)


def by_id(session: Session, person_id: int) -> PersonRow | None:
    """The person of that id, if there is one."""
    return _one(session, Person.id == person_id)


def by_token(session: Session, token: str) -> PersonRow | None:
    """The person that an address names, if there is one."""
    return _one(session, Person.token == token)


def by_address(session: Session, address: str) -> PersonRow | None:
    """The person with that mail address (as it is stored: in lower case), if there is one."""
    return _one(session, Person.email == address)


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Name by id, for the rows of one page."""
    if not person_ids:
        return {}
    return {row.id: row.name for row in session.execute(_NAMES, {"ids": list(person_ids)})}


def tokens(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Token by id: what a person is known by where numbers may change."""
    found = session.execute(sa.select(Person.id, Person.token).where(Person.id.in_(person_ids)))
    return {row.id: row.token for row in found}


# A mail that left for the address of today came back and said that nobody is there.
ADDRESS_IS_BROKEN = sa.and_(
    Person.email.is_not(None),
    sa.exists().where(
        AddressBounce.person_id == Person.id,
        sa.or_(Person.address_since.is_(None), AddressBounce.left_at >= Person.address_since),
    ),
)


# How many persons have an address at which nobody can be written to.
BROKEN_COUNT = sa.select(sa.func.count()).select_from(Person).where(ADDRESS_IS_BROKEN).scalar_subquery()


def has_broken_address(session: Session, person_id: int) -> bool:
    """Whether a person has one."""
    return bool(session.scalar(sa.select(sa.exists().where(Person.id == person_id, ADDRESS_IS_BROKEN))))


def addresses(session: Session, person_ids: Collection[int], *, wanted_only: bool) -> dict[int, str]:
    """Mail address by id; left out is who has none, or a broken one, or, with `wanted_only`, wants no mail."""
    found = sa.select(Person.id, Person.email).where(Person.id.in_(person_ids), Person.email.is_not(None))
    found = found.where(~ADDRESS_IS_BROKEN)
    if wanted_only:
        found = found.where(Person.wants_mail)
    return {person_id: str(email) for person_id, email in session.execute(found)}


def _one(session: Session, condition: sa.ColumnElement[bool]) -> PersonRow | None:
    row = session.execute(sa.select(*_ROW).where(condition)).one_or_none()
    return PersonRow(*row) if row else None
