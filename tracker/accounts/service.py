"""Changing accounts: one verb per change. Comparing a password is done outside, without a transaction open."""

import secrets
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.accounts import passwords, throttle
from tracker.accounts.models import Account, SignInCount
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l

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
    session: Session, now: Moment, person: HasAddress, password: str, *, actor_id: int | None = None
) -> Account:
    """Give a person an account with a password. Raises FieldError where the person has no address or it is too weak."""
    if not person.email:
        raise FieldError("email", _l("Enter the mail address that signs in"))
    passwords.demand(password, person.email)
    account = Account(
        person_id=person.id,
        email=person.email,
        password=passwords.hashed(password),
        active=True,
        fs_uniquifier=_uniquifier(),
        created_at=now.at,
    )
    session.add(account)
    session.flush()
    record(session, now, "account.registered", actor_id=actor_id, subject=("account", account.id))
    return account


def change_password(session: Session, now: Moment, *, account_id: int, password: str, actor_id: int) -> Account:
    """Set another password and end all sessions of the account. Raises FieldError where it is too weak."""
    account = _get(session, account_id)
    passwords.demand(password, account.email, "new")
    account.password, account.fs_uniquifier = passwords.hashed(password), _uniquifier()
    session.flush()
    record(session, now, "account.password_changed", actor_id=actor_id, subject=("account", account_id))
    return account


def enter(session: Session, now: Moment, *, account_id: int, person_id: int, rehashed: str | None) -> Account:
    """Record that somebody signed in; keep the password's hash of today's parameters where it was outdated."""
    account = _get(session, account_id)
    if rehashed is not None:
        account.password = rehashed
    record(session, now, "account.signed_in", actor_id=person_id, subject=("account", account_id))
    session.flush()
    return account


def leave(session: Session, now: Moment, *, account_id: int, person_id: int) -> None:
    """Record that somebody signed out."""
    record(session, now, "account.signed_out", actor_id=person_id, subject=("account", account_id))


def refuse(session: Session, now: Moment, *, account_id: int | None) -> None:
    """Record that signing in was refused; without a subject where there is no such account."""
    record(session, now, "account.refused", actor_id=None, subject=("account", account_id))


def count_try(session: Session, now: Moment, limits: dict[str, throttle.Limit]) -> int:
    """Count one try under each key, at once over all workers. Seconds to wait before the next; 0 for none."""
    longest = 0
    for key in sorted(limits):  # always in one order, so that two tries never wait for each other
        since, tries = _count(session, now, key, limits[key])
        longest = max(longest, throttle.wait(limits[key], tries, since, now.at))
    session.execute(sa.delete(SignInCount).where(SignInCount.since < now.at - KEEP_COUNTS))
    return longest


def forget_tries(session: Session, key: str) -> None:
    """Begin the count of a key anew: whoever signed in did not guess."""
    session.execute(sa.delete(SignInCount).where(SignInCount.key == key))


def _count(session: Session, now: Moment, key: str, limit: throttle.Limit) -> tuple[datetime, int]:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(SignInCount).values(key=key, since=now.at, tries=1)
    over = SignInCount.since <= now.at - limit.length
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


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(_l("There is no such account."))
    return account


def _uniquifier() -> str:
    return secrets.token_urlsafe(UNIQUIFIER_BYTES)
