"""Keys that people sign with, on devices of a test; and a programme that asks for one at sending."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.core.clock import Moment
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import ways
from tracker.programmes.models import Programme
from tracker.progress import confirming
from tracker.progress.confirming import Drafts
from tracker.progress.models import Report
from tracker.signing.confirmations import keys, proof

ASKING = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")


def enrol(session: Session, now: Moment, reader: Reader, device: Device) -> None:
    """A key of this person's, made on the device."""
    said = keys.request(now, session.get_one(Person, reader.person_id).token)
    named: dict[str, Any] = {"handle": "x", "address": "a@example.vn", "name": "x", "held": []}
    options, _challenge = passkeys.to_make(ASKING, **named, challenge=proof.challenge(said), signs_in=False)
    keys.enrol(session, now, reader=reader, statement=said, asking=ASKING, answer=device.make(options))


def ask_to_send(session: Session, now: Moment, programme_id: int, *, asks: bool = True) -> None:
    """From today on the programme asks for a key at sending, or no more."""
    programme = session.get_one(Programme, programme_id)
    chosen = ways.allowed(session, programme_id, now.on)
    ways.choose(session, now, actor_id=None, programme=programme, from_on=now.on, ways=chosen, key_to_send=asks)


def send(session: Session, now: Moment, *, reader: Reader, device: Device, drafts: Drafts) -> list[Report]:
    """Send these drafts in one press, confirmed by the device."""
    said, numbered = confirming.question(session, now, reader=reader, drafts=drafts)
    options, _challenge = passkeys.to_enter(ASKING, challenge=proof.challenge(said))
    given: dict[str, Any] = {"reader": reader, "numbered": numbered, "said": said, "asking": ASKING}
    return confirming.send(session, now, **given, answer=device.sign(options))
