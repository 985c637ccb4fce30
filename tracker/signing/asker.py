"""Whoever asked for what the scheduler does later: it is done in their name, by the offices that they hold then."""

from sqlalchemy.orm import Session

from tracker.accounts import queries as accounts
from tracker.core.clock import Moment
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader

_NOBODY = 0  # an account that is signed in nowhere


def of(session: Session, now: Moment, person_id: int) -> Reader:
    """A person with the offices of today; with none where the account was disabled since."""
    person = session.get_one(Person, person_id)
    held = () if accounts.shut_out_of(session, {person.id}) else None
    return reader_of(
        session,
        now.on,
        person_id=person.id,
        account_id=_NOBODY,
        name=person.name,
        language=person.language,
        held=held,
    )
