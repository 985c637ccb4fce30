"""Keys that people sign with: made on the owner's device, attested by two people against a sheet that the owner signed
by hand, ended once. The private half never leaves the device."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.accounts.factors.passkeys import LONGEST_CREDENTIAL, Party
from tracker.accounts.keys import new_token
from tracker.audit import digests
from tracker.audit import queries as audit
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.commitments.life.moving import reason_of
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.db.database import Base
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _l
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.signing.confirmations import proof
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import KeyAttestation, SigningKey

MOST_KEYS = 5  # that one person signs with at a time
LASTS = timedelta(minutes=5)  # a question to a device
EARLY = timedelta(seconds=5)  # that the clocks of two workers may differ
NO_KEY = _l("There is no such signing key.")


def party_of(asking: Party) -> dict[str, str]:
    """Who asks, as a record has it."""
    return {"host": asking.host, "origin": asking.origin}


def request(now: Moment, person_token: str) -> dict[str, Any]:
    """What a device is asked to confirm when it makes a key."""
    return {
        "format": proof.REQUEST,
        "signer": person_token,
        "nonce": new_token(),
        "time": proof.instant(now.at),
    }


def in_time(now: Moment, statement: dict[str, Any]) -> bool:
    """Whether what was asked is answered within its minutes, by the same clock."""
    age = now.at - datetime.fromisoformat(str(statement["time"]))
    return -EARLY <= age <= LASTS


def enrol(
    session: Session, now: Moment, *, reader: Reader, statement: dict[str, Any], asking: Party, answer: str
) -> SigningKey:
    """Keep a key that a device has made. Raises DomainError where its answer is not right, or too many stand."""
    person = session.scalar(sa.select(Person).where(Person.id == reader.person_id).with_for_update())
    if person is None:
        raise NotFound(NO_KEY)
    if not in_time(now, statement):
        raise DomainError(_l("It took too long, or a clock was set meanwhile. Try again."))
    if len(of_person(session, person.id)) >= MOST_KEYS:
        raise DomainError(_l("You have as many signing keys as one can have. End one first."))
    try:
        kept = proof.enrolment(statement, party_of(asking), answer)
    except ValueError:
        raise DomainError(_l("The browser did not make a key. Try again.")) from None
    wrong, credential, public_key = proof.enrolled(kept, signer=person.token)
    if proof.Wrong.NOT_RECOGNISED in wrong:
        raise DomainError(_l("The device did not recognise you by finger, face or PIN: such a key cannot sign."))
    if wrong or len(credential) > LONGEST_CREDENTIAL:
        raise DomainError(_l("The browser did not make a key. Try again."))
    if session.scalar(sa.select(sa.exists().where(SigningKey.credential == credential))):
        raise DomainError(_l("This key is known already."))
    made = SigningKey(
        token=new_token(),
        person_id=person.id,
        credential=credential,
        public_key=public_key,
        fingerprint=proof.fingerprint_of(public_key),
        enrolment=proof.canonical(kept).decode(),
        made_at=now.at,
    )
    session.add(made)
    session.flush()
    _told(session, now, Event.SIGNING_KEY_MADE, reader, made, made)
    return made


def attest(session: Session, now: Moment, *, reader: Reader, key_id: int) -> KeyAttestation:
    """Say whose key it is: somebody else than its owner, by an office that attests papers; each once.

    Raises Forbidden, DomainError.
    """
    key = _locked(session, key_id)
    if not reader.may(Action.ATTEST_PAPER):
        raise Forbidden(_l("Your office does not allow this."))
    if key.person_id == reader.person_id:
        raise Forbidden(_l("This key is your own: two other people attest it."))
    if key.ended_at is not None:
        raise DomainError(_l("This key has ended."))
    if reader.person_id in {one.person_id for one in attestations(session, [key_id])}:
        raise DomainError(_l("You have attested this key already: a second person does it too."))
    office = next(ground.held.office for ground in reader.grounds(Action.ATTEST_PAPER))
    made = KeyAttestation(key_id=key_id, person_id=reader.person_id, office=str(office), at=now.at)
    session.add(made)
    session.flush()
    _told(session, now, Event.SIGNING_KEY_ATTESTED, reader, key, made)
    return made


def keep_sheet(session: Session, now: Moment, *, reader: Reader, key_id: int, file: StoredUpload) -> KeySheet:
    """Keep the scan of the sheet that the owner signed by hand: sent by the owner, or by whoever attests.

    Raises Forbidden, FieldError beside `file` where it stands already.
    """
    key = _locked(session, key_id)
    if key.person_id != reader.person_id and not reader.may(Action.ATTEST_PAPER):
        raise Forbidden(_l("Your office does not allow this."))
    audit.refuse_erased(session, file.sha256, "file")
    if session.scalar(sa.select(sa.exists().where(KeySheet.key_id == key_id, KeySheet.sha256 == file.sha256))):
        raise FieldError("file", _l("This very file is kept already"))
    kept = KeySheet(
        key_id=key_id,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        uploaded_by_id=reader.person_id,
        uploaded_at=now.at,
    )
    session.add(kept)
    session.flush()
    _told(session, now, Event.SIGNING_KEY_SHEET, reader, key, kept)
    return kept


def sheets(session: Session, key_id: int) -> Sequence[KeySheet]:
    """The scans of a key's sheet, the latest first."""
    return session.scalars(sa.select(KeySheet).where(KeySheet.key_id == key_id).order_by(KeySheet.id.desc())).all()


