"""Erased evidence: the rows stay, with hash, size and day, and say no more what the file was called."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.progress import evidence_files
from tracker.progress.models import Evidence

TOKEN_BYTES = 16


def carry(session: Session, revision_id: int, draft_id: int) -> None:
    """Give a new draft the files of a revision, but for erased ones. The bytes stand once."""
    for file in evidence_files.of_revision(session, revision_id):
        if file.erased_on is None:
            session.add(
                Evidence(
                    token=secrets.token_urlsafe(TOKEN_BYTES),
                    draft_id=draft_id,
                    agency_id=file.agency_id,
                    sha256=file.sha256,
                    size=file.size,
                    media_type=file.media_type,
                    name=file.name,
                    uploaded_by_id=file.uploaded_by_id,
                    uploaded_at=file.uploaded_at,
                )
            )


def erase(session: Session, now: Moment, sha256: str) -> int:
    """Say of a file that it is erased, everywhere; returns in how many places it was not yet."""
    blanked = (
        sa.update(Evidence)
        .where(Evidence.sha256 == sha256, Evidence.erased_on.is_(None))
        .values(erased_on=now.on, name="")
        .returning(Evidence.id)
    )
    return len(session.scalars(blanked).all())
