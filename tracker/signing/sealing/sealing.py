"""Documents that both sides signed are sealed by the product: one at a time, as a step of a job that may be killed at
any moment. What proves the signatures, and the head of the record's chain, go into the seal."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.audit import queries as audit
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life.states import State
from tracker.core.clock import Moment
from tracker.core.db.database import Condition
from tracker.core.languages import in_language
from tracker.settings import Settings
from tracker.signing import originals
from tracker.signing.confirmations import signed
from tracker.signing.documents.fields import has_fields
from tracker.signing.models import DocumentNumber, MadeDocument, SignedFile
from tracker.signing.outside import certificates, signed_files
from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.trusted import trusted
from tracker.signing.sealing import demo_seal, seal_keys, sealer
from tracker.signing.sealing.sealer import Sealer
from tracker.signing.sealing.stamping import Server
from tracker.signing.sides import SEAL
from tracker.signing.words import ASSESSMENT

FORMAT = "commitment-seal/1"
_SIGNED_BY_BOTH = tuple(
    str(one) for one in (State.COUNTERSIGNED, State.IN_FORCE, State.ASSESSED, State.HEARD, State.CLOSED)
)


@dataclass(frozen=True, slots=True)
class Work:
    """One document that is to be sealed, and what goes into its seal."""

    document_id: int
    number: str
    sha256: str  # of its file as it stands
    evidence: Mapping[str, Any]


# What is signed by the PPC or by a body alone, as conditions on MadeDocument; rooms above add theirs.
ISSUED: list[Callable[[], Condition]] = [lambda: MadeDocument.kind == ASSESSMENT]


def next_one(session: Session, now: Moment, *, sealing: Sealer, without: Collection[int]) -> Work | None:
    """The next document to be sealed; none: all are. `without`: those that were made without a field for the seal, as
    far as that is known. Raises OtherKey."""
    sealed = sa.exists().where(SignedFile.document_id == MadeDocument.id, SignedFile.kind == SEAL)
    both = sa.exists().where(Dossier.document_sha256 == MadeDocument.content_sha256, Dossier.state.in_(_SIGNED_BY_BOTH))
    asked = (
        sa.select(MadeDocument)
        .join(DocumentNumber, DocumentNumber.id == MadeDocument.number_id)
        .where(~sealed, DocumentNumber.cancelled_at.is_(None), sa.or_(both, *(one() for one in ISSUED)))
        .where(MadeDocument.id.not_in(without))
        .options(joinedload(MadeDocument.number))
        .order_by(MadeDocument.id)
        .limit(1)
    )
    made = session.scalars(asked).one_or_none()
    if made is None:
        return None
    key = seal_keys.current(session, now, sealing.certificates)
    last = signed_files.latest(session, made)
    link = audit.last_link(session)
    evidence = {
        "format": FORMAT,
        "document": made.content_sha256,
        "file": made.pdf_sha256,
        "number": made.number.text,
        "signatures": list(_signatures(session, made)),
        "record": {"seq": link.seq, "hash": link.hash} if link else None,
        "key": key.hash,
        "sealed_at": now.at.astimezone(UTC).isoformat(),
    }
    return Work(made.id, made.number.text, last.sha256, evidence)


def add_seal(work: Work, sealing: Sealer, settings: Settings) -> bytes | None:
    """The sealed file: it takes a while, and no transaction. None where it was made without a field for the seal.
    Raises NotSealed."""
    folder = settings.files_folder
    pdf = originals.whole(folder, work.sha256)
    if not has_fields(pdf):
        return None
    believed, stamper = _believed(settings), None
    known = [*believed.anchors, *believed.others]
    above = certificates.above(sealing.certificates[0], known)
    of_it = [one for one in known if one in above or certificates.fingerprint(one) in _named(work.evidence)]
    if settings.timestamp_url:
        of_it = known  # whose certificate that server has is not known before
        stamper = Server(settings.timestamp_url, believed, datetime.fromisoformat(work.evidence["sealed_at"]))
    issuers = {one.issuer for one in (*of_it, *sealing.certificates)}
    lists = [one for one in believed.lists if one.issuer in issuers]
    return sealer.seal(pdf, sealing, work.evidence, known=of_it, lists=lists, stamper=stamper)


def keep(session: Session, now: Moment, *, work: Work, content: bytes, sealing: Sealer, folder: Path) -> bool:
    """Keep the sealed file; False where another process was first, or a signature came in meanwhile."""
    made = session.get_one(MadeDocument, work.document_id, with_for_update=True)
    files = signed_files.of_document(session, made.id)
    if any(one.kind == SEAL for one in files) or signed_files.latest(session, made).sha256 != work.sha256:
        return False
    own = certificates.described(sealing.certificates[0])
    found = {"field": SEAL, "kind": "signature", "claimed_at": work.evidence["sealed_at"], "certificate": own}
    signed_files.keep(
        session,
        now,
        made=made,
        number=work.number,
        kind=SEAL,
        content=content,
        begins_with=work.sha256,
        found=[{**found, "chain": [own["sha256"]]}],
        person_id=None,
        folder=folder,
    )
    return True


def _signatures(session: Session, made: MadeDocument) -> Sequence[dict[str, Any]]:
    """Who signed it for which side, when, by which way, with what proves it."""
    files = {one.kind: one for one in signed_files.of_document(session, made.id)}
    with in_language(None):
        return [
            {
                "side": str(one.side),
                "way": one.how,
                "day": one.day.isoformat(),
                "at": one.at.astimezone(UTC).isoformat() if one.at else None,
                "person": one.person,
                "for": one.for_person,
                "office": one.signature.office if one.signature else None,
                "authority": one.signature.authority if one.signature else None,
                "attested": one.attested,
                "sheet": one.sheet,
                "proof": one.signature.evidence if one.signature else None,
                "certificates": files[one.side].found if one.side in files else [],
            }
            for one in signed.of_document(session, made)
        ]


def _named(evidence: Mapping[str, Any]) -> set[str]:
    """The fingerprints of the certificates by which it was signed."""
    return {one for told in evidence["signatures"] for found in told["certificates"] for one in found["chain"]}


def _believed(settings: Settings) -> Trust:
    """What stands in the folder of what is trusted; in the demo its own list besides."""
    stands = trusted(settings.instance)
    lists = [*stands.lists, *([demo_seal.revoked(settings.instance)] if settings.demo else [])]
    return certificates.of_files(stands.certificates, lists)
