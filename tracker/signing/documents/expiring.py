"""What nobody signed in time: it expires, and the number of its document, where it has one, stays as cancelled."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding
from tracker.core.clock import Moment
from tracker.core.languages import DEFAULT, _l, in_language
from tracker.signing.documents import register
from tracker.signing.models import MadeDocument

REASON = _l("It was not signed in time")


def expire(session: Session, now: Moment, day: date) -> int:
    """One batch of what should have been signed before that day; returns how many there were."""
    expired = concluding.expire(session, now, day)
    of_them = sa.and_(Dossier.document_sha256 == MadeDocument.content_sha256, Dossier.id.in_(expired))
    with in_language(DEFAULT):
        reason = str(REASON)
    for made in session.scalars(sa.select(MadeDocument).join(Dossier, of_them).order_by(MadeDocument.id)).all():
        register.cancel(session, now, made.number_id, reason=reason, agency_id=made.agency_id, person_id=None)
    return len(expired)
