"""Forgetting whose account it was: nobody signs in with it any more, and nothing in it tells who did."""

import secrets
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.core.db.database import Base

NOBODY = "invalid"  # the domain of which everybody knows that no mail reaches it


def erase(session: Session, *, person_id: int, email: str | None) -> None:
    """Disable a person's account, blank its address and secrets, and remove whatever hangs on it: sessions, second
    factors, links. Without an account only what was asked for by the mail address goes.
    """
    account = session.scalars(sa.select(Account).where(Account.person_id == person_id)).one_or_none()
    for address in {email, account.email if account else None} - {None}:
        for table in _tables_with("email"):
            session.execute(sa.delete(table).where(table.c.email == address))
    if account is None:
        return
    for column in _references():
        session.execute(sa.delete(column.table).where(column == account.id))
    account.active, account.fs_uniquifier = False, secrets.token_urlsafe(24)
    account.email = f"account-{account.id}@{NOBODY}"
    for name in _optional():
        setattr(account, name, None)
    session.flush()
    session.expire_all()


def _tables_with(name: str) -> Iterator[sa.Table]:
    """Tables that hold a mail address by themselves, such as wishes for a new password."""
    kept = {"account", "person"}
    return (table for table in Base.metadata.sorted_tables if name in table.c and table.name not in kept)


def _references() -> Iterator[sa.Column[object]]:
    """Every column that points at an account."""
    for table in reversed(Base.metadata.sorted_tables):
        for column in table.columns:
            if any(key.target_fullname == "account.id" for key in column.foreign_keys):
                yield column


def _optional() -> list[str]:
    """Everything that an account may lack: its password and secrets, and when it was last used."""
    return [column.key for column in sa.inspect(Account).columns if column.nullable]
