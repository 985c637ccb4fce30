"""What was asked of a provider or handed to a program, and is long over, goes: what proves a signature stands with the
signature, and the record tells who asked."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.signing.models import HandOver, RemoteSigning

KEPT = timedelta(days=30)  # for whoever asks why it came to nothing


def forget(session: Session, now: Moment) -> int:
    """Remove requests and tokens that were over so long ago, also those that nobody ended. Returns how many."""
    found = 0
    for kind in (RemoteSigning, HandOver):
        gone = session.execute(sa.delete(kind).where(kind.expires_at < now.at - KEPT))
        found += int(getattr(gone, "rowcount", 0))
    return found
