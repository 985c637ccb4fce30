"""Reading who held which office over time, and what bodies came before and after one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, AgencySuccession, OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.core.clock import VIETNAM
from tracker.people.models import Person

ENDED_WITH_IT = "holdings"  # in the record of a body's end: the last day that each of its offices had before, by number


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody's authority to act for the holder of an office."""

    token: str
    person_id: int
    person_token: str
    name: str
    from_on: date
    to_on: date
    paper: str


@dataclass(frozen=True, slots=True)
class Held:
    """One office of one body, held by one person from a day to a day, with whoever acted for them."""

    id: int
    token: str
    office: Office
    agency_id: int
    agency_code: str
    agency_name: dict[str, str]
    person_id: int
    person_token: str
    name: str
    from_on: date
    to_on: date | None
    stand_ins: tuple[Acting, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A body that came before or after another one; `from_on` is the successor's first day in charge, where known."""

    agency_id: int
    code: str
    name: dict[str, str]
    from_on: date | None


_HELD = (
    OfficeHolding.id,
    OfficeHolding.token,
    OfficeHolding.office,
    Agency.id,
    Agency.code,
    Agency.name,
    Person.id,
    Person.token,
    Person.name,
    OfficeHolding.from_on,
    OfficeHolding.to_on,
)


_let_in: list[Callable[[], sa.Select[int]]] = []


def set_let_in(persons: Callable[[], sa.Select[int]]) -> None:
    """Say who can sign in, and so do anything in an office: known in a room above this one."""
    _let_in[:] = [persons]


def of_agency(session: Session, agency_id: int) -> list[Held]:
    """Every holding of an office of a body, the latest first, with whoever stood in. Two statements."""
    return _held(session, OfficeHolding.agency_id == agency_id)


def of_agencies(session: Session, agency_ids: Collection[int]) -> dict[int, list[Held]]:
    """The same of several bodies, by id. Two statements."""
    found: dict[int, list[Held]] = {agency_id: [] for agency_id in agency_ids}
    for held in _held(session, OfficeHolding.agency_id.in_(agency_ids)):
        found[held.agency_id].append(held)
    return found


def of_person(session: Session, person_id: int) -> list[Held]:
    """Every office that a person has held, the latest first. Two statements."""
    return _held(session, OfficeHolding.person_id == person_id)


def acted_by(session: Session, person_id: int) -> list[Held]:
    """The holdings in which a person has acted for the holder, the latest first. Two statements."""
    acted = sa.select(StandIn.holding_id).where(StandIn.person_id == person_id)
    return _held(session, OfficeHolding.id.in_(acted))


def by_token(session: Session, token: str) -> Held | None:
    """The holding that an address names, if there is one."""
    found = _held(session, OfficeHolding.token == token)
    return found[0] if found else None


def holding_of(session: Session, holding_id: int) -> Held | None:
    """The holding of that number, if there is one."""
    found = _held(session, OfficeHolding.id == holding_id)
    return found[0] if found else None


def of_stand_in(session: Session, token: str) -> tuple[Held, Acting, int] | None:
    """An authority by its name in addresses: the holding, the authority and its number; none where there is none."""
    row = session.execute(sa.select(StandIn.id, StandIn.holding_id).where(StandIn.token == token)).one_or_none()
    if row is None:
        return None
    held = _held(session, OfficeHolding.id == row.holding_id)[0]
    return held, next(one for one in held.stand_ins if one.token == token), row.id


def predecessors(session: Session, agency_id: int) -> list[Relation]:
    """The bodies from which this one took over."""
    return _related(session, AgencySuccession.predecessor_id, AgencySuccession.successor_id == agency_id)


def successors(session: Session, agency_id: int) -> list[Relation]:
    """The bodies that took over from this one, in order."""
    return _related(session, AgencySuccession.successor_id, AgencySuccession.predecessor_id == agency_id)


def taken_over(session: Session, agency_ids: Collection[int]) -> set[int]:
    """Those of these bodies from which another one took over, by id."""
    of_them = AgencySuccession.predecessor_id.in_(agency_ids)
    return set(session.scalars(sa.select(AgencySuccession.predecessor_id).where(of_them)))


def same_office(session: Session, holding: OfficeHolding, from_on: date, to_on: date | None) -> OfficeHolding | None:
    """Another holding that these days would stand in the way of: of the head by anybody, else by the same person."""
    same = sa.true() if holding.office == Office.HEAD else OfficeHolding.person_id == holding.person_id
    statement = (
        sa.select(OfficeHolding)
        .where(OfficeHolding.agency_id == holding.agency_id, OfficeHolding.office == holding.office, same)
        .where(sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= from_on))
        .where(sa.true() if to_on is None else OfficeHolding.from_on <= to_on)
        .order_by(OfficeHolding.from_on, OfficeHolding.id)
    )
    if holding.id is not None:
        statement = statement.where(OfficeHolding.id != holding.id)
    return session.scalars(statement.limit(1)).one_or_none()


