"""The record of who did what, as lists and files tell it: filtered by what is stored, told in words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.agencies.offices import in_whose_name
from tracker.audit.events import label
from tracker.audit.models import AuditEvent
from tracker.auditing.details import Line, lines_of
from tracker.auditing.names import Names, names_of
from tracker.auditing.subjects import KINDS, Subject, kind_label, person_name, subject_of
from tracker.core.clock import VIETNAM
from tracker.core.db.searching import exactly_found_by, found_by
from tracker.core.languages import NOTHING, _l, by_any_name, text_by_language
from tracker.core.numbers import parse_day
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.rule.calendar import ONE_DAY

_SUBJECT = re.compile(r"(.{1,60}?)(?:[ #:]+([0-9]{1,18}))?")
_EVENT = re.compile(r"[a-z_.]{1,80}")
GIVEN = "stand_in."  # there the holder is told of, and does not act
AT_ONCE = 500  # records of a file whose names are read together


@dataclass(frozen=True, slots=True)
class Told:
    """One record in words. `person` with the holder of the office in whose name; `subject_code` finds all records of
    the same thing."""

    id: int
    at: datetime
    person: str | None
    person_token: str | None
    event: str
    happened: str
    subject: Subject
    subject_code: str
    agency_code: str | None
    agency: str
    lines: Sequence[Line]

    @property
    def details(self) -> str:
        """All that it tells beside, in one line."""
        return "; ".join(map(str, self.lines))


def _event(text: str) -> str:
    if not _EVENT.fullmatch(text):
        raise ValueError("no such name")
    return text


def _subject(text: str) -> tuple[str, int | None]:
    """A kind of thing ("report", "Báo cáo"), or one of them ("report 12")."""
    found = _SUBJECT.fullmatch(text)
    kinds = by_any_name({**{code: code for code in KINDS}, **KINDS}, found[1]) if found else []
    if found is None or not kinds:
        raise ValueError("no such thing")
    return kinds[0], None if found[2] is None else int(found[2])


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
        Column("happened", _l("What happened")),
        Column("subject", _l("To what"), value=lambda row: row.subject.text),
        Column("agency", _l("Body")),
        Column("details", _l("Details")),
        Column("id", _l("Number of the record"), numeric=True),
    ),
    default_sort="-at",
    identity=_BY_ID,
    filters=(
        Filter("person", _l("Person"), _of_person, exists=lambda token: Person.token == token),
        Filter("agency", _l("Body"), _of_agency, exists=lambda code: Agency.code == code),
        Filter("who", _l("Person"), _of_anybody_called, first=_of_somebody_called_so),
        Filter("subject", _l("To what"), _of_subject, parse=_subject),
        Filter("event", _l("What happened"), lambda event: AuditEvent.event == event, parse=_event),
        Filter("from", _l("From day"), lambda day: AuditEvent.at >= _midnight(day), parse=parse_day),
        Filter("to", _l("To day"), lambda day: AuditEvent.at < _midnight(day + ONE_DAY), parse=parse_day, since="from"),
    ),
)


def record_rows() -> sa.Select[Any]:
    """Select of the record's rows with the names that stand now; an erased person's says so."""
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


def record_of(session: Session, number: int) -> Told | None:
    """One record by its number."""
    row = session.execute(record_rows().where(AuditEvent.id == number)).one_or_none()
    return next(told(session, [row])) if row else None


def told(session: Session, rows: Iterable[Any]) -> Iterator[Told]:
    """Records in words, as they come; what they name is read for some hundred at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        names = names_of(session, some)
        yield from (_told(row, names) for row in some)


def _told(row: Any, names: Names) -> Told:
    detail, person, number = row.detail or {}, row.person, row.subject_id
    holder = None if row.event.startswith(GIVEN) else detail.get("for_person_id")
    if person and holder:
        person = in_whose_name(person, person_name(names, holder))
    return Told(
        id=row.id,
        at=row.at,
        person=person,
        person_token=row.person_token,
        event=row.event,
        happened=label(row.event),
        subject=subject_of(row, names),
        subject_code=kind_label(row.subject_kind) + (f" {number}" if number is not None else ""),
        agency_code=row.agency_code,
        agency=text_by_language(row.agency_name) if row.agency_name else NOTHING,
        lines=lines_of(row, names),
    )
