"""Sending confirmed by a key, where the programme asks for it: what a device is asked, and sending what it confirmed.

One confirmation is of one press, whatever number of reports that sends: its statement lists the hash of each, which is
what the receipt says but for its time. So a receipt proves itself by the confirmation's record alone (`receipts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.factors.passkeys import Party
from tracker.accounts.keys import new_token
from tracker.audit import digests
from tracker.commitments.queries import lock_targets
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, Forbidden, StaleEdit
from tracker.core.languages import Text, _l
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import ways
from tracker.progress import evidence_files, recording, service
from tracker.progress.cells import answers
from tracker.progress.models import Report, SendingConfirmation
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import Confirmed
from tracker.signing.confirmations import keys, proof, signatures
from tracker.signing.confirmations.proof import Wrong

Drafts = Sequence[tuple[ReportSlot, int]]  # each slot with the version of its draft that was seen
Numbered = Sequence[tuple[ReportSlot, int, str]]  # and with the number of its receipt

NOTHING: Text = _l("None of these figures can be sent as it stands now. Look at them again.")
OTHER: Text = _l("The figures are not the ones that you confirmed. Look at them again, then send: nothing was sent.")
TOO_LATE: Text = _l("It took too long, or a clock was set meanwhile: nothing was sent. Try again.")
REFUSED: Mapping[Wrong, Text] = {
    Wrong.NOT_RECOGNISED: _l("The device did not recognise you by finger, face or PIN: nothing was sent."),
    Wrong.NOT_PRESENT: _l("The device did not recognise you by finger, face or PIN: nothing was sent."),
    Wrong.OTHER_SIGNER: OTHER,
    Wrong.OTHER_STATEMENT: OTHER,
}
NOT_RIGHT: Text = _l("The device's answer is not right: nothing was sent. Try again.")

signatures.COUNTED.append(
    (sa.select(sa.func.max(SendingConfirmation.sign_count)), SendingConfirmation.__table__.c.key_id)
)


def asked(session: Session, slots: Iterable[ReportSlot], now: Moment) -> bool:
    """Whether sending these is confirmed by a key: of several programmes one that asks for it is enough."""
    return any(ways.asks_key_to_send(session, one, now.on) for one in {slot.target.programme_id for slot in slots})


def question(session: Session, now: Moment, *, reader: Reader, drafts: Drafts) -> tuple[dict[str, Any], Numbered]:
    """What the reader's device is to confirm, and what of the drafts that sends: those that cannot go are left out.

    Of a single one, what keeps it from going is raised; of several, DomainError where none can.
    """
    numbered = []
    for slot, version in drafts:
        try:
            service.ready(session, now, slot, version)
        except DomainError:
            if len(drafts) == 1:
                raise
            continue
        numbered.append((slot, version, recording.new_number()))
    if not numbered:
        raise DomainError(NOTHING)
    said, _hashes = _said(session, now, reader, numbered)
    return {**said, "nonce": new_token(), "time": proof.instant(now.at)}, numbered


def send(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    numbered: Numbered,
    said: Mapping[str, Any],
    asking: Party,
    answer: str,
) -> list[Report]:
    """Send exactly what was confirmed, all of it or nothing. `said` is the statement that was asked, `answer` the
    browser's.

    Raises as `service.send` does; StaleEdit for a statement of other reports, another office or person; DomainError
    with the reason where the confirmation does not hold.
    """
    lock_targets(session, sorted({slot.target.id for slot, _version, _number in numbered}))
    expected, hashes = _said(session, now, reader, numbered)
    if {name: value for name, value in said.items() if name not in {"nonce", "time"}} != expected:
        raise StaleEdit(OTHER, None)
    if not keys.in_time(now, dict(said)):
        raise DomainError(TOO_LATE)
    key, kept = signatures.answered(session, reader, said, asking, answer)
    found = proof.verify_sending(kept, signer=expected["signer"])
    wrong = [*found.wrong, *(Wrong.OTHER_DOCUMENT for one in hashes if one not in found.statement.get("reports", ()))]
    if wrong:
        raise DomainError(REFUSED.get(wrong[0], NOT_RIGHT))
    signatures.not_backwards(session, key, found.sign_count)
    agency_id = numbered[0][0].target.agency_id
    row = SendingConfirmation(
        agency_id=agency_id,
        person_id=reader.person_id,
        for_person_id=reader.acts_for(Action.SEND_REPORT, agency_id),
        office=expected["office"],
        key_id=key.id,
        nonce=said["nonce"],
        sign_count=found.sign_count,
        evidence=proof.canonical(kept).decode(),
        at=now.at,
    )
    session.add(row)
    session.flush()
    facts = tuple(digests.of_objects(row))
    given: dict[str, Any] = {"reader": reader}
    sent: list[Report] = []
    for slot, version, number in sorted(numbered, key=lambda one: service.in_order(one[0])):
        confirmed = Confirmed(row.id, number, () if sent else facts)
        sent.append(service.send(session, now, **given, slot=slot, version=version, confirmed=confirmed))
    return sent


def _said(session: Session, now: Moment, reader: Reader, numbered: Numbered) -> tuple[dict[str, Any], list[str]]:
    """The statement without what makes it its own: which reports, who, in which office; and the hash of each report."""
    for slot, _version, _number in numbered:
        service.permit(reader, Action.SEND_REPORT, slot)
    agency_id = numbered[0][0].target.agency_id
    held, holder = recording.sender(reader, agency_id), reader.acts_for(Action.SEND_REPORT, agency_id)
    if held is None or len({one.target.agency_id for one, _version, _number in numbered}) > 1:
        raise Forbidden(_l("Your office does not allow this."))
    hashes = [_hash(session, now, slot, version, number, str(held.office)) for slot, version, number in numbered]
    told = {
        "format": proof.SENDING,
        "reports": sorted(hashes),
        "role": proof.SENDER,
        "signer": _token(session, reader.person_id),
        "office": str(held.office),
        "agency": held.agency_code,
        "for": _token(session, holder) if holder else None,
    }
    return {name: value for name, value in told.items() if value is not None}, hashes


def _hash(session: Session, now: Moment, slot: ReportSlot, version: int, number: str, office: str) -> str:
    """What the receipt of a draft will say but for its time, as a hash."""
    found = service.ready(session, now, slot, version)
    files = evidence_files.of_draft(session, found.draft.id) if found.standing.has_files else ()
    revision = {"seq": found.seq, "sent_at": None, **asdict(found.entry)}
    rows = answers.rows_of(found.asked, found.draft.typed)
    said = recording.said_of(slot, revision, [one.sha256 for one in files], rows)
    return recording.part_sha256({**said, "office": office, "nonce": number})


def _token(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).token
