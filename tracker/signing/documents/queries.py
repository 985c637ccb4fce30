"""Documents, their numbers and scans as they are looked for."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.commitments.dossiers import Dossier
from tracker.core.db.database import Condition
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import DocumentNumber, MadeDocument, Paper, PaperFile, ScanReading, SignedFile


def stored_files(session: Session) -> Iterator[str]:
    """The SHA-256 of every file in the store that a document, a scan or a key names, or that is to be sorted."""
    named = (
        MadeDocument.content_sha256,
        MadeDocument.pdf_sha256,
        SignedFile.sha256,
        PaperFile.sha256,
        Paper.sha256,
        KeySheet.sha256,
    )
    waiting = sa.select(ScanReading.sha256).where(ScanReading.finished_at.is_(None))
    yield from session.scalars(sa.union(*(sa.select(column) for column in named), waiting))


def by_address(session: Session, address: str, visible: Condition | None = None) -> MadeDocument | None:
    """A document by the beginning of its content's hash, with its number and body; `visible` is a condition on
    MadeDocument."""
    shown = (sa.true() if visible is None else visible, MadeDocument.address == address)
    with_it = joinedload(MadeDocument.number), joinedload(MadeDocument.agency)
    return session.scalars(sa.select(MadeDocument).where(*shown).options(*with_it)).one_or_none()


def dossier_of(session: Session, content_sha256: str) -> Dossier | None:
    """The dossier of which a document is the one to be signed, or was signed."""
    asked = sa.select(Dossier).where(Dossier.document_sha256 == content_sha256)
    return session.scalars(asked).one_or_none()


def of_addresses(session: Session, addresses: Sequence[str]) -> dict[str, MadeDocument]:
    """The documents of these addresses, with their bodies; what is no document's is not there."""
    asked = sa.select(MadeDocument).where(MadeDocument.address.in_(sorted(addresses)))
    return {one.address: one for one in session.scalars(asked.options(joinedload(MadeDocument.agency)))}


def attested_paper(session: Session, document_id: int) -> Paper | None:
    """The scan of a document that a second person attested, the latest of them."""
    asked = sa.select(Paper).where(Paper.document_id == document_id, Paper.attested.is_(True))
    return session.scalars(asked.order_by(Paper.id.desc()).limit(1)).one_or_none()


def of_number(session: Session, symbol: str, year: int, number: int) -> DocumentNumber | None:
    """A number of a register."""
    of_it = DocumentNumber.symbol == symbol, DocumentNumber.year == year, DocumentNumber.number == number
    return session.scalars(sa.select(DocumentNumber).where(*of_it)).one_or_none()
