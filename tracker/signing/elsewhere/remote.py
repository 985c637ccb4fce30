"""Signatures that a provider makes with a key that it keeps for the signer: asked for, gone on with step by step by a
job, ended. What comes back is taken in as a file is that was signed outside, by the same check.

Each step is kept before the next one begins, so whoever is cut short goes on where it was.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.keys import new_token
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.dossiers import Dossier
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import Text, _l, by_each_language
from tracker.permissions.reader import Reader
from tracker.settings import Settings
from tracker.signing import asker
from tracker.signing.confirmations import signatures
from tracker.signing.elsewhere.csc import Wrong
from tracker.signing.models import DocumentNumber, MadeDocument, RemoteSigning
from tracker.signing.outside import outside, signed_files, taking
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.signed_files import Latest

LASTS = timedelta(minutes=10)
MOST_SENT = 3  # times that one phone is asked for one request: a scheduler that was killed asks again
ASKED, PREPARED, WAITING, ANSWERED = "asked", "prepared", "waiting", "answered"
SIGNED, REFUSED = "signed", "refused"
LONGEST_ACCOUNT = 100
EXPIRED: Text = _l("Nobody confirmed it on the phone in time: nothing was signed. You can ask again.")
AWAY: Text = _l("The provider did not answer: nothing was signed. Try again later.")
REPLACED: Text = _l(
    "The document, or whose turn it is, changed meanwhile: this request ended, and nothing was signed by it."
)
STOPPED = _l("You stopped waiting: nothing was signed.")
CUT_SHORT = _l("It was asked for several times without an answer: nothing was signed. Ask again.")
ANOTHERS = _l("Somebody else is signing this document just now. Try again in a few minutes.")
NO_PROVIDER = _l("No provider of remote signatures is set here.")
REASONS: Mapping[Wrong, Text] = {
    Wrong.AWAY: AWAY,
    Wrong.NOT_ADMITTED: _l(
        "The provider does not admit this product: nothing was signed. The administrator sees to its settings."
    ),
    Wrong.NO_ACCOUNT: _l("The provider knows no key of this account. Look at how you typed it."),
    Wrong.NO_CREDENTIAL: _l("Your key at the provider is blocked, or its certificate has expired or was revoked."),
    Wrong.ASKS_FOR_A_CODE: _l(
        "Your key at the provider asks for a code that is typed here, and this product takes none: have it set to be "
        "confirmed on the phone, or sign in another way."
    ),
    Wrong.OTHER_ALGORITHM: _l("Your key at the provider does not sign with SHA-256 in a way that is known here."),
    Wrong.REFUSED: _l("It was refused on the phone: nothing was signed."),
    Wrong.TIMED_OUT: EXPIRED,
    Wrong.NOT_UNDERSTOOD: _l(
        "The provider's answer is not right: nothing was signed. Try again, or sign in another way."
    ),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One request as it stands: what a conversation with the provider goes on with."""

    id: int
    token: str
    step: str
    side: str
    account: str
    said: str  # what is shown on the phone
    last: Latest
    names: Mapping[str, Sequence[str]]  # who may be the signer, by field
    prepared: Any
    sent: int
    handle: str | None
    value: bytes
    seconds: float  # until it expires


def ask(
    session: Session, now: Moment, *, reader: Reader, document_id: int, account: str, settings: Settings
) -> RemoteSigning:
    """Ask for a signature; where the reader did already, that request. Raises as `taking.signer_now` does, DomainError
    where somebody else did."""
    if not settings.csc_url:
        raise DomainError(NO_PROVIDER)
    made = session.get_one(MadeDocument, document_id, with_for_update=True)
    dossier = taking.signer_now(session, now, reader, made, settings)
    standing = open_of(session, made.id)
    if standing is not None and not ended(session, now, standing):
        if standing.person_id != reader.person_id:
            raise DomainError(ANOTHERS)
        return standing
    session.flush()
    row = RemoteSigning(
        token=new_token(),
        document_id=made.id,
        dossier_id=dossier.id,
        side=str(signatures.side_of(dossier)),
        person_id=reader.person_id,
        begins_with=signed_files.latest(session, made).sha256,
        account=account,
        asked_at=now.at,
        expires_at=now.at + LASTS,
        step=ASKED,
    )
    session.add(row)
    session.flush()
    number = session.get_one(DocumentNumber, made.number_id).text
    record(
        session,
        now,
        Event.DOCUMENT_REMOTE_ASKED,
        actor_id=reader.person_id,
        subject=("document", made.id),
        agency_id=made.agency_id,
        detail={"number": number, "sha256": row.begins_with},
    )
    return row


def stop(session: Session, now: Moment, *, reader: Reader, token: str) -> None:
    """Wait no longer. Raises NotFound where it is none of the reader's."""
    row = of_address(session, token, reader)
    if not ended(session, now, row):
        _end(row, now, REFUSED, STOPPED)


def of_address(session: Session, token: str, reader: Reader) -> RemoteSigning:
    """A request of the reader's. Raises NotFound."""
    own = RemoteSigning.token == token, RemoteSigning.person_id == reader.person_id
    with_it = joinedload(RemoteSigning.document).joinedload(MadeDocument.number)
    row = session.scalars(sa.select(RemoteSigning).where(*own).options(with_it)).one_or_none()
    if row is None:
        raise NotFound(_l("There is no such request."))
    return row


