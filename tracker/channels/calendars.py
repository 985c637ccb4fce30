"""The addresses under which calendar programs read a person's days: made, renewed, ended, known again."""

import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.audit.service import record
from tracker.channels.models import CalendarFeed
from tracker.core.clock import Moment
from tracker.core.errors import NotFound
from tracker.core.languages import _l
from tracker.people.models import Person

SECRET_BYTES, TOKEN_BYTES = 32, 16


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _live() -> sa.ColumnElement[bool]:
    """Condition on CalendarFeed: it has not ended, by itself or with the account: whoever is let in again after their
    account was disabled makes another."""
    disabled = (
        sa.exists()
        .where(Account.person_id == CalendarFeed.person_id, AuditEvent.subject_id == Account.id)
        .where(AuditEvent.subject_kind == "account", AuditEvent.event == str(Event.ACCOUNT_DISABLED))
        .where(AuditEvent.at >= CalendarFeed.made_at)
    )
    return sa.and_(CalendarFeed.ended_at.is_(None), ~disabled)


def of_person(session: Session, person_id: int) -> list[CalendarFeed]:
    """The addresses that a person has, the first one first."""
    mine = sa.select(CalendarFeed).where(CalendarFeed.person_id == person_id, _live())
    return list(session.scalars(mine.order_by(CalendarFeed.id)))


def by_secret(session: Session, secret: str) -> CalendarFeed | None:
    """The address with this secret, as long as it is good."""
    return session.scalar(sa.select(CalendarFeed).where(CalendarFeed.digest == _digest(secret), _live()))


def make(session: Session, now: Moment, *, actor_id: int, agency_id: int | None) -> str:
    """A new address for a person's calendar of a body, or of all theirs; the one before is good no more. Returns the
    secret in it, which nobody is told again."""
    session.execute(sa.select(Person.id).where(Person.id == actor_id).with_for_update())  # one at a time
    same = CalendarFeed.agency_id.is_(None) if agency_id is None else CalendarFeed.agency_id == agency_id
    mine = sa.select(CalendarFeed).where(CalendarFeed.person_id == actor_id, same, CalendarFeed.ended_at.is_(None))
    for before in session.scalars(mine):
        before.ended_at = now.at
    session.flush()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        CalendarFeed(
            token=secrets.token_urlsafe(TOKEN_BYTES),
            person_id=actor_id,
            agency_id=agency_id,
            digest=_digest(secret),
            made_at=now.at,
        )
    )
    session.flush()
    _recorded(session, now, Event.PERSON_CALENDAR_MADE, actor_id, agency_id)
    return secret


def end(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Let nobody read by an address any more. Raises NotFound."""
    mine = sa.select(CalendarFeed).where(CalendarFeed.person_id == actor_id, CalendarFeed.token == token)
    feed = session.scalar(mine.with_for_update())
    if feed is None or feed.ended_at is not None:
        raise NotFound(_l("That address has ended already."))
    feed.ended_at = now.at
    session.flush()
    _recorded(session, now, Event.PERSON_CALENDAR_ENDED, actor_id, feed.agency_id)


def _recorded(session: Session, now: Moment, event: Event, actor_id: int, agency_id: int | None) -> None:
    record(session, now, event, actor_id=actor_id, subject=("person", actor_id), agency_id=agency_id)
