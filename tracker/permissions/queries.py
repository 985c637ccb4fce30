"""Reading the reader: account and person came with the session, the offices held take one statement."""

from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.permissions.reader import Held, Reader


def reader_of(
    session: Session, on: date, *, person_id: int, account_id: int, name: str, language: str | None
) -> Reader:
    """The reader with the offices that the person holds on a day."""
    held = tuple(
        Held(one.office, one.agency_id, one.agency_code, one.agency_name)
        for one in agencies.held_by(session, person_id, on)
    )
    return Reader(person_id, account_id, name, language, held, on)
