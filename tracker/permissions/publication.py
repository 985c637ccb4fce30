"""Telling the administrators by mail where the chain of the record ends: a copy that nobody can rewrite from here."""

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.audit.chain import Head
from tracker.core.clock import Moment
from tracker.mail import service as mail
from tracker.mail.composing import compose

KIND = "audit_head"


def tell(session: Session, now: Moment, head: Head, host: str, base_url: str) -> int:
    """Queue one mail to each administrator about a published head, once a day; returns how many."""
    queued = 0
    administrators = agencies.holders(session, now.on, offices=(Office.ADMINISTRATOR,))
    for holder in {one.person_id: one for one in administrators}.values():
        language = holder.language or "vi"
        row = mail.queue(
            session,
            now,
            key=f"{KIND}:{head.day.isoformat()}:{holder.person_id}",
            kind=KIND,
            person_id=holder.person_id,
            language=language,
            content=compose(KIND, language, receiver=holder.name, head=head, page=f"{base_url}/audit"),
            host=host,
        )
        queued += row is not None
    return queued
