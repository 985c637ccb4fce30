"""A document that was signed outside of the product, with a program and a token of the signer's: taken in, or refused
with the reason. It is accepted only as our own bytes with signatures appended (`examination`)."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from tracker.audit import queries as audit
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import moving
from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.files import contents
from tracker.core.files.kinds import ContentError
from tracker.core.files.store import path_of
from tracker.core.languages import LANGUAGES
from tracker.permissions.reader import Reader
from tracker.programmes.ways import PADES
from tracker.signing import originals
from tracker.signing.codes import digest, frozen_part
from tracker.signing.confirmations import signatures
from tracker.signing.documents import canonical, fields
from tracker.signing.models import DocumentNumber, MadeDocument, SignedFile
from tracker.signing.outside import apart, signed_files
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.faults import Fault
from tracker.signing.outside.signed_files import Latest
from tracker.signing.outside.trusted import Trusted
from tracker.signing.sides import BODY

MOST_ADDED = 4 * 1024 * 1024  # bytes that a signature, with pictures and lists of revoked certificates, adds


def expected(
    session: Session, made: MadeDocument, dossier: Dossier, reader: Reader, folder: Path
) -> dict[str, list[str]]:
    """Which names each signer may have: whoever signs now, or the office; of an earlier one, as it was found."""
    content = canonical.read(originals.content(made, folder))
    side = str(signatures.side_now(dossier))
    found = {side: [reader.name, *_names(content["body" if side == BODY else "ppc"]["name"])]}
    for file in signed_files.of_document(session, made.id):
        for one in file.found:
            known = one["certificate"]
            found.setdefault(one["field"], [known.get("name") or known.get("organisation", "")])
    return found


def read(stream: BinaryIO, most: int) -> bytes:
    """The bytes of an upload. Raises FieldError where there are more."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise refusal(Fault.TOO_LARGE)
    return content


def whose(session: Session, content: bytes, made: MadeDocument) -> Fault | None:
    """What a file is that does not begin as the latest of a document does: an older one, another document's; none where
    nobody knows it."""
    begin = digest(frozen_part(content))
    if begin == made.pdf_sha256:
        return Fault.OLDER
    return Fault.ANOTHER_DOCUMENT if signed_files.document_of(session, begin) is not None else None


def look(
    content: bytes,
    latest: Latest,
    folder: Path,
    trusted: Trusted,
    now: Moment,
    expected: Mapping[str, Sequence[str]] | None,
) -> Looked:
    """What holds of a file. It takes a while, and no transaction. Raises FieldError with the reason where it does not
    hold."""
    looked = apart.look(path_of(folder, latest.sha256), latest.size, content, trusted, now.at, expected)
    if looked.first_fault is not None:
        raise refusal(looked.first_fault)
    return looked


def judge(content: bytes, before: bytes) -> None:
    """What can be told of a file without looking into it. Raises FieldError."""
    if not content.startswith(b"%PDF-"):
        raise refusal(Fault.NO_PDF)
    if b"/Encrypt" in content and b"/Encrypt" not in before:
        raise refusal(Fault.ENCRYPTED)
    if not content.startswith(before):
        raise refusal(Fault.NOT_OURS)
    if not fields.has_fields(before):
        raise refusal(Fault.NO_FIELDS)
    try:
        contents.one_pdf(io.BytesIO(content))
    except ContentError:
        raise refusal(Fault.TWO_IN_ONE) from None


def receive(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    document_id: int,
    content: bytes,
    begins_with: str,
    looked: Looked,
    folder: Path,
) -> SignedFile:
    """Take a file in that was looked at, and sign by it. Raises as `concluding.sign` does, and FieldError where the
    other side signed meanwhile."""
    dossier = moving.locked(session, dossier_id)
    side = str(signatures.side_now(dossier))
    made = session.get_one(MadeDocument, document_id)
    if signed_files.latest(session, made).sha256 != begins_with:
        raise refusal(Fault.OLDER)
    kinds = [one.field for one in looked.signatures]
    if side not in kinds:
        raise refusal(Fault.ANOTHER_FIELD)
    evidence = {"file": digest(content), "certificates": signed_files.told(looked)}
    signatures.sign(session, now, reader=reader, dossier=dossier, way=PADES, evidence=evidence)
    for tell in signatures.TELLING:
        tell(session, now, reader, dossier)
    number = session.get_one(DocumentNumber, made.number_id).text
    audit.refuse_erased(session, begins_with, "file")
    return signed_files.keep(
        session,
        now,
        made=made,
        number=number,
        kind=side,
        content=content,
        begins_with=begins_with,
        found=signed_files.told(looked),
        person_id=reader.person_id,
        folder=folder,
    )


def refusal(fault: Fault) -> FieldError:
    """A reason as it stands beside the field."""
    return FieldError("file", SENTENCES[fault])


def _names(name: Mapping[str, str]) -> list[str]:
    return [name[language] for language in LANGUAGES if language in name]
