"""Changing accounts: one verb per change. Comparing a password is done outside, without a transaction open."""

import secrets
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import notices, passwords
from tracker.accounts.models import Account, AccountLink, SignInCount
from tracker.accounts.sessions import service as sessions
from tracker.accounts.sessions import throttle
from tracker.accounts.sessions.devices import Device
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.db.database import insert_or_update
from tracker.core.errors import FieldError, Forbidden, NotFound
from tracker.core.languages import _l
from tracker.settings import Site

UNIQUIFIER_BYTES = 24
KEEP_COUNTS = timedelta(days=1)


class HasAddress(Protocol):
    """A person, as far as an account needs one."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def email(self) -> str | None:
        """Its mail address, which signs in."""


def register(
    session: Session, now: Moment, person: HasAddress, password: str | None, *, actor_id: int | None = None
) -> Account:
    """Give a person an account; without a password nobody signs in to it, until a link that was mailed sets one.

    Raises FieldError where the person has no address or the password is too weak.
    """
    if not person.email:
        raise FieldError("email", _l("Enter the mail address that signs in"))
    if password is not None:
        passwords.demand(password, person.email)
    account = Account(
        person_id=person.id,
        email=person.email,
        password=passwords.hashed(password) if password is not None else None,
        active=True,
        fs_uniquifier=new_uniquifier(),
        created_at=now.at,
    )
    session.add(account)
    session.flush()
    record(session, now, Event.ACCOUNT_REGISTERED, actor_id=actor_id, subject=("account", account.id))
    return account


def put_password(account: Account, password: str) -> None:
    """Set another password, by which all sessions end. Raises FieldError where it is too weak or the same."""
    passwords.demand(password, account.email, "new", stored=account.password)
    account.password, account.fs_uniquifier = passwords.hashed(password), new_uniquifier()


def change_password(
    session: Session, now: Moment, *, account_id: int, password: str, actor_id: int, site: Site
) -> Account:
    """Set another password, end all sessions of the account, and tell its owner. Raises FieldError where it is too
    weak or the same."""
    account = get(session, account_id, lock=True)
    put_password(account, password)
    sessions.end_others(session, now, account_id=account_id, session_id=None, actor_id=actor_id)
    record(session, now, Event.ACCOUNT_PASSWORD_CHANGED, actor_id=actor_id, subject=("account", account_id))
    notices.notify(session, now, account, site, "password_changed")
    return account


def enter(
    session: Session, now: Moment, *, account_id: int, means: str, device: Device, rehashed: str | None = None
) -> tuple[Account, str]:
    """Begin a session: (the account, the key that the browser is to carry). Keep the password's hash of today's
    parameters where it was outdated. Raises Forbidden where the account was disabled meanwhile."""
    account = get(session, account_id)
    if not account.active:
        raise Forbidden(_l("This account is disabled."))
    if rehashed is not None:
        account.password = rehashed
    key = sessions.begin(session, now, account, means=means, device=device)
    subject, detail = ("account", account_id), {"means": means}
    record(session, now, Event.ACCOUNT_SIGNED_IN, actor_id=account.person_id, subject=subject, detail=detail)
    return account, key


def refuse(session: Session, now: Moment, *, account_id: int | None) -> None:
    """Record that signing in was refused; without a subject where there is no such account."""
    record(session, now, Event.ACCOUNT_REFUSED, actor_id=None, subject=("account", account_id))


def disable(session: Session, now: Moment, *, account_id: int, actor_id: int) -> bool:
    """Let nobody in with an account any more, and put out who is in; whether it was let in before.

    Raises Forbidden for one's own, and where the actor's was disabled meanwhile: of two who disable each other's, one
    stays.
    """
    both = sa.select(Account).where(sa.or_(Account.id == account_id, Account.person_id == actor_id))
    both = both.order_by(Account.id).with_for_update(of=Account).execution_options(populate_existing=True)
    actors = [one for one in session.scalars(both) if one.person_id == actor_id]
    account = get(session, account_id)
    if account.person_id == actor_id:
        raise Forbidden(_l("Nobody disables their own account: ask another administrator."))
    if not all(one.active for one in actors):
        raise Forbidden(_l("This account is disabled."))
    if not account.active:
        return False
    account.active, account.fs_uniquifier = False, new_uniquifier()
    sessions.end_others(session, now, account_id=account_id, session_id=None, actor_id=actor_id)
    void_links(session, now, account_id)
    record(session, now, Event.ACCOUNT_DISABLED, actor_id=actor_id, subject=("account", account_id))
    return True


def enable(session: Session, now: Moment, *, account_id: int, actor_id: int) -> bool:
    """Let somebody in again with an account that was disabled, by the password and second factors it had; whether it
    was."""
    account = get(session, account_id, lock=True)
    if account.active:
        return False
    account.active = True
    record(session, now, Event.ACCOUNT_ENABLED, actor_id=actor_id, subject=("account", account_id))
    return True


def void_links(session: Session, now: Moment, account_id: int, kind: str | None = None) -> bool:
    """Withdraw the links of an account that are still good, of one kind or of all; whether there were any."""
    statement = (
        sa.update(AccountLink)
        .where(AccountLink.account_id == account_id, AccountLink.expires_at > now.at)
        .where(AccountLink.used_at.is_(None), AccountLink.withdrawn_at.is_(None))
    )
    if kind is not None:
        statement = statement.where(AccountLink.kind == kind)
    return bool(session.scalars(statement.values(withdrawn_at=now.at).returning(AccountLink.id)).all())


def count_try(session: Session, now: Moment, limits: dict[str, throttle.Limit]) -> int:
    """Count one try under each key, at once over all workers. Seconds to wait before the next; 0 for none."""
    longest = 0
    for key in sorted(limits):  # always in one order, so that two tries never wait for each other
        since, tries = _count(session, now, key, limits[key])
        longest = max(longest, throttle.wait(limits[key], tries, since, now.at))
    session.execute(sa.delete(SignInCount).where(SignInCount.since < now.at - KEEP_COUNTS))
    return longest


def spend(session: Session, now: Moment, key: str) -> bool:
    """Whether this is the first time that a key is used: a challenge is answered once, over all workers."""
    return count_try(session, now, {key: throttle.ONCE}) == 0


def forget_tries(session: Session, key: str) -> None:
    """Begin the count of a key anew: whoever signed in did not guess."""
    session.execute(sa.delete(SignInCount).where(SignInCount.key == key))


def _count(session: Session, now: Moment, key: str, limit: throttle.Limit) -> tuple[datetime, int]:
    statement = insert_or_update(session.get_bind().dialect, SignInCount).values(key=key, since=now.at, tries=1)
    # Also one that was begun by a clock that ran ahead: it would hold people up until that day.
    over = sa.or_(SignInCount.since <= now.at - limit.length, SignInCount.since > now.at + limit.length)
    row = session.execute(
        statement.on_conflict_do_update(
            index_elements=[SignInCount.key],
            set_={
                "since": sa.case((over, statement.excluded.since), else_=SignInCount.since),
                "tries": sa.case((over, 1), else_=SignInCount.tries + 1),
            },
        ).returning(SignInCount.since, SignInCount.tries)
    ).one()
    return row.since, row.tries


def get(session: Session, account_id: int, *, lock: bool = False) -> Account:
    """The account of that id; locked until the unit of work ends, where what it holds decides. Raises NotFound."""
    account = session.get(Account, account_id, with_for_update={"of": Account} if lock else None)
    if account is None:
        raise NotFound(_l("There is no such account."))
    return account


def new_uniquifier() -> str:
    """What a session carries beside its key; a new one ends all sessions."""
    return secrets.token_urlsafe(UNIQUIFIER_BYTES)
