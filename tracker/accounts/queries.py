"""Reading accounts: for signing in, for a request of somebody signed in, their factors, sessions and links."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account, AccountLink, AccountSession, Passkey, RecoveryCode
from tracker.agencies.models import Agency, OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.agencies.queries import OfficeHeld, headed_on, held_on, in_order, offices_of
from tracker.core.clock import Moment
from tracker.core.job_run import LAST_BEAT
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.people.models import Person


@dataclass(frozen=True, slots=True)
class Candidate:
    """The account that somebody wants to sign in to."""

    id: int
    password: str | None
    active: bool
    uniquifier: str
    has_factor: bool


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that the sign-in page offers in demo mode."""

    office: Office
    email: str
    person_name: str
    agency_name: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entered:
    """The session of a request, and the offices that its person holds on the day of it, or acts in for somebody.

    `has_factor`: whether the account has a second factor. `beat_at`: when the scheduler last gave a sign of life.
    """

    session_id: int
    began_at: datetime
    seen_at: datetime
    has_factor: bool
    beat_at: datetime | None
    on: date
    held: tuple[OfficeHeld, ...]
    unseen: int  # things in the inbox that are new to the person


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One device on which an account is signed in."""

    id: int
    token: str
    means: str
    browser: str | None
    system: str | None
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey of an account."""

    id: int
    account_id: int
    token: str
    credential: str
    public_key: str
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None


_SESSION = (
    AccountSession.id,
    AccountSession.token,
    AccountSession.means,
    AccountSession.browser,
    AccountSession.system,
    AccountSession.began_at,
    AccountSession.seen_at,
)
_PASSKEY = (
    Passkey.id,
    Passkey.account_id,
    Passkey.token,
    Passkey.credential,
    Passkey.public_key,
    Passkey.sign_count,
    Passkey.name,
    Passkey.made_at,
    Passkey.used_at,
)


def has_factor() -> sa.ColumnElement[bool]:
    """Condition on account: it has a second factor, an app or a passkey."""
    return sa.or_(Account.totp.is_not(None), sa.exists().where(Passkey.account_id == Account.id))


def candidate(session: Session, email: str) -> Candidate | None:
    """The account with that mail address (as it is stored: in lower case), if there is one."""
    columns = (Account.id, Account.password, Account.active, Account.fs_uniquifier, has_factor())
    row = session.execute(sa.select(*columns).where(Account.email == email)).one_or_none()
    return Candidate(*row) if row else None


_BY_KEY = sa.and_(
    AccountSession.account_id == Account.id,
    AccountSession.digest == sa.bindparam("digest"),
    Account.fs_uniquifier == sa.bindparam("uniquifier"),
    Account.active,
)
_WHO = sa.select(Account.person_id).where(_BY_KEY).scalar_subquery()
_HELD = offices_of(lambda person: person == _WHO, sa.bindparam("on", type_=sa.Date)).subquery("held")


# What every page asks before anything else, so in one trip: a row for each office held, or one where none is.
def _entered(unseen: sa.ColumnElement[int]) -> sa.Select[Any]:
    session = (AccountSession.id, AccountSession.began_at, AccountSession.seen_at)
    columns: tuple[Any, ...] = (Account, *session, has_factor(), LAST_BEAT, unseen, _HELD)
    return sa.select(*columns).join(AccountSession, _BY_KEY).outerjoin(_HELD, sa.true())


_statement = [_entered(sa.literal(0))]


def set_unseen(unseen: Callable[[sa.ColumnElement[int]], sa.ColumnElement[int]]) -> None:
    """Say how many things are new to a person, as a part of that statement: in the room whose inbox it is."""
    _statement[:] = [_entered(unseen(_WHO))]


def by_session(session: Session, key_digest: str, uniquifier: str, on: date) -> tuple[Account, Entered] | None:
    """The active account that a session's key names, with its person, the session and the offices held on a day."""
    asked = {"digest": key_digest, "uniquifier": uniquifier, "on": on}
    rows = session.execute(_statement[0], asked).all()
    if not rows:
        return None
    account, session_id, began_at, seen_at, factor, beat_at, unseen = rows[0][:7]
    held = in_order(row for row in rows if row.office is not None)
    return account, Entered(session_id, began_at, seen_at, bool(factor), beat_at, on, tuple(held), unseen)


def half_way(session: Session, uniquifier: str) -> Account | None:
    """The active account whose password was right, while its second factor is asked for."""
    return session.scalar(sa.select(Account).where(Account.fs_uniquifier == uniquifier, Account.active))


def by_id(session: Session, account_id: int) -> Account | None:
    """The account of that id, with its person."""
    return session.get(Account, account_id)


def by_person(session: Session, person_id: int) -> Account | None:
    """The account of a person, if there is one."""
    return session.scalar(sa.select(Account).where(Account.person_id == person_id))


def open_invitation(session: Session, account_id: int, now: Moment) -> AccountLink | None:
    """The invitation of an account that may still be followed, if there is one."""
    statement = sa.select(AccountLink).where(AccountLink.account_id == account_id, AccountLink.kind == "invitation")
    return next((link for link in session.scalars(statement) if is_good(link, now)), None)


