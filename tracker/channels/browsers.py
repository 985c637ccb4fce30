"""The browsers in which a person asked to be told."""

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.channels import limits
from tracker.channels.models import PushSubscription
from tracker.channels.push import encryption
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import _l

TOKEN_BYTES = 16


def browsers_of(session: Session, person_id: int) -> list[PushSubscription]:
    """The browsers in which a person is told, the first one first."""
    mine = sa.select(PushSubscription).where(PushSubscription.person_id == person_id)
    return list(session.scalars(mine.where(PushSubscription.ended_at.is_(None)).order_by(PushSubscription.id)))


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a browser gave when its person asked to be told there."""

    endpoint: str
    public_key: str
    secret: str
    browser: str
    system: str


def add_browser(
    session: Session, now: Moment, *, actor_id: int, given: Subscribed, services: tuple[str, ...]
) -> PushSubscription:
    """Tell a person in one more browser. Whoever was told in it before is told there no more: it is at somebody else's
    hands. Raises DomainError where its push service is none that may be called, or its keys are none."""
    if not limits.is_push_service(given.endpoint, services):
        raise DomainError(_l("This browser is told by a service that is not allowed here. Ask the administrator."))
    if not encryption.are_keys(given.public_key, given.secret):
        raise DomainError(_l("The browser gave no keys. Try once more."))
    digest = hashlib.sha256(given.endpoint.encode()).hexdigest()[:40]
    alike = sa.select(PushSubscription).where(PushSubscription.digest == digest, PushSubscription.ended_at.is_(None))
    for other in session.scalars(alike.with_for_update()):
        other.ended_at = now.at
    if len(browsers_of(session, actor_id)) >= limits.MOST_BROWSERS:
        raise DomainError(_l("You are told in ten browsers already. Remove one first."))
    session.flush()
    row = PushSubscription(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        person_id=actor_id,
        endpoint=given.endpoint,
        digest=digest,
        public_key=given.public_key,
        secret=given.secret,
        browser=given.browser,
        system=given.system,
        made_at=now.at,
    )
    session.add(row)
    session.flush()
    record(session, now, Event.PERSON_BROWSER_ADDED, actor_id=actor_id, subject=("person", actor_id))
    return row


def remove_browser(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Tell a person no more in a browser. Where nothing else reaches them, mails do. Raises NotFound."""
    mine = sa.select(PushSubscription).where(PushSubscription.person_id == actor_id, PushSubscription.token == token)
    row = session.scalar(mine.with_for_update())
    if row is None or row.ended_at is not None:
        raise NotFound(_l("You are told no more in that browser."))
    row.ended_at = now.at
    session.flush()
    record(session, now, Event.PERSON_BROWSER_REMOVED, actor_id=actor_id, subject=("person", actor_id))
