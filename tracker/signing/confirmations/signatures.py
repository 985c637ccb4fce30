"""Signing a document for a side, in one of the ways that its programme takes.

A way checks its own proof and hands it to `sign`, which makes the move and keeps both; the electronic confirmation
does so in `confirm`. What is told of signatures stands in `signed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.factors.passkeys import Party, credential_in
from tracker.accounts.keys import new_token
from tracker.agencies.offices import Office
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life import concluding, moving
from tracker.commitments.life.states import Move, Side, State
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, StaleEdit
from tracker.core.languages import Text, _l
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import ways
from tracker.programmes.ways import PAPER, PASSKEY
from tracker.signing.confirmations import keys, proof
from tracker.signing.confirmations.proof import Wrong
from tracker.signing.documents import freezing
from tracker.signing.models import MadeDocument, Signature, SigningKey

ROLES: Mapping[Side, Move] = {Side.BODY: Move.SIGN, Side.PPC: Move.COUNTERSIGN}
_TURN: Mapping[State, Side] = {State.FROZEN: Side.BODY, State.SIGNED: Side.PPC}
_AUTHORITIES: Mapping[Office, str] = {Office.CHAIR: "TM.", Office.VICE_CHAIR: "KT."}
NOT_THIS_WAY = _l("Commitments of this programme are not signed this way.")
NO_DOCUMENT = _l("There is no document to sign yet.")
OTHER: Text = _l("Another document, role or person was confirmed. Look at the document again, then sign.")
TOO_LATE: Text = _l("It took too long, or a clock was set meanwhile. Try again.")
REFUSED: Mapping[Wrong, Text] = {
    Wrong.NOT_RECOGNISED: _l("The device did not recognise you by finger, face or PIN: nothing was signed."),
    Wrong.NOT_PRESENT: _l("The device did not recognise you by finger, face or PIN: nothing was signed."),
    Wrong.OTHER_DOCUMENT: OTHER,
    Wrong.OTHER_ROLE: OTHER,
    Wrong.OTHER_SIGNER: OTHER,
    Wrong.OTHER_STATEMENT: OTHER,
}
NOT_RIGHT: Text = _l("The device's answer is not right: nothing was signed. Try again.")


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for a side now: in which office, by which authority, in whose place."""

    side: Side
    person_id: int
    office: str
    agency_code: str
    authority: str | None = None
    title: str | None = None
    for_person_id: int | None = None


def side_of(dossier: Dossier) -> Side | None:
    """Whose signature is the next one; none where nothing is to be signed now."""
    return _TURN.get(State(dossier.state))


def side_now(dossier: Dossier) -> Side:
    """The same. Raises DomainError where nothing is to be signed now."""
    side = side_of(dossier)
    if side is None:
        raise DomainError(moving.NOT_NOW)
    return side


def signer_of(session: Session, reader: Reader, dossier: Dossier) -> Signer:
    """In which office the reader signs now. Raises Forbidden or DomainError where the reader does not."""
    side = side_now(dossier)
    actor = moving.permitted(reader, dossier, ROLES[side])
    if side is Side.PPC:
        concluding.may_countersign(session, dossier, reader)
    action = actor.way.action or Action.AGREE_COMMITMENT
    grounds = [one.held for one in reader.grounds(action, dossier.agency_id) if one.held.for_id == actor.for_person_id]
    held = next(one for one in grounds if side is Side.PPC or one.agency_id == dossier.agency_id)
    named = (concluding.signatory_of(session, dossier) or {}) if side is Side.PPC else {}
    usual = "TUQ." if actor.for_person_id else _AUTHORITIES.get(held.office)
    return Signer(
        side=side,
        person_id=reader.person_id,
        office=str(held.office),
        agency_code=held.agency_code,
        authority=named.get("authority", usual) if side is Side.PPC else None,
        title=named.get("title"),
        for_person_id=actor.for_person_id,
    )


def statement(session: Session, now: Moment, *, reader: Reader, dossier: Dossier) -> dict[str, Any]:
    """What the reader's device is to confirm. Raises as `signer_of` does, and where there is no such way."""
    must_take(session, dossier, PASSKEY, now.on)
    found = _said(session, reader, dossier)
    return {**found, "nonce": new_token(), "time": proof.instant(now.at)}


def confirm(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    said: Mapping[str, Any],
    asking: Party,
    answer: str,
) -> Signature:
    """Sign by an electronic confirmation: `said` is the statement that was asked, `answer` the browser's.

    Raises as `concluding.sign` and `countersign` do; StaleEdit for a statement of another document, role or person;
    DomainError with the reason where the confirmation does not hold.
    """
    dossier = moving.locked(session, dossier_id)
    must_take(session, dossier, PASSKEY, now.on)
    expected = _said(session, reader, dossier)
    if {name: value for name, value in said.items() if name not in {"nonce", "time"}} != expected:
        raise StaleEdit(OTHER, dossier)
    if not keys.in_time(now, dict(said)):
        raise DomainError(TOO_LATE)
    key, kept = answered(session, reader, said, asking, answer)
    found = proof.verify(kept, document=expected["document"], role=expected["role"], signer=expected["signer"])
    for wrong in found.wrong:
        raise DomainError(REFUSED.get(wrong, NOT_RIGHT))
    not_backwards(session, key, found.sign_count)
    more = {"key_id": key.id, "nonce": said["nonce"], "sign_count": found.sign_count}
    return sign(session, now, reader=reader, dossier=dossier, way=PASSKEY, evidence=kept, more=more)


