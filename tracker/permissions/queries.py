"""Reading the reader, and the record of who did what with the names that its rows must not hold themselves."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import in_whose_name
from tracker.audit.models import AuditEvent
from tracker.audit.sealing import BUNDLE, FACTS
from tracker.core.clock import VIETNAM
from tracker.core.db.searching import exactly_found_by, found_by
from tracker.core.languages import _l
from tracker.core.numbers import parse_day
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader
from tracker.rule.calendar import ONE_DAY

_SUBJECT = re.compile(r"([a-z_]{1,40})(?:[ #:]+([0-9]{1,18}))?")
GIVEN = "stand_in."  # there the holder is told of, and does not act
_EVENT = re.compile(r"[a-z_.]{1,80}")


def reader_of(
    session: Session,
    on: date,
    *,
    person_id: int,
    account_id: int,
    name: str,
    language: str | None,
    held: Iterable[agencies.OfficeHeld] | None = None,
) -> Reader:
    """The reader with the offices that the person holds on a day: those, or read in one statement."""
    offices = agencies.held_by(session, person_id, on) if held is None else held
    seats = (
        Held(one.office, one.agency_id, one.agency_code, one.agency_name, one.for_id, one.for_name) for one in offices
    )
    return Reader(person_id, account_id, name, language, tuple(seats), on)


def _event(text: str) -> str:
    if not _EVENT.fullmatch(text):
        raise ValueError("no such name")
    return text


def _subject(text: str) -> tuple[str, int | None]:
    """A kind of thing ("report"), or one of them ("report 12")."""
    found = _SUBJECT.fullmatch(text)
    if found is None:
        raise ValueError("no such thing")
    kind, number = found.groups()
    return kind, None if number is None else int(number)


def _of_subject(subject: tuple[str, int | None]) -> sa.ColumnElement[bool]:
    kind, number = subject
    of_kind = AuditEvent.subject_kind == kind
    return of_kind if number is None else sa.and_(of_kind, AuditEvent.subject_id == number)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)


def _of_person(token: str) -> sa.ColumnElement[bool]:
    return AuditEvent.actor_id == sa.select(Person.id).where(Person.token == token).scalar_subquery()


def _of_anybody_called(text: str) -> sa.ColumnElement[bool]:
    """By whoever has this in the name or the mail address."""
    return AuditEvent.actor_id.in_(sa.select(Person.id).where(found_by(Person.search_key, text)))


def _of_somebody_called_so(text: str) -> sa.ColumnElement[int] | None:
    """Order: 0 for whoever is called so with the marks that were typed."""
    exactly = exactly_found_by(Person.search_key, text)
    if exactly is None:
        return None
    return sa.case((AuditEvent.actor_id.in_(sa.select(Person.id).where(exactly == 0)), 0), else_=1)


def _of_agency(code: str) -> sa.ColumnElement[bool]:
    return AuditEvent.agency_id == sa.select(Agency.id).where(Agency.code == code).scalar_subquery()


_BY_ID = SortKey(AuditEvent.__table__.c.id, int)  # rows come in the order of time, and the number says which came first

RECORD = Listing(
    columns=(
        Column("at", _l("Time"), (_BY_ID,)),
        Column("person", _l("Person")),
        Column("event", _l("What happened")),
        Column("subject_kind", _l("To what")),
        Column("subject_id", _l("Number"), numeric=True),
        Column("agency_code", _l("Body")),
        Column("detail", _l("Details"), value=lambda row: _one_line(row.detail)),
    ),
    default_sort="-at",
    identity=_BY_ID,
    filters=(
        Filter("person", _l("Person"), _of_person),
        Filter("agency", _l("Body"), _of_agency),
        Filter("who", _l("Person"), _of_anybody_called, first=_of_somebody_called_so),
        Filter("subject", _l("To what"), _of_subject, parse=_subject),
        Filter("event", _l("What happened"), lambda event: AuditEvent.event == event, parse=_event),
        Filter("from", _l("From day"), lambda day: AuditEvent.at >= _midnight(day), parse=parse_day),
        Filter("to", _l("To day"), lambda day: AuditEvent.at < _midnight(day + ONE_DAY), parse=parse_day),
    ),
)


def record_rows() -> sa.Select[Any]:
    """Select of the record's rows with the names that stand now; the person's is blank after erasure."""
    return (
        sa.select(
            AuditEvent.id,
            AuditEvent.at,
            Person.name.label("person"),
            Person.token.label("person_token"),
            AuditEvent.event,
            AuditEvent.subject_kind,
            AuditEvent.subject_id,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            AuditEvent.detail,
        )
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .outerjoin(Agency, Agency.id == AuditEvent.agency_id)
    )


def with_holders(session: Session, rows: Iterable[Any]) -> Iterator[Any]:
    """The record's rows; where a stand-in acted, both names stand as the person."""
    holders = agencies.holders_stood_in_for(session)
    return (_with_holder(row, holders) for row in rows)


def _with_holder(row: Any, holders: Mapping[int, str]) -> Any:
    holder = holders.get((row.detail or {}).get("for_person_id", 0))
    if not row.person or not holder or row.event.startswith(GIVEN):
        return row
    return SimpleNamespace(**{**row._mapping, "person": in_whose_name(row.person, holder)})


def _one_line(detail: dict[str, Any] | None) -> str:
    """The details in one line: `office=head, from_on=2025-01-01`. Digests are for `tracker audit verify`."""
    told = sorted((name, value) for name, value in (detail or {}).items() if name not in (FACTS, BUNDLE))
    return ", ".join(f"{name}={value}" for name, value in told)
