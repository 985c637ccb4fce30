"""The files behind figures and requests, as they are looked for and made; `attaching` and `requests.service` add them
and take them off."""

import secrets
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db.database import Condition
from tracker.core.files.store import StoredUpload
from tracker.permissions.reader import Reader
from tracker.progress.models import Evidence

TOKEN_BYTES = 16


def of_draft(session: Session, draft_id: int) -> Sequence[Evidence]:
    """The files of a draft, in the order in which they came."""
    return [one for one in ever_of_draft(session, draft_id) if one.removed_at is None]


def ever_of_draft(session: Session, draft_id: int) -> Sequence[Evidence]:
    """The same, with those that were taken off it."""
    return session.scalars(sa.select(Evidence).where(Evidence.draft_id == draft_id).order_by(Evidence.id)).all()


def of_revision(session: Session, revision_id: int) -> Sequence[Evidence]:
    """The files of a revision, in the order in which they came."""
    return session.scalars(sa.select(Evidence).where(Evidence.revision_id == revision_id).order_by(Evidence.id)).all()


def stored_files(session: Session) -> Iterator[str]:
    """The SHA-256 of every file that a draft or revision names and that was not erased, each once."""
    yield from session.scalars(sa.select(Evidence.sha256).where(Evidence.erased_on.is_(None)).distinct())


def by_token(session: Session, visible: Condition, token: str) -> Evidence | None:
    """A file by its token; `visible` is a condition on Evidence."""
    return session.scalars(sa.select(Evidence).where(Evidence.token == token, visible)).one_or_none()


def new(now: Moment, reader: Reader, agency_id: int, file: StoredUpload, **of: int) -> Evidence:
    """The row of a stored file; `of` names the draft or the request."""
    return Evidence(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        agency_id=agency_id,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        name=file.name,
        uploaded_by_id=reader.person_id,
        uploaded_at=now.at,
        **of,
    )