def end(session: Session, now: Moment, *, reader: Reader, key_id: int, reason: str) -> SigningKey:
    """Nothing is signed with it any more: by its owner, or by whoever attests. What was signed stays signed.

    Raises Forbidden, FieldError of the reason, DomainError where it has ended.
    """
    key = _locked(session, key_id)
    if key.person_id != reader.person_id and not reader.may(Action.ATTEST_PAPER):
        raise Forbidden(_l("Your office does not allow this."))
    if key.ended_at is not None:
        raise DomainError(_l("This key has ended."))
    key.ended_at, key.ended_by_id, key.end_reason = now.at, reader.person_id, reason_of(reason)
    session.flush()
    _told(session, now, Event.SIGNING_KEY_ENDED, reader, key, key)
    return key


def of_person(session: Session, person_id: int, *, ended: bool = False) -> Sequence[SigningKey]:
    """The keys of a person, the oldest first; those that ended only where asked for."""
    query = sa.select(SigningKey).where(SigningKey.person_id == person_id)
    if not ended:
        query = query.where(SigningKey.ended_at.is_(None))
    return session.scalars(query.order_by(SigningKey.id)).all()


def by_token(session: Session, token: str) -> SigningKey:
    """A key by its name in addresses, with its owner. Raises NotFound."""
    query = sa.select(SigningKey).where(SigningKey.token == token)
    found = session.scalar(query.options(joinedload(SigningKey.person)))
    if found is None:
        raise NotFound(NO_KEY)
    return found


def standing(session: Session) -> Sequence[SigningKey]:
    """Every key that has not ended, with its owner, the newest first."""
    query = sa.select(SigningKey).where(SigningKey.ended_at.is_(None)).options(joinedload(SigningKey.person))
    return session.scalars(query.order_by(SigningKey.id.desc())).all()


def attestations(session: Session, key_ids: Sequence[int]) -> Sequence[KeyAttestation]:
    """Who attested whose keys these are, in the order in which they did."""
    query = sa.select(KeyAttestation).where(KeyAttestation.key_id.in_(key_ids))
    return session.scalars(query.order_by(KeyAttestation.id)).all()


def _locked(session: Session, key_id: int) -> SigningKey:
    query = sa.select(SigningKey).where(SigningKey.id == key_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_KEY)
    return found


def _told(session: Session, now: Moment, event: Event, reader: Reader, key: SigningKey, fact: Base) -> None:
    kind = "signing_key_end" if event is Event.SIGNING_KEY_ENDED else fact.__tablename__
    facts = [one for one in digests.of_objects(fact) if one.kind == kind]
    detail = {"person_id": key.person_id, "sha256": key.fingerprint}
    subject = ("signing_key", key.id)
    record(session, now, event, actor_id=reader.person_id, subject=subject, detail=detail, facts=facts)