# What keys were used for, with the last count of each: signing, and whatever the rooms above confirm by one.
COUNTED: list[tuple[sa.Select[int | None], sa.ColumnElement[int | None]]] = [
    (sa.select(sa.func.max(Signature.sign_count)), Signature.__table__.c.key_id)
]
# Who is told of a signature that comes in past the page of signing, by the rooms above.
TELLING: list[Callable[[Session, Moment, Reader, Dossier], None]] = []


def sign(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier: Dossier,
    way: str,
    evidence: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> Signature:
    """Make the move of the signature that is next, in person, and keep what proves it: for a way that has checked its
    own proof. Raises as `signer_of` and `concluding` do."""
    must_take(session, dossier, way, now.on)
    signer, made = signer_of(session, reader, dossier), document_of(session, dossier)
    verb = concluding.sign if signer.side is Side.BODY else concluding.countersign
    move = verb(session, now, reader=reader, dossier_id=dossier.id, sha256=made.content_sha256, how=way)
    own = {
        "person_id": signer.person_id,
        "office": signer.office,
        "authority": signer.authority,
        "for_person_id": signer.for_person_id,
        **(more or {}),
    }
    return keep(session, now, reader, dossier, made, move, way, evidence, own)


def enter_paper(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier: Dossier,
    sha256: str,
    day: date,
    evidence: Mapping[str, Any],
) -> Signature:
    """Enter the signature that is next as one on paper, of the day that stands there."""
    side = side_now(dossier)
    must_take(session, dossier, PAPER, min(day, now.on))
    verb, made = concluding.sign if side is Side.BODY else concluding.countersign, document_of(session, dossier)
    move = verb(session, now, reader=reader, dossier_id=dossier.id, sha256=sha256, on_paper=True, day=day)
    return keep(session, now, reader, dossier, made, move, PAPER, evidence, {})


def keep(
    session: Session,
    now: Moment,
    reader: Reader,
    dossier: Dossier,
    made: MadeDocument,
    move: DossierMove,
    way: str,
    evidence: Mapping[str, Any],
    own: Mapping[str, Any],
) -> Signature:
    """Keep a signature that was made by this move, with what proves it."""
    row = Signature(
        token=new_token(),
        document_id=made.id,
        dossier_id=dossier.id,
        move_id=move.id,
        side=str(Side.BODY if move.move == Move.SIGN else Side.PPC),
        way=way,
        document_sha256=made.content_sha256,
        evidence=proof.canonical(evidence).decode(),
        at=now.at,
        **own,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.SIGNATURE_KEPT,
        actor_id=reader.person_id,
        subject=("signature", row.id),
        agency_id=dossier.agency_id,
        detail={"number": dossier.number, "way": way, "sha256": made.content_sha256},
        facts=digests.of_objects(row),
    )
    return row


def document_of(session: Session, dossier: Dossier) -> MadeDocument:
    """The document that is to be signed. Raises DomainError where there is none."""
    made = freezing.of_dossier(session, dossier)
    if made is None:
        raise DomainError(NO_DOCUMENT)
    return made


def must_take(session: Session, dossier: Dossier, way: str, day: date) -> None:
    """Raises DomainError where the programme does not take signatures of this way on that day."""
    if way not in ways.allowed(session, dossier.programme_id, day):
        raise DomainError(NOT_THIS_WAY)


def _said(session: Session, reader: Reader, dossier: Dossier) -> dict[str, Any]:
    """The statement without what makes it its own: which document, which role, who, in which office."""
    signer, made = signer_of(session, reader, dossier), document_of(session, dossier)
    told = {
        "format": proof.STATEMENT,
        "document": made.content_sha256,
        "file": made.pdf_sha256,
        "number": dossier.number,
        "role": str(signer.side),
        "signer": _token(session, signer.person_id),
        "office": signer.office,
        "agency": signer.agency_code,
        "authority": signer.authority,
        "for": _token(session, signer.for_person_id) if signer.for_person_id else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _token(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).token


def answered(
    session: Session, reader: Reader, said: Mapping[str, Any], asking: Party, answer: str
) -> tuple[SigningKey, dict[str, Any]]:
    """The reader's key that gave an answer, and the record of it. Raises DomainError where it is none of theirs, or no
    answer."""
    key = _own_key(session, reader, answer)
    return key, _evidence(session, said, asking, key, answer)


def _own_key(session: Session, reader: Reader, answer: str) -> SigningKey:
    credential = credential_in(answer)
    own = (one for one in keys.of_person(session, reader.person_id) if one.credential == credential)
    found = next(own, None)
    if found is None:
        raise DomainError(_l("This is none of your signing keys: nothing was signed."))
    return found


def _evidence(session: Session, said: Mapping[str, Any], asking: Party, key: SigningKey, answer: str) -> dict[str, Any]:
    attested = keys.attestations(session, [key.id])
    told: Mapping[str, Any] = {
        "credential": key.credential,
        "public_key": key.public_key,
        "enrolment": proof.read(key.enrolment),
        "attested": [
            {"by": _token(session, one.person_id), "office": one.office, "at": proof.instant(one.at)}
            for one in attested
        ],
    }
    try:
        return proof.evidence(said, keys.party_of(asking), told, answer)
    except ValueError:
        raise DomainError(NOT_RIGHT) from None


def not_backwards(session: Session, key: SigningKey, count: int) -> None:
    """A count that went back means that there are two copies of a key that should be one. Raises DomainError."""
    last = max(session.scalar(asked.where(of_key == key.id)) or 0 for asked, of_key in COUNTED)
    if (count or last) and count <= last:
        raise DomainError(_l("The key was used elsewhere meanwhile: nothing was signed. End it and make another."))
