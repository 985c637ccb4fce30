"""Keeping a document that was made: its bytes in the store, and that it was made as a fact. It is never made again."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.files import store
from tracker.core.languages import _l
from tracker.signing.codes import PageCode
from tracker.signing.documents.canonical import Document
from tracker.signing.documents.rendering import Rendered
from tracker.signing.models import DocumentNumber, MadeDocument


def keep(
    session: Session,
    now: Moment,
    *,
    document: Document,
    rendered: Rendered,
    number: DocumentNumber,
    agency_id: int,
    person_id: int | None,
    folder: Path,
    sample: bool = False,
) -> MadeDocument:
    """Keep a rendered document under a number that was drawn for it. The same content twice is one document: what
    stands is given back, and its bytes are left as they are.

    Raises DomainError where its number is another one, was cancelled, or is of another document already.
    """
    standing = session.scalars(
        sa.select(MadeDocument).where(MadeDocument.content_sha256 == rendered.sha256)
    ).one_or_none()
    if standing is not None:
        return standing
    _held_against(document, number)
    if session.scalar(sa.select(sa.exists().where(MadeDocument.number_id == number.id))):
        raise DomainError(_l("This number is of another document already."))
    made = MadeDocument(
        address=rendered.sha256[: PageCode.PREFIX],
        kind=document["kind"],
        number_id=number.id,
        agency_id=agency_id,
        dated_on=date.fromisoformat(document["date"]),
        version=document["version"],
        content_sha256=store.keep(rendered.content, folder),
        content_size=len(rendered.content),
        pdf_sha256=store.keep(rendered.pdf, folder),
        pdf_size=len(rendered.pdf),
        pages=rendered.pages,
        sample=sample,
        made_at=now.at,
        made_by_id=person_id,
    )
    session.add(made)
    session.flush()
    record(
        session,
        now,
        Event.DOCUMENT_MADE,
        actor_id=person_id,
        subject=("document", made.id),
        agency_id=agency_id,
        detail={"number": number.text, "kind": made.kind, "version": made.version, "sha256": made.content_sha256},
        facts=digests.of_objects(made),
    )
    return made


def _held_against(document: Document, number: DocumentNumber) -> None:
    if number.cancelled_at is not None:
        raise DomainError(_l("This number was cancelled."))
    if (document["number"], document["date"][:4]) != (number.text, str(number.year)):
        raise DomainError(_l("The document carries another number than the one that was drawn for it."))
