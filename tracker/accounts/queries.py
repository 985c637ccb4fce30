"""Reading accounts: for signing in, for a request of somebody signed in, and for the demo's sign-in page."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.agencies.queries import held_on
from tracker.people.models import Person


@dataclass(frozen=True, slots=True)
class Candidate:
    """The account that somebody wants to sign in to."""

    id: int
    person_id: int
    password: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that the sign-in page offers in demo mode."""

    office: Office
    email: str
    person_name: str
    agency_name: dict[str, str]


def candidate(session: Session, email: str) -> Candidate | None:
    """The account with that mail address (as it is stored: in lower case), if there is one."""
    columns = (Account.id, Account.person_id, Account.password, Account.active)
    row = session.execute(sa.select(*columns).where(Account.email == email)).one_or_none()
    return Candidate(*row) if row else None


def by_session(session: Session, uniquifier: str) -> Account | None:
    """The active account that a session names, with its person, in one statement."""
    return session.scalar(sa.select(Account).where(Account.fs_uniquifier == uniquifier, Account.active))


def by_id(session: Session, account_id: int) -> Account | None:
    """The account of that id, with its person."""
    return session.get(Account, account_id)


def one_of_each_office(session: Session, on: date) -> list[DemoAccount]:
    """For each office the first account that was made for somebody who holds it on a day, in the order of `Office`."""
    statement = (
        sa.select(OfficeHolding.office, Account.email, Person.name, Agency.name)
        .join(Person, Person.id == Account.person_id)
        .join(OfficeHolding, OfficeHolding.person_id == Person.id)
        .join(Agency, Agency.id == OfficeHolding.agency_id)
        .where(Account.active, held_on(on))
        .order_by(Account.id.desc())
    )
    # From the newest to the oldest, so that the first one made is what stays.
    first = {row[0]: DemoAccount(Office(row[0]), row[1], row[2], row[3]) for row in session.execute(statement)}
    return [first[office] for office in Office if office in first]
