"""Erased evidence: the rows stay, with hash, size and day, and say no more what the file was called."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.progress.models import Evidence


def places(session: Session, sha256: str) -> int:
    """In how many drafts and revisions a file stands, by its SHA-256."""
    return session.scalar(sa.select(sa.func.count()).select_from(Evidence).where(Evidence.sha256 == sha256)) or 0


def erase(session: Session, now: Moment, sha256: str) -> int:
    """Say of a file that it is erased, everywhere; returns in how many places it was not yet."""
    blanked = (
        sa.update(Evidence)
        .where(Evidence.sha256 == sha256, Evidence.erased_on.is_(None))
        .values(erased_on=now.on, name="")
        .returning(Evidence.id)
    )
    return len(session.scalars(blanked).all())
