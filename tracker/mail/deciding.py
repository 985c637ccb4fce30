"""Deciding on mails that failed for good: each leaves once more, or is dropped with a reason. Nobody was told what they
say."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l
from tracker.mail.models import FAILED, OutboxMail

LONGEST_REASON = 255
MOST_AT_ONCE = 500


def queue_again(session: Session, now: Moment, *, mail_id: int, actor_id: int) -> None:
    """Let a mail that failed for good leave once more, if it is still due then. Raises NotFound where there is none."""
    mail = session.scalar(sa.select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update())
    if mail is None or mail.state != "failed":
        raise NotFound(_l("No such mail waits for a decision."))
    mail.state, mail.attempts, mail.not_before, mail.last_error = "pending", 0, now.at, None
    detail = {"kind": mail.kind, "person_id": mail.person_id}
    record(session, now, Event.MAIL_QUEUED_AGAIN, actor_id=actor_id, subject=("mail", mail.id), detail=detail)


def queue_all_again(session: Session, now: Moment, *, mail_ids: Collection[int], actor_id: int) -> int:
    """The same for several, the first MOST_AT_ONCE of them; who was decided on meanwhile is left out. Returns how many
    leave."""
    asked = sorted(mail_ids)[:MOST_AT_ONCE]
    locked = sa.select(OutboxMail.id).where(OutboxMail.id.in_(asked), FAILED).order_by(OutboxMail.id)
    found = list(session.scalars(locked.with_for_update()))
    for mail_id in found:
        queue_again(session, now, mail_id=mail_id, actor_id=actor_id)
    return len(found)


def drop(session: Session, now: Moment, *, mail_id: int, reason: str, actor_id: int) -> None:
    """Send a mail no more, for a reason that stands in the record. Raises FieldError without one, NotFound."""
    said = " ".join(reason.split())
    if not said:
        raise FieldError("reason", _l("Say why it is sent no more"))
    if len(said) > LONGEST_REASON:
        raise FieldError("reason", _l("Use at most 255 characters"))
    mail = session.scalar(sa.select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update())
    if mail is None or mail.state != "failed":
        raise NotFound(_l("No such mail waits for a decision."))
    mail.state = "dropped"
    detail = {"kind": mail.kind, "person_id": mail.person_id, "drop_reason": said}
    record(session, now, Event.MAIL_DROPPED, actor_id=actor_id, subject=("mail", mail.id), detail=detail)
