"""Reading bodies, and who holds which of their offices on a day. Every question is one statement."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency, OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.core.letters import folded
from tracker.people.models import Person


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A body. `name` by language; days inclusive, an open end is none."""

    id: int
    code: str
    name: dict[str, str]
    sort_key: str
    exists_from: date | None
    exists_to: date | None
    appraised_by_id: int | None


@dataclass(frozen=True, slots=True)
class OfficeHeld:
    """One office that a person holds on a day, or acts in for its holder (`for_id`, `for_name`)."""

    office: Office
    agency_id: int
    agency_code: str
    agency_name: dict[str, str]
    appraised_by_id: int | None
    for_id: int | None = None
    for_name: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """One person that holds an office of a body on a day, or acts in it for its holder, as mails and pages need it."""

    agency_id: int
    office: Office
    person_id: int
    name: str
    email: str | None
    language: str | None
    wants_mail: bool
    since: date
    for_name: str | None = None


@dataclass(frozen=True, slots=True)
class OfficeThen:
    """An office that a person held from a day on, until another or still."""

    office: Office
    agency_name: dict[str, str]
    from_on: date
    to_on: date | None

    def held_on(self, on: date) -> bool:
        """Whether it was held on that day."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


SOON = timedelta(days=30)
_HOLDER = aliased(Person)
_WRITTEN_TO = (Person.id, Person.name, Person.email, Person.language, Person.wants_mail)
_AGENCY = (
    Agency.id,
    Agency.code,
    Agency.name,
    Agency.sort_key,
    Agency.exists_from,
    Agency.exists_to,
    Agency.appraised_by_id,
)


@lru_cache(maxsize=1000)
def called(code: str) -> sa.ColumnElement[bool]:
    """Condition: the body of a code, whatever its case; the one that is written so, where there are two.

    The condition is kept, not what it finds: writing it takes longer than asking by it.
    """
    one = aliased(Agency)
    named = sa.or_(one.code == code, one.code_key == folded(code))
    exact_first = sa.case((one.code == code, 0), else_=1)
    return Agency.id == sa.select(one.id).where(named).order_by(exact_first).limit(1).scalar_subquery()


def by_code(session: Session, code: str) -> AgencyRow | None:
    """The body of a code, whatever its case, if there is one."""
    row = session.execute(sa.select(*_AGENCY).where(called(code))).one_or_none()
    return AgencyRow(*row) if row else None


def listed(session: Session, on: date | None = None) -> list[AgencyRow]:
    """All bodies in Vietnamese order; with a day, those that existed on it."""
    statement = sa.select(*_AGENCY).order_by(Agency.sort_key, Agency.id)
    if on is not None:
        statement = statement.where(existed_on(on))
    return [AgencyRow(*row) for row in session.execute(statement)]


def headed_on(on: Any) -> sa.Select[int]:
    """Select of the ids of the bodies that somebody heads on a day, which may be a parameter of a larger statement."""
    return sa.select(OfficeHolding.agency_id).where(OfficeHolding.office == Office.HEAD, held_on(on))


def losing_head(on: Any, soon: Any) -> sa.Select[int]:
    """Select of the bodies that are headed on a day, and from one before `soon` (SOON after it) on by nobody that is
    entered yet. The days may be parameters of a larger statement."""
    later = aliased(OfficeHolding)
    follows = sa.exists().where(
        later.agency_id == OfficeHolding.agency_id, later.office == Office.HEAD, later.from_on > OfficeHolding.to_on
    )
    ends_too = sa.exists().where(Agency.id == OfficeHolding.agency_id, Agency.exists_to <= OfficeHolding.to_on)
    return headed_on(on).where(OfficeHolding.to_on < soon, ~follows, ~ends_too)


def without_head_on(on: Any, headed: sa.Select[int] | None = None) -> sa.ScalarSelect[int]:
    """How many bodies that exist on a day nobody heads; `headed`: those that count as headed, if not all."""
    nobodys = sa.and_(existed_on(on), Agency.id.not_in(headed_on(on) if headed is None else headed))
    return sa.select(sa.func.count()).select_from(Agency).where(nobodys).scalar_subquery()


def nobody_heads(session: Session, on: date, headed: sa.Select[int] | None = None) -> list[AgencyRow]:
    """The same bodies, in Vietnamese order."""
    nobodys = sa.and_(existed_on(on), Agency.id.not_in(headed_on(on) if headed is None else headed))
    found = session.execute(sa.select(*_AGENCY).where(nobodys).order_by(Agency.sort_key, Agency.id))
    return [AgencyRow(*row) for row in found]


def existed_on(on: Any) -> sa.ColumnElement[bool]:
    """Condition on agency: it existed on that day."""
    return sa.and_(
        sa.or_(Agency.exists_from.is_(None), Agency.exists_from <= on),
        sa.or_(Agency.exists_to.is_(None), Agency.exists_to >= on),
    )


def names(session: Session, agency_ids: Collection[int]) -> dict[int, tuple[str, dict[str, str]]]:
    """(code, name by language) by id, for the rows of one page."""
    if not agency_ids:
        return {}
    found = session.execute(sa.select(Agency.id, Agency.code, Agency.name).where(Agency.id.in_(agency_ids)))
    return {row.id: (row.code, row.name) for row in found}


def held_by(session: Session, person_id: int, on: date) -> list[OfficeHeld]:
    """The offices that a person holds on a day or acts in for somebody: own ones first, bodies in Vietnamese order."""
    return in_order(session.execute(offices_of(lambda person: person == person_id, on)))


def held_by_each(session: Session, person_ids: Collection[int], on: date) -> dict[int, list[OfficeHeld]]:
    """The same of several persons: in the order of each, by the person's id."""
    rows: dict[int, list[Any]] = {person_id: [] for person_id in person_ids}
    for row in session.execute(offices_of(lambda person: person.in_(person_ids), on)):
        rows[row.person_id].append(row)
    return {person_id: in_order(some) for person_id, some in rows.items()}


