"""What every door asks of a signed file before it is taken in, whoever brings it: the signer's browser, a program, a
provider."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import moving
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.permissions.reader import Reader
from tracker.programmes.ways import PADES
from tracker.settings import Settings
from tracker.signing import originals, scanning
from tracker.signing.confirmations import signatures
from tracker.signing.documents import fields, queries
from tracker.signing.models import MadeDocument
from tracker.signing.outside import fault_words, outside, signed_files
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.faults import Fault
from tracker.signing.outside.signed_files import Latest
from tracker.signing.outside.trusted import trusted


def checked(
    content: bytes, last: Latest, settings: Settings, now: Moment, names: Mapping[str, Sequence[str]] | None
) -> Looked:
    """What holds of a file that is to begin with the latest one: it takes a while, and no transaction. Raises
    FieldError with the reason where it does not hold."""
    outside.judge(content, originals.whole(settings.files_folder, last.sha256))
    scanning.scanned(content, settings)
    return outside.look(content, last, settings.files_folder, trusted(settings.instance), now, names)


def signer_now(session: Session, now: Moment, reader: Reader, made: MadeDocument, settings: Settings) -> Dossier:
    """The dossier in which the reader signs this document outside now. Raises as `signatures.signer_of` does,
    DomainError where it cannot be signed this way."""
    dossier = queries.dossier_of(session, made.content_sha256)
    if dossier is None:
        raise DomainError(moving.NOT_NOW)
    signatures.must_take(session, dossier, PADES, now.on)
    signatures.signer_of(session, reader, dossier)
    if not fields.has_fields(originals.pdf(made, settings.files_folder)):
        raise DomainError(fault_words.SENTENCES[Fault.NO_FIELDS])
    return dossier


def still(session: Session, document_id: int, dossier_id: int, side: str, begins_with: str) -> bool:
    """Whether what was begun still holds: the same document, the same side's turn, no signature since."""
    made, dossier = session.get_one(MadeDocument, document_id), session.get_one(Dossier, dossier_id)
    return (
        dossier.document_sha256 == made.content_sha256
        and signatures.side_of(dossier) == side
        and signed_files.latest(session, made).sha256 == begins_with
    )
