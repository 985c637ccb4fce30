"""Files of a document as they grew: as it was frozen, with each signature that was made outside, with the seal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.files import store
from tracker.signing.models import MadeDocument, SignedFile
from tracker.signing.outside.apart import Looked, Signed
from tracker.signing.sides import SEAL


@dataclass(frozen=True, slots=True)
class Latest:
    """The file as it stands now: what the next signature is added to."""

    sha256: str
    size: int


def of_document(session: Session, document_id: int) -> list[SignedFile]:
    """Its signed files, as they came."""
    asked = sa.select(SignedFile).where(SignedFile.document_id == document_id)
    return list(session.scalars(asked.order_by(SignedFile.id)))


def latest(session: Session, made: MadeDocument) -> Latest:
    """The one that came last; as it was frozen where none did."""
    files = of_document(session, made.id)
    return Latest(files[-1].sha256, files[-1].size) if files else Latest(made.pdf_sha256, made.pdf_size)


def document_of(session: Session, sha256: str) -> MadeDocument | None:
    """The document that a file is of, as it was frozen or as it grew."""
    grown = sa.select(SignedFile.document_id).where(SignedFile.sha256 == sha256)
    asked = sa.select(MadeDocument).where(sa.or_(MadeDocument.pdf_sha256 == sha256, MadeDocument.id.in_(grown)))
    return session.scalars(asked.order_by(MadeDocument.id).limit(1)).first()


def keep(
    session: Session,
    now: Moment,
    *,
    made: MadeDocument,
    number: str,
    kind: str,
    content: bytes,
    begins_with: str,
    found: Sequence[Mapping[str, Any]],
    person_id: int | None,
    folder: Path,
) -> SignedFile:
    """Keep a file that grew by a signature, or by the seal. A second one of its kind is a violated constraint."""
    row = SignedFile(
        document_id=made.id,
        kind=kind,
        sha256=store.keep(content, folder),
        size=len(content),
        begins_with=begins_with,
        found=list(found),
        received_at=now.at,
        received_by_id=person_id,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.DOCUMENT_SEALED if kind == SEAL else Event.DOCUMENT_SIGNED_OUTSIDE,
        actor_id=person_id,
        subject=("signed_file", row.id),
        agency_id=made.agency_id,
        detail={"number": number, "kind": kind, "sha256": row.sha256},
        facts=digests.of_objects(row),
    )
    return row


def told(looked: Looked) -> list[dict[str, Any]]:
    """What was found out, as it is kept."""
    return [_told(one) for one in looked.signatures]


def _told(one: Signed) -> dict[str, Any]:
    return {
        "field": one.field,
        "kind": one.kind,
        "claimed_at": one.claimed_at,
        "certificate": dict(one.certificate),
        "chain": list(one.chain),
    }