def sessions_of(session: Session, account_id: int, since: datetime, seen_since: datetime) -> list[SessionRow]:
    """Where an account is signed in, the latest seen first: what began before `since`, or was last seen before
    `seen_since`, is over."""
    going_on = AccountSession.began_at > since, AccountSession.seen_at >= seen_since
    statement = sa.select(*_SESSION).where(AccountSession.account_id == account_id, *going_on)
    rows = session.execute(statement.order_by(AccountSession.seen_at.desc(), AccountSession.id.desc()))
    return [SessionRow(*row) for row in rows]


def means_of(session: Session, session_id: int) -> str:
    """By which means a session began."""
    return session.scalar(sa.select(AccountSession.means).where(AccountSession.id == session_id)) or "password"


def passkeys(session: Session, account_id: int) -> list[PasskeyRow]:
    """The passkeys of an account, in the order in which they were made."""
    rows = session.execute(sa.select(*_PASSKEY).where(Passkey.account_id == account_id).order_by(Passkey.id))
    return [PasskeyRow(*row) for row in rows]


def passkey(session: Session, credential: str) -> PasskeyRow | None:
    """The passkey of that id, if one is known."""
    row = session.execute(sa.select(*_PASSKEY).where(Passkey.credential == credential)).one_or_none()
    return PasskeyRow(*row) if row else None


def factor_count(session: Session, account_id: int) -> int:
    """How many second factors an account has: the app, and each passkey."""
    app = sa.case((Account.totp.is_not(None), 1), else_=0)
    keys = sa.select(sa.func.count()).where(Passkey.account_id == Account.id).scalar_subquery()
    return session.scalar(sa.select(app + keys).where(Account.id == account_id)) or 0


def codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes were not used yet."""
    unused = sa.select(sa.func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def links_since(session: Session, account_id: int, kind: str, since: datetime) -> int:
    """How many links of a kind were made for an account since an instant."""
    made = sa.select(sa.func.count()).where(
        AccountLink.account_id == account_id, AccountLink.kind == kind, AccountLink.made_at > since
    )
    return session.scalar(made) or 0


def followed(session: Session, key_digest: str, now: Moment) -> AccountLink | None:
    """The link with that digest, if it is good."""
    link = session.scalar(sa.select(AccountLink).where(AccountLink.digest == key_digest))
    return link if link is not None and is_good(link, now) else None


def is_good(link: AccountLink, now: Moment) -> bool:
    """Whether a link may still be followed."""
    return link.used_at is None and link.withdrawn_at is None and now.at < link.expires_at


def addresses(session: Session, person_ids: Collection[int], *, wanted_only: bool) -> dict[int, str]:
    """Where persons can be written to, by their ids: left out is who has no address, whose account was disabled or,
    with `wanted_only`, who wants no mail."""
    disabled = shut_out_of(session, person_ids)
    return people.addresses(session, [one for one in person_ids if one not in disabled], wanted_only=wanted_only)


def shut_out() -> sa.Select[int]:
    """Select of the persons whose account is disabled: they hold their offices, and can do nothing in them."""
    return sa.select(Account.person_id).where(Account.active.is_(False))


def shut_out_of(session: Session, person_ids: Collection[int]) -> set[int]:
    """Those of these persons."""
    return set(session.scalars(shut_out().where(Account.person_id.in_(person_ids)))) if person_ids else set()


def let_in() -> sa.Select[int]:
    """Select of the persons who can sign in: invited, and a password chosen since (nobody has a passkey before one)."""
    known = sa.select(Account.person_id).join(Person, Person.id == Account.person_id)
    return known.where(Account.active, Account.password.is_not(None), Person.erased_on.is_(None))


def administrators(session: Session, on: date) -> set[int]:
    """The administrators of a day who can sign in: of what takes two, both are among them."""
    holding = sa.select(OfficeHolding.person_id).where(OfficeHolding.office == Office.ADMINISTRATOR, held_on(on))
    return set(session.scalars(holding.where(OfficeHolding.person_id.in_(let_in()))))


def led_now(on: Any) -> sa.Select[int]:
    """Select of the bodies that have a head today on paper: whoever heads them, or acts for the head, is not shut out.
    The head may have no account yet. The day may be a parameter of a larger statement."""
    acts = (StandIn.holding_id == OfficeHolding.id, StandIn.from_on <= on, StandIn.to_on >= on)
    able = sa.or_(
        OfficeHolding.person_id.not_in(shut_out()), sa.exists().where(*acts, StandIn.person_id.not_in(shut_out()))
    )
    return headed_on(on).where(able)


def still_due(session: Session, mail: OutboxMail, now: Moment) -> Content | None:
    """What a waiting mail with a link says; none where the link is no longer good."""
    link = session.get(AccountLink, int(mail.ref or 0))
    return Content(mail.subject, mail.text, mail.html) if link is not None and is_good(link, now) else None


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
