"""The kind of the weekly mail, and whether one that waits may still leave."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import STOOD_IN_FOR, Office
from tracker.core.clock import Moment, day_of
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content

KIND = "weekly"
OFFICES = (Office.MONITOR, Office.VICE_CHAIR, Office.CHAIR)
WEEK = timedelta(days=7)


def still_due(session: Session, waiting: OutboxMail, now: Moment) -> Content | None:
    """What it said, as long as its receiver holds such an office, or acts in one, and no other week has begun: it tells
    of a week that is over, so nothing of it changes."""
    written_on = day_of(waiting.created_at)
    if now.on >= written_on - timedelta(days=written_on.weekday()) + WEEK:
        return None
    stood_in = [office for office in OFFICES if office in STOOD_IN_FOR]
    to = agencies.holders(session, now.on, offices=OFFICES) + agencies.stand_ins(session, now.on, offices=stood_in)
    if waiting.person_id not in {one.person_id for one in to}:
        return None
    return Content(waiting.subject, waiting.text, waiting.html)
