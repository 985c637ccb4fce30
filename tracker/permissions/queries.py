"""Reading the reader."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader


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