def administrators_without(session: Session, holding: OfficeHolding, from_on: date) -> set[int]:
    """Who is administrator and let in without this holding, from a day on and as long as it would have run: persons'
    numbers."""
    as_long: sa.ColumnElement[bool] = OfficeHolding.to_on.is_(None)
    if holding.to_on is not None:
        as_long = sa.or_(as_long, OfficeHolding.to_on >= holding.to_on)
    others = (
        sa.select(OfficeHolding.person_id)
        .where(OfficeHolding.office == Office.ADMINISTRATOR, OfficeHolding.id != holding.id)
        .where(OfficeHolding.from_on <= from_on, as_long)
        .where(*(OfficeHolding.person_id.in_(persons()) for persons in _let_in))
    )
    return set(session.scalars(others))


def given_on(session: Session, holding_ids: Collection[int], on: date) -> set[int]:
    """Those of these holdings of which the record says that they were entered on a day."""
    given = sa.select(AuditEvent.subject_id).where(
        AuditEvent.subject_kind == "holding",
        AuditEvent.subject_id.in_(holding_ids),
        AuditEvent.event == Event.HOLDING_OPENED,
        AuditEvent.at >= datetime.combine(on, time.min, VIETNAM),
    )
    return set(session.scalars(given)) if holding_ids else set()


def ended_with(session: Session, agency_id: int) -> dict[int, date | None]:
    """The offices that ended with a body and have not been touched since, with the last day that each had before its
    end, by number; of persons who are not erased. The record holds them: of each end since it was last undone."""
    told = sa.select(AuditEvent.event, AuditEvent.detail).where(
        AuditEvent.subject_kind == "agency",
        AuditEvent.subject_id == agency_id,
        AuditEvent.event.in_((Event.AGENCY_ENDED.value, Event.AGENCY_REOPENED.value)),
    )
    standing = (
        sa.select(OfficeHolding.id, OfficeHolding.to_on)
        .join(Person, Person.id == OfficeHolding.person_id)
        .where(OfficeHolding.agency_id == agency_id, Person.erased_on.is_(None))
    )
    last = {row.id: row.to_on for row in session.execute(standing)}
    found: dict[int, date | None] = {}
    for event, detail in session.execute(told.order_by(AuditEvent.id.desc())):
        if event == Event.AGENCY_REOPENED:
            break
        for number, before in detail.get(ENDED_WITH_IT, {}).items():
            holding_id = int(number)
            if _day(detail["after"]["exists_to"]) == last.get(holding_id):
                found[holding_id] = last[holding_id] = _day(before)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def was_used(session: Session, holding: OfficeHolding) -> bool:
    """Whether somebody stands in for the holder, or the holder did anything since the office was given but sign in."""
    lent = sa.select(StandIn.id).where(StandIn.holding_id == holding.id)
    given = sa.select(sa.func.max(AuditEvent.id)).where(
        AuditEvent.subject_kind == "holding",
        AuditEvent.subject_id == holding.id,
        AuditEvent.event == Event.HOLDING_OPENED,
    )
    done = sa.select(AuditEvent.id).where(
        AuditEvent.actor_id == holding.person_id,
        AuditEvent.subject_kind.not_in(("account", "person")),
        AuditEvent.id > given.scalar_subquery(),
    )
    return any(session.scalar(one.limit(1)) is not None for one in (lent, done))


def _held(session: Session, where: sa.ColumnElement[bool]) -> list[Held]:
    statement = (
        sa.select(*_HELD)
        .select_from(OfficeHolding)
        .join(Agency, Agency.id == OfficeHolding.agency_id)
        .join(Person, Person.id == OfficeHolding.person_id)
        .where(where)
        .order_by(OfficeHolding.from_on.desc(), OfficeHolding.id.desc())
    )
    rows = session.execute(statement).all()
    acting = _acting(session, [row[0] for row in rows])
    return [Held(row[0], row[1], Office(row[2]), *row[3:], stand_ins=tuple(acting.get(row[0], ()))) for row in rows]


def _acting(session: Session, holding_ids: Sequence[int]) -> dict[int, list[Acting]]:
    found: dict[int, list[Acting]] = {}
    if not holding_ids:
        return found
    columns = (StandIn.token, Person.id, Person.token, Person.name, StandIn.from_on, StandIn.to_on, StandIn.paper)
    statement = (
        sa.select(StandIn.holding_id, *columns)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.holding_id.in_(holding_ids))
        .order_by(StandIn.from_on.desc(), StandIn.id.desc())
    )
    for row in session.execute(statement):
        found.setdefault(row[0], []).append(Acting(*row[1:]))
    return found


def _related(session: Session, other: sa.SQLColumnExpression[int], where: sa.ColumnElement[bool]) -> list[Relation]:
    statement = (
        sa.select(Agency.id, Agency.code, Agency.name, AgencySuccession.from_on)
        .select_from(AgencySuccession)
        .join(Agency, Agency.id == other)
        .where(where)
        .order_by(AgencySuccession.position, AgencySuccession.id)
    )
    return [Relation(*row) for row in session.execute(statement)]
