"""People who sign at their desks: each with a device that keeps a key, and a programme that takes what it confirms."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from tests.integration.planning.room import Desk, Room
from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import ways
from tracker.programmes.models import Programme
from tracker.signing.confirmations import keys, proof

_QUESTION = re.compile(r'data-t-question="([^"]+)"')


def take_passkeys(room: Room, *chosen: str) -> None:
    """The programme takes electronic confirmations from today on, or these ways."""
    programme_id = room.table.made.programme.id
    room.table.session.rollback()
    with unit_of_work(room.table.now) as session:
        ways.choose(
            session,
            room.table.now,
            actor_id=None,
            programme=session.get_one(Programme, programme_id),
            from_on=room.table.now.on,
            ways=chosen or (ways.PASSKEY, ways.PAPER),
        )


def enrolled(room: Room, reader: Reader, device: Device) -> None:
    """The same as `Hand.make_key` without the page."""
    table = room.table
    token = table.session.get_one(Person, reader.person_id).token
    asking = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")
    said = keys.request(table.now, token)
    named: dict[str, Any] = {"handle": "x", "address": "a@example.vn", "name": "x", "held": []}
    options, _challenge = passkeys.to_make(asking, **named, challenge=proof.challenge(said), signs_in=False)
    table.session.rollback()
    table.do(keys.enrol, reader, statement=said, asking=asking, answer=device.make(options))


@dataclass
class Hand:
    """Somebody at a desk, with a device."""

    desk: Desk
    device: Device = field(default_factory=Device)

    def make_key(self) -> str:
        """A key, by the page; the address of its sheet."""
        address = "/account/signing-keys/new"
        self.desk.get(address)
        asked = _asked(self.desk.client, self.question)
        answer = self.device.make(asked["options"])
        told = self.desk.send(address, challenge=asked["challenge"], answer=answer)
        return str(re.findall(r"/signing-keys/[\w-]+", told)[0])

    @property
    def question(self) -> str:
        """The address that the script of the page asks."""
        return unescape(_QUESTION.findall(self.desk.page)[0])

    def confirm(self, page: str, status: int = 303, **other: Any) -> str:
        """Look at the document of a commitment, and confirm it."""
        address = f"{page}/sign"
        self.desk.get(address)
        return self.send(address, self.answer(), status, **other)

    def answer(self) -> dict[str, str]:
        """What the script of the open page would send."""
        asked = _asked(self.desk.client, self.question)
        return {"challenge": asked["challenge"], "answer": self.device.sign(asked["options"])}

    def send(self, address: str, answer: dict[str, str], status: int = 303, **other: Any) -> str:
        """Send it."""
        return self.desk.send(address, status, **{**answer, **other})


def signs(room: Room, desk: Desk, page: str) -> Hand:
    """Somebody makes a key and signs with it."""
    hand = Hand(desk)
    hand.make_key()
    hand.confirm(page)
    return hand


def _asked(client: FlaskClient, address: str) -> dict[str, str]:
    parts = urlsplit(address)
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, str] = json.loads(answer.get_data(as_text=True))
    return found