def open_of(session: Session, document_id: int) -> RemoteSigning | None:
    """The request for a document that has not ended."""
    asked = sa.select(RemoteSigning).where(
        RemoteSigning.document_id == document_id, RemoteSigning.finished_at.is_(None)
    )
    return session.scalars(asked).one_or_none()


def why_over(session: Session, now: Moment, row: RemoteSigning) -> Text | None:
    """Why an open request is over by now, whether that was noted or not; none where it is not."""
    if not taking.still(session, row.document_id, row.dossier_id, row.side, row.begins_with):
        return REPLACED
    if now.at < row.expires_at:
        return None
    return EXPIRED if row.away_since is None else AWAY


def ended(session: Session, now: Moment, row: RemoteSigning) -> bool:
    """Whether it has ended; one that is over by now ends here."""
    if row.finished_at is None and (why := why_over(session, now, row)) is not None:
        _end(row, now, REFUSED, why)
    return row.finished_at is not None


def go_on(session: Session, now: Moment, *, folder: Path) -> list[Work]:
    """What is to be gone on with, the oldest first; what is over ends."""
    asked = sa.select(RemoteSigning).where(RemoteSigning.finished_at.is_(None)).order_by(RemoteSigning.id)
    with_it = joinedload(RemoteSigning.document).joinedload(MadeDocument.number)
    found = session.scalars(asked.options(with_it)).all()
    return [work for row in found if (work := _work(session, now, row, folder)) is not None]


def note_prepared(session: Session, now: Moment, *, work: Work, kept: Any) -> None:
    """The file waits for its signature."""
    if (row := _at_hand(session, work)) is not None:
        row.prepared, row.step, row.away_since = kept, PREPARED, None


def note_sent(session: Session, now: Moment, *, work: Work) -> bool:
    """The phone is about to be asked: told before it is. False where it is not to be asked any more."""
    row = _at_hand(session, work)
    if row is None or ended(session, now, row):
        return False
    if row.sent >= MOST_SENT:
        _end(row, now, REFUSED, CUT_SHORT)
        return False
    row.sent += 1
    return True


def note_handle(session: Session, now: Moment, *, work: Work, handle: str) -> None:
    """By what the provider knows the confirmation."""
    if (row := _at_hand(session, work)) is not None:
        row.handle, row.step, row.away_since = handle, WAITING, None


def note_value(session: Session, now: Moment, *, work: Work, value: bytes) -> None:
    """The provider signed."""
    if (row := _at_hand(session, work)) is not None:
        row.value, row.step, row.away_since = base64.b64encode(value).decode(), ANSWERED, None


def note_away(session: Session, now: Moment, *, work: Work, reached: bool) -> None:
    """The provider does not answer: it is asked again until the request expires. Not `reached`: no phone rang."""
    if (row := _at_hand(session, work)) is None:
        return
    row.away_since = row.away_since or now.at
    if work.step == PREPARED and not reached:
        row.sent -= 1


def refuse(session: Session, now: Moment, *, work: Work, reason: Text) -> str | None:
    """Nothing comes of it."""
    row = _at_hand(session, work)
    return None if row is None else _end(row, now, REFUSED, reason)


def take_in(session: Session, now: Moment, *, work: Work, content: bytes, looked: Looked, folder: Path) -> str | None:
    """Sign by what came back, in the name of whoever asked, by the offices that they hold now."""
    row = _at_hand(session, work)
    if row is None:
        return None
    if ended(session, now, row):
        return row.outcome
    given: dict[str, Any] = {"dossier_id": row.dossier_id, "document_id": row.document_id, "folder": folder}
    given |= {"content": content, "looked": looked, "begins_with": row.begins_with}
    try:
        with session.begin_nested():
            outside.receive(session, now, reader=asker.of(session, now, row.person_id), **given)
    except DomainError as refusal:
        return _end(row, now, REFUSED, refusal.message)
    return _end(row, now, SIGNED, None)


def _work(session: Session, now: Moment, row: RemoteSigning, folder: Path) -> Work | None:
    if ended(session, now, row):
        return None
    made = row.document
    dossier = session.get_one(Dossier, row.dossier_id)
    try:
        names = outside.expected(session, made, dossier, asker.of(session, now, row.person_id), folder)
    except (OSError, ValueError):  # its bytes are gone or damaged: the others go on
        _end(row, now, REFUSED, REASONS[Wrong.NOT_UNDERSTOOD])
        return None
    return Work(
        id=row.id,
        token=row.token,
        step=row.step,
        side=row.side,
        account=row.account or "",
        said=f"Ký {made.number.text} ({made.content_sha256[:8]})",
        last=signed_files.latest(session, made),
        names=names,
        prepared=row.prepared,
        sent=row.sent,
        handle=row.handle,
        value=base64.b64decode(row.value or ""),
        seconds=(row.expires_at - now.at).total_seconds(),
    )


def _at_hand(session: Session, work: Work) -> RemoteSigning | None:
    """The request, locked; none where it ended or somebody else went on with it."""
    row = session.get_one(RemoteSigning, work.id, with_for_update=True, populate_existing=True)
    as_seen = row.finished_at is None and (row.step, row.handle) == (work.step, work.handle)
    return row if as_seen else None


def _end(row: RemoteSigning, now: Moment, outcome: str, reason: Text | None) -> str:
    row.outcome, row.finished_at = outcome, now.at
    row.reason = None if reason is None else by_each_language(lambda: str(reason))
    row.account = row.handle = row.prepared = row.value = None
    return outcome
