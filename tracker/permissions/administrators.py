"""Telling the administrators something by mail: each of them once, in their language, while they are one."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.core.clock import Moment
from tracker.mail import service as mail
from tracker.mail.composing import compose
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.settings import Site

KIND = "administrators"  # all that only an administrator is told


def tell(session: Session, now: Moment, kind: str, key: str, site: Site, **values: Any) -> int:
    """Queue the mail `kind` with these values, and `receiver`, to each administrator; returns how many were queued.

    `key`: what it is about; whoever was told of that already is not told again.
    """
    holders = agencies.holders(session, now.on, offices=(Office.ADMINISTRATOR,))
    letters = []
    for holder in {one.person_id: one for one in holders}.values():
        language = holder.language or "vi"
        letters.append(
            mail.Letter(
                key=f"{kind}:{key}:{holder.person_id}",
                kind=KIND,
                person_id=holder.person_id,
                language=language,
                content=compose(kind, language, receiver=holder.name, **values),
                host=site.host,
            )
        )
    return sum(row is not None for row in mail.queue_all(session, now, letters))


def still_one(session: Session, waiting: OutboxMail, now: Moment) -> Content | None:
    """What a waiting mail to an administrator says; none where its receiver is none any more."""
    if not agencies.holds(session, waiting.person_id, now.on, Office.ADMINISTRATOR):
        return None
    return Content(waiting.subject, waiting.text, waiting.html)