def offices_ever(session: Session, person_ids: Collection[int]) -> dict[int, list[OfficeThen]]:
    """Every office that each of these persons ever held, by the person's id."""
    found: dict[int, list[OfficeThen]] = {}
    if not person_ids:
        return found
    held = (OfficeHolding.office, Agency.name, OfficeHolding.from_on, OfficeHolding.to_on)
    statement = sa.select(OfficeHolding.person_id, *held).join(Agency, Agency.id == OfficeHolding.agency_id)
    rows = session.execute(statement.where(OfficeHolding.person_id.in_(person_ids)).order_by(OfficeHolding.id))
    for person_id, office, name, from_on, to_on in rows:
        found.setdefault(person_id, []).append(OfficeThen(Office(office), name, from_on, to_on))
    return found


def offices_of(is_asked: Callable[[Any], sa.ColumnElement[bool]], on: Any) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Select of the offices of persons that are asked about, in no order. The day may be a parameter of a larger
    statement."""
    office = (
        OfficeHolding.office,
        Agency.id.label("agency_id"),
        Agency.code.label("agency_code"),
        Agency.name.label("agency_name"),
        Agency.appraised_by_id,
        Agency.sort_key,
        OfficeHolding.id.label("holding_id"),
    )
    own = (
        sa.select(OfficeHolding.person_id, *office, sa.null().label("for_id"), sa.null().label("for_name"))
        .join(Agency, Agency.id == OfficeHolding.agency_id)
        .where(is_asked(OfficeHolding.person_id), held_on(on))
    )
    for_others = (
        sa.select(StandIn.person_id, *office, _HOLDER.id.label("for_id"), _HOLDER.name.label("for_name"))
        .select_from(StandIn)
        .join(OfficeHolding, OfficeHolding.id == StandIn.holding_id)
        .join(Agency, Agency.id == OfficeHolding.agency_id)
        .join(_HOLDER, _HOLDER.id == OfficeHolding.person_id)
        .where(is_asked(StandIn.person_id), acting_on(on))
    )
    return own.union_all(for_others)


def in_order(rows: Iterable[Any]) -> list[OfficeHeld]:
    """The rows of `offices_of` as offices, own ones first, bodies in Vietnamese order."""
    ordered = sorted(rows, key=lambda row: (row.for_id is not None, row.sort_key, row.holding_id))
    return [
        OfficeHeld(
            Office(row.office),
            row.agency_id,
            row.agency_code,
            row.agency_name,
            row.appraised_by_id,
            row.for_id,
            row.for_name,
        )
        for row in ordered
    ]


def holders(
    session: Session,
    on: date,
    *,
    agency_id: int | None = None,
    offices: Collection[Office] = (),
    or_anywhere: Collection[Office] = (),
) -> list[Holder]:
    """Who holds which office on a day: of one body or of all, of some offices or of all; and who holds one of
    `or_anywhere`, in whichever body. Stand-ins hold none."""
    asked = sa.and_(sa.true(), *_some(agency_id, offices))
    statement = (
        sa.select(OfficeHolding.agency_id, OfficeHolding.office, *_WRITTEN_TO, OfficeHolding.from_on)
        .join(Person, Person.id == OfficeHolding.person_id)
        .where(held_on(on), sa.or_(asked, OfficeHolding.office.in_(or_anywhere)) if or_anywhere else asked)
        .order_by(OfficeHolding.agency_id, OfficeHolding.id)
    )
    rows = session.execute(statement)
    return [Holder(row[0], Office(row[1]), *row[2:]) for row in rows]


def holds(session: Session, person_id: int, on: date, office: Office) -> bool:
    """Whether a person holds an office on a day, in whichever body."""
    mine = sa.exists().where(OfficeHolding.person_id == person_id, OfficeHolding.office == office, held_on(on))
    return bool(session.scalar(sa.select(mine)))


def stand_ins(
    session: Session, on: date, *, agency_id: int | None = None, offices: Collection[Office] = ()
) -> list[Holder]:
    """Who acts for whom on a day, in one body or in all, in some offices or in all."""
    statement = (
        sa.select(OfficeHolding.agency_id, OfficeHolding.office, *_WRITTEN_TO, StandIn.from_on, _HOLDER.name)
        .select_from(StandIn)
        .join(OfficeHolding, OfficeHolding.id == StandIn.holding_id)
        .join(Person, Person.id == StandIn.person_id)
        .join(_HOLDER, _HOLDER.id == OfficeHolding.person_id)
        .where(acting_on(on), *_some(agency_id, offices))
        .order_by(OfficeHolding.agency_id, StandIn.id)
    )
    rows = session.execute(statement)
    return [Holder(row[0], Office(row[1]), *row[2:]) for row in rows]


@dataclass(frozen=True, slots=True)
class Authority:
    """By which paper somebody acts for the holder of an office, and in which days."""

    holder: str
    paper: str
    from_on: date
    to_on: date


def authority(session: Session, person_id: int, holder_id: int, agency_id: int, on: date) -> Authority | None:
    """The authority by which a person acts for another one in a body on a day."""
    statement = (
        sa.select(_HOLDER.name, StandIn.paper, StandIn.from_on, StandIn.to_on)
        .select_from(StandIn)
        .join(OfficeHolding, OfficeHolding.id == StandIn.holding_id)
        .join(_HOLDER, _HOLDER.id == OfficeHolding.person_id)
        .where(StandIn.person_id == person_id, OfficeHolding.person_id == holder_id)
        .where(OfficeHolding.agency_id == agency_id, acting_on(on))
        .order_by(StandIn.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return Authority(*row) if row else None


def persons_of(session: Session, agency_id: int, on: date) -> set[int]:
    """The ids of all who held an office of a body on a day, or acted in one for its holder."""
    holding = sa.select(OfficeHolding.person_id).where(OfficeHolding.agency_id == agency_id, held_on(on))
    acting = (
        sa.select(StandIn.person_id)
        .join(OfficeHolding, OfficeHolding.id == StandIn.holding_id)
        .where(OfficeHolding.agency_id == agency_id, acting_on(on))
    )
    return set(session.scalars(holding.union(acting)))


def head_of(session: Session, agency_id: int, on: date) -> Holder | None:
    """Whoever answered for a body on a day, if anybody did; a stand-in does not."""
    found = holders(session, on, agency_id=agency_id, offices=(Office.HEAD,))
    return found[0] if found else None


def holders_stood_in_for(session: Session) -> dict[int, str]:
    """Name by id of everybody in whose name somebody else has ever acted."""
    holding = sa.select(OfficeHolding.person_id).where(OfficeHolding.id.in_(sa.select(StandIn.holding_id)))
    return {
        row.id: row.name for row in session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(holding)))
    }


def held_on(on: Any) -> sa.ColumnElement[bool]:
    """Condition on office_holding: held on that day."""
    return sa.and_(OfficeHolding.from_on <= on, sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= on))


def acting_on(on: Any) -> sa.ColumnElement[bool]:
    """Condition on stand_in and its office_holding: the authority is good on that day, and the office held."""
    return sa.and_(StandIn.from_on <= on, StandIn.to_on >= on, held_on(on))


def _some(agency_id: int | None, offices: Collection[Office]) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if agency_id is not None:
        found.append(OfficeHolding.agency_id == agency_id)
    if offices:
        found.append(OfficeHolding.office.in_(offices))
    return found


@lru_cache(maxsize=1_000)
def agencies_of(person_id: int, on: date, offices: tuple[Office, ...] = ()) -> sa.Select[Any]:
    """Select of the ids of the bodies in which a person holds one of the offices (or any) on a day, or acts in it.

    The statement is kept, not what it finds: a person asks with the same one at each press, and writing it takes long.
    """
    lent = sa.select(StandIn.holding_id).where(
        StandIn.person_id == person_id, StandIn.from_on <= on, StandIn.to_on >= on
    )
    theirs = sa.or_(OfficeHolding.person_id == person_id, OfficeHolding.id.in_(lent))
    held = sa.select(OfficeHolding.agency_id).where(theirs, held_on(on))
    return held.where(OfficeHolding.office.in_(offices)) if offices else held


def agencies_appraised_from(bodies: sa.Select[Any]) -> sa.Select[Any]:
    """Select of the ids of the bodies whose reports are decided on in one of `bodies`, and those left to all."""
    return sa.select(Agency.id).where(sa.or_(Agency.appraised_by_id.is_(None), Agency.appraised_by_id.in_(bodies)))
