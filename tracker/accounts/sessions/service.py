"""Sessions: begun, seen, ended. One that has ended has no row; when it began and how stands in the audit record."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys
from tracker.accounts.models import Account, AccountSession
from tracker.accounts.sessions.devices import Device
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import NotFound
from tracker.core.languages import _l

LASTS = timedelta(hours=12)  # since signing in: a working day, so that nobody signs in twice in one
SEEN_EVERY = timedelta(minutes=5)  # so seldom is it written down that somebody is still there


def begin(session: Session, now: Moment, account: Account, *, means: str, device: Device) -> str:
    """Begin a session and return the key that the browser is to carry. Those that are over are tidied away."""
    account.left_at = _left(session, account)
    over = sa.delete(AccountSession).where(
        AccountSession.account_id == account.id, AccountSession.began_at < now.at - LASTS
    )
    session.execute(over)
    key = keys.new_key()
    session.add(
        AccountSession(
            token=keys.new_token(),
            digest=keys.digest(key),
            account_id=account.id,
            means=means,
            browser=device.browser,
            system=device.system,
            began_at=now.at,
            seen_at=now.at,
        )
    )
    account.signed_in_at = now.at
    session.flush()
    return key


def _left(session: Session, account: Account) -> datetime | None:
    """Until when somebody was here before they come now: as late as we know, and never later."""
    seen = session.scalar(sa.select(sa.func.max(AccountSession.seen_at)).where(AccountSession.account_id == account.id))
    return max(filter(None, (account.left_at, account.signed_in_at, seen)), default=None)


def going_on(now: datetime, idle: timedelta) -> tuple[datetime, datetime]:
    """(since when a session must have begun, since when somebody must have been seen in it), else it is over.

    Whoever asks for nothing is put out after `idle` at the latest, and at most SEEN_EVERY earlier.
    """
    return now - LASTS, now - idle


def see(session: Session, now: Moment, session_id: int) -> None:
    """Write down that somebody is still there."""
    session.execute(sa.update(AccountSession).where(AccountSession.id == session_id).values(seen_at=now.at))


def leave(session: Session, now: Moment, *, account_id: int, person_id: int, session_id: int) -> None:
    """Somebody signs out of the device in use: so long they were here."""
    session.execute(sa.update(Account).where(Account.id == account_id).values(left_at=now.at))
    session.execute(sa.delete(AccountSession).where(AccountSession.id == session_id))
    record(session, now, Event.ACCOUNT_SIGNED_OUT, actor_id=person_id, subject=("account", account_id))


def end_one(session: Session, now: Moment, *, account_id: int, token: str, actor_id: int) -> None:
    """End one session of an account. Raises NotFound where the account has none of that name."""
    mine = sa.and_(AccountSession.account_id == account_id, AccountSession.token == token)
    ended = session.scalars(sa.delete(AccountSession).where(mine).returning(AccountSession.id)).all()
    if not ended:
        raise NotFound(_l("This device is signed out already."))
    _told(session, now, account_id, actor_id, len(ended))


def end_others(session: Session, now: Moment, *, account_id: int, session_id: int | None, actor_id: int | None) -> int:
    """End every session of an account but one (none: all). Returns how many there were."""
    others = sa.delete(AccountSession).where(AccountSession.account_id == account_id)
    if session_id is not None:
        others = others.where(AccountSession.id != session_id)
    ended = len(session.scalars(others.returning(AccountSession.id)).all())
    if ended:
        _told(session, now, account_id, actor_id, ended)
    return ended


def _told(session: Session, now: Moment, account_id: int, actor_id: int | None, count: int) -> None:
    subject, detail = ("account", account_id), {"sessions": count}
    record(session, now, Event.ACCOUNT_SESSIONS_ENDED, actor_id=actor_id, subject=subject, detail=detail)
