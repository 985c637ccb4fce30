"""A document handed to a program on the signer's machine, such as the plug-in of a token: two tokens, bound to
document, role and person, each good for one use within minutes. What it returns is taken in as an upload is."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.dossiers import Dossier
from tracker.core.clock import Moment
from tracker.core.db.database import Condition
from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader
from tracker.settings import Settings
from tracker.signing import asker
from tracker.signing.confirmations import signatures
from tracker.signing.models import DocumentNumber, HandOver, MadeDocument
from tracker.signing.outside import outside, signed_files, taking
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.signed_files import Latest

LASTS = timedelta(minutes=10)
FORMAT = "signing-hand-over/1"
SIGNED, REFUSED = "signed", "refused"
_TOKEN_BYTES = 32
NO_TOKEN, UNKNOWN, USED, TOO_LATE, REPLACED, NOT_FETCHED, EMPTY, NOT_TAKEN = (
    "no_token",
    "unknown_token",
    "used_token",
    "expired_token",
    "replaced",
    "not_fetched",
    "empty",
    "not_taken",
)
SENTENCES: Mapping[str, Text] = {
    NO_TOKEN: _l("No token came with this: send it in the header Authorization, as “Bearer …”."),
    UNKNOWN: _l("This token is unknown here. Begin again on the page of the document."),
    USED: _l("This token was used already: each is good for one use. Begin again on the page of the document."),
    TOO_LATE: _l("The minutes of this token are over. Begin again on the page of the document."),
    REPLACED: _l("The document, or whose turn it is, changed meanwhile. Begin again on the page of the document."),
    NOT_FETCHED: _l("The document was not fetched yet: fetch it with the first token, sign it, then send it."),
    EMPTY: _l("No file came with this: send the signed PDF as the body of the request."),
}


class Refused(DomainError):
    """A token or a file is refused: `code` for programs, the message for people."""

    def __init__(self, code: str, message: Any = None) -> None:
        super().__init__(SENTENCES[code] if message is None else message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Handed:
    """What a page hands to a program: both tokens, which stand nowhere else."""

    row: HandOver
    download: str
    upload: str

    def told(self, base_url: str, number: str) -> dict[str, Any]:
        """As the file that the program opens."""
        return {
            "format": FORMAT,
            "number": number,
            "field": self.row.side,
            "hash": "SHA-256",
            "until": self.row.expires_at.astimezone(UTC).isoformat(),
            "document": {
                "href": f"{base_url}/hand-over/document",
                "token": self.download,
                "sha256": self.row.begins_with,
            },
            "signed": {"href": f"{base_url}/hand-over/signed", "token": self.upload},
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that a program returned, and what it is held against."""

    id: int
    last: Latest
    names: Mapping[str, Any]


def begin(session: Session, now: Moment, *, reader: Reader, document_id: int, settings: Settings) -> Handed:
    """Hand a document over; what was handed over before for the same signature is good for nothing from then on. Raises
    as `taking.signer_now` does."""
    made = session.get_one(MadeDocument, document_id, with_for_update=True)
    dossier = taking.signer_now(session, now, reader, made, settings)
    others = HandOver.document_id == made.id, HandOver.person_id == reader.person_id, HandOver.returned_at.is_(None)
    session.execute(sa.update(HandOver).where(*others, HandOver.expires_at > now.at).values(expires_at=now.at))
    download, upload = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
    row = HandOver(
        document_id=made.id,
        dossier_id=dossier.id,
        side=str(signatures.side_of(dossier)),
        person_id=reader.person_id,
        begins_with=signed_files.latest(session, made).sha256,
        download=keys.digest(download),
        upload=keys.digest(upload),
        made_at=now.at,
        expires_at=now.at + LASTS,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.DOCUMENT_HANDED_OVER,
        actor_id=reader.person_id,
        subject=("document", made.id),
        agency_id=made.agency_id,
        detail={"number": session.get_one(DocumentNumber, made.number_id).text, "sha256": row.begins_with},
    )
    return Handed(row, download, upload)


def fetch(session: Session, now: Moment, *, token: str) -> Latest:
    """The file that is to be signed, once. Raises Refused."""
    row = _spent(session, now, HandOver.download == keys.digest(token), "fetched_at")
    made = session.get_one(MadeDocument, row.document_id)
    return signed_files.latest(session, made)


def take(session: Session, now: Moment, *, token: str, settings: Settings) -> Sent:
    """What a returned file is to be held against; the token is used up by it. Raises Refused."""
    row = _spent(session, now, HandOver.upload == keys.digest(token), "returned_at")
    if row.fetched_at is None:
        raise Refused(NOT_FETCHED)
    made, dossier = session.get_one(MadeDocument, row.document_id), session.get_one(Dossier, row.dossier_id)
    reader = asker.of(session, now, row.person_id)
    names = outside.expected(session, made, dossier, reader, settings.files_folder)
    return Sent(row.id, signed_files.latest(session, made), names)


def take_in(
    session: Session, now: Moment, *, sent: Sent, content: bytes, looked: Looked, settings: Settings
) -> HandOver:
    """Sign by what the program returned, in the name of whoever began, by the offices that they hold now. Raises as
    `outside.receive` does."""
    row = session.get_one(HandOver, sent.id, with_for_update=True)
    given: dict[str, Any] = {"dossier_id": row.dossier_id, "document_id": row.document_id, "content": content}
    given |= {"looked": looked, "begins_with": row.begins_with, "folder": settings.files_folder}
    outside.receive(session, now, reader=asker.of(session, now, row.person_id), **given)
    row.outcome = SIGNED
    return row


def note_refused(session: Session, now: Moment, *, sent: Sent) -> None:
    """Nothing came of it."""
    session.get_one(HandOver, sent.id, with_for_update=True).outcome = REFUSED


def open_of(session: Session, now: Moment, document_id: int, person_id: int) -> HandOver | None:
    """What somebody handed over and the program has not returned."""
    own = HandOver.document_id == document_id, HandOver.person_id == person_id
    asked = sa.select(HandOver).where(*own).order_by(HandOver.id.desc()).limit(1)
    row = session.scalars(asked).one_or_none()
    return row if row is not None and row.returned_at is None and row.expires_at > now.at else None


def _spent(session: Session, now: Moment, named: Condition, column: str) -> HandOver:
    """The hand-over of a token, which is used up by it: one statement tests and sets, so of two that try, one
    succeeds."""
    good = (named, getattr(HandOver, column).is_(None), HandOver.expires_at > now.at)
    used = sa.update(HandOver).where(*good).values({column: now.at}).returning(HandOver.id)
    identity = session.scalar(used)
    if identity is None:
        row = session.scalars(sa.select(HandOver).where(named)).one_or_none()
        if row is None:
            raise Refused(UNKNOWN)
        raise Refused(USED if getattr(row, column) is not None else TOO_LATE)
    row = session.get_one(HandOver, identity, populate_existing=True)
    if not taking.still(session, row.document_id, row.dossier_id, row.side, row.begins_with):
        raise Refused(REPLACED)
    return row
