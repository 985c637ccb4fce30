"""The kind of mail that says whose turn it is in a commitment, and whether one that waits may still leave."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import Dossier
from tracker.core.clock import Moment
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content

KIND = "commitment_turn"


def still_due(session: Session, waiting: OutboxMail, _now: Moment) -> Content | None:
    """What it said, as long as the commitment stands where it stood when that was written."""
    since = session.scalar(sa.select(Dossier.state_since).where(Dossier.token == waiting.ref))
    if since is None or since > waiting.created_at:
        return None
    return Content(waiting.subject, waiting.text, waiting.html)
