"""Words beside mails, to a gateway and to browsers, over real HTTP: once, again where they were not taken, never
without a cause or at night; and that nobody is left untold."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from tests.factories.errand import Province
from tests.jobs.conftest import Postbox
from tests.jobs.test_reminders import HEAD, OFFICER, At, reminded, report, run, the_target
from tests.jobs.test_reminders import made as made
from tests.support.other_side import OtherSide, Received, listening
from tracker.accounts import service as accounts
from tracker.channels import browsers, choosing, posting, reach, service
from tracker.channels.browsers import Subscribed
from tracker.channels.choosing import Wishes
from tracker.channels.models import ChannelCall, PushSubscription
from tracker.channels.push import keys
from tracker.channels.push.encryption import CURVE, packed, unpacked
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError
from tracker.mail import service as outbox
from tracker.people.models import Person
from tracker.reminders import service as reminders
from tracker.settings import Secret

DUE = "2021-06-21"
KEYS = (b"k" * 24, b"o" * 32)
NUMBER = "+84912345678"
BY_PHONE = Wishes(by_mail=False, by_gateway=True, phone="0912 345 678", hour="07:30")


@pytest.fixture
def other(app: Flask, made: Province, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherSide]:
    """A gateway and a push service in one, which the operator's settings name; two secrets overlap."""
    with listening() as side:
        secrets = "; ".join(f"whsec_{base64.b64encode(key).decode()}" for key in KEYS)
        changed = replace(
            app.extensions["settings"],
            webhook_url=f"{side.address}/hook",
            webhook_secrets=Secret(secrets),
            push_services="127.0.0.1",
            demo=False,
        )
        monkeypatch.setitem(app.extensions, "settings", changed)
        monkeypatch.setitem(outbox._beside, reminders.KIND, service.Beside(gateway=True))
        monkeypatch.setattr(outbox, "_address_books", [lambda *a, **k: reach.addresses(*a, **k, gateway=True)])
        with unit_of_work() as session:
            for email in (HEAD, OFFICER):
                person = session.scalars(sa.select(Person).where(Person.email == email)).one()
                accounts.register(session, clock.moment(), person, "mật khẩu thử nghiệm")
        yield side


def person_id(email: str) -> int:
    with unit_of_work() as session:
        found: int = session.scalars(sa.select(Person.id).where(Person.email == email)).one()
        return found


def later(at: At, **passed: float) -> None:
    """So much later on the same day."""
    at(clock.now().astimezone(clock.VIETNAM) + timedelta(**passed))


def choose(email: str, wishes: Wishes) -> None:
    who = person_id(email)
    with unit_of_work() as session:
        choosing.choose(session, clock.moment(), actor_id=who, wishes=wishes, gateway=True)


def calls() -> list[tuple[str, int, str | None]]:
    with unit_of_work() as session:
        rows = session.scalars(sa.select(ChannelCall).order_by(ChannelCall.id))
        return [(row.state, row.attempts, row.answer) for row in rows]


def is_signed(request: Received, key: bytes) -> bool:
    """As the specification has whoever receives it check."""
    head = request.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + request.body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in head["webhook-signature"].split(" ")


def test_the_gateway_is_told_a_count_and_signed_by_both_secrets(
    app: Flask, other: OtherSide, postbox: Postbox, at: At
) -> None:
    choose(HEAD, BY_PHONE)
    at(DUE)
    run(app, "remind", "deliver", "notify")
    (request,) = other.received
    told = json.loads(request.body)
    assert told["data"] | {"person": ""} == {
        "to": NUMBER,
        "person": "",
        "language": "vi",
        "count": 1,
        "text": "Sổ cam kết: 1 việc đang chờ ông/bà",
        "url": "http://localhost/inbox",
    }
    assert [is_signed(request, key) for key in (*KEYS, b"x" * 24)] == [True, True, False]
    assert abs(int(request.headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert reminded(postbox) == [OFFICER], "who wants no mail and is told otherwise gets none"
    assert calls() == [("sent", 1, "204")]
    later(at, minutes=1)
    run(app, "remind", "deliver", "notify")
    assert len(other.received) == 1
    at("2021-06-22")
    run(app, "remind", "deliver", "notify")
    assert len(other.received) == 2, "once a rung"


@pytest.mark.parametrize(
    ("status", "first", "then"),
    [
        (503, ("pending", 1, "503"), ("sent", 2, "204")),
        (429, ("pending", 1, "429"), ("sent", 2, "204")),
        (400, ("failed", 1, "400"), ("failed", 1, "400")),
        (410, ("failed", 1, "410"), ("failed", 1, "410")),
        (302, ("failed", 1, "302"), ("failed", 1, "302")),
    ],
)
def test_what_is_not_taken_is_tried_again_with_the_same_id(
    app: Flask, other: OtherSide, at: At, status: int, first: Any, then: Any
) -> None:
    choose(HEAD, BY_PHONE)
    at(DUE)
    other.answer, other.leads_to = (lambda _request: status), f"{other.address}/elsewhere"
    run(app, "remind", "notify")
    assert calls() == [first]
    other.answer = lambda _request: 204
    later(at, seconds=30)
    run(app, "notify")
    assert calls() == [first], "not at once"
    later(at, minutes=2)
    run(app, "notify")
    assert calls() == [then]
    assert len({request.headers["webhook-id"] for request in other.received}) == 1
    assert all(request.path == "/hook" for request in other.received)


def test_one_that_stalls_or_is_away_holds_up_nobody_for_long(
    app: Flask, other: OtherSide, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email, phone in ((HEAD, "0912345678"), (OFFICER, "0912345679")):
        choose(email, replace(BY_PHONE, phone=phone))
    at(DUE)
    monkeypatch.setattr(posting, "STEP_SECONDS", 0.3)
    other.answer = lambda _request: None
    began = time.monotonic()
    run(app, "remind", "notify")
    assert time.monotonic() - began < 120
    assert [state for state, *_ in calls()] == ["pending", "pending"]
    assert sorted(str(said) for _state, _tries, said in calls()) == ["None", "TimeoutError"], "the second waits untried"


def test_nothing_is_said_once_it_is_done(app: Flask, made: Province, other: OtherSide, at: At) -> None:
    choose(HEAD, BY_PHONE)
    at(DUE)
    run(app, "remind")
    with unit_of_work() as session:
        report(session, made, the_target(made).id, "2021-H1", date(2021, 6, 21))
    run(app, "notify")
    assert (calls(), other.received) == ([("dropped", 0, None)], [])


def test_no_phone_rings_in_the_evening(app: Flask, other: OtherSide, at: At) -> None:
    choose(HEAD, BY_PHONE)
    at(DUE)
    run(app, "remind")
    later(at, hours=10)
    run(app, "notify")
    assert calls() == [("dropped", 0, None)]
    assert other.received == []


def test_each_is_told_at_the_hour_that_they_chose(app: Flask, other: OtherSide, postbox: Postbox, at: At) -> None:
    choose(HEAD, Wishes(by_mail=True, by_gateway=True, phone=NUMBER, hour="15:00"))
    at(DUE)  # nine in the morning
    run(app, "remind", "deliver", "notify")
    assert (reminded(postbox), other.received) == ([OFFICER], [])
    later(at, hours=6)
    run(app, "deliver", "notify")
    assert (reminded(postbox), len(other.received)) == ([HEAD, OFFICER], 1)


def test_nobody_can_choose_to_be_told_by_nothing(app: Flask, other: OtherSide, postbox: Postbox, at: At) -> None:
    nothing = Wishes(by_mail=False, by_gateway=False, phone="", hour="07:30")
    for wishes, field in (
        (nothing, "by_mail"),
        (replace(nothing, by_gateway=True), "phone"),
        (replace(BY_PHONE, phone="113"), "phone"),
        (replace(BY_PHONE, hour="03:00"), "hour"),
    ):
        with pytest.raises(FieldError) as refused:
            choose(HEAD, wishes)
        assert refused.value.field == field
    # An older wish for no mail, of somebody whom nothing else reaches, leaves nobody untold.
    with unit_of_work() as session:
        session.execute(sa.update(Person).where(Person.email == HEAD).values(wants_mail=False))
    at(DUE)
    run(app, "remind", "deliver")
    assert HEAD in reminded(postbox)


class Phone:
    """A browser as far as a push service knows it: it reads what was encrypted for it, by RFC 8291."""

    def __init__(self, other: OtherSide, name: str = "one") -> None:
        self.key, self.secret = ec.generate_private_key(CURVE), b"s" * 16
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.given = Subscribed(f"{other.address}/push/{name}", packed(self.public), packed(self.secret), "Chrome", "")

    def read(self, body: bytes) -> dict[str, Any]:
        """What a push says."""
        salt, theirs, content = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        material = HKDF(SHA256(), 32, self.secret, b"WebPush: info\0" + self.public + theirs).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        told: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, content, None).rstrip(b"\0")[:-1])
        return told


def subscribe(other: OtherSide, email: str, phone: Phone) -> str:
    who = person_id(email)
    with unit_of_work() as session:
        row = browsers.add_browser(session, clock.moment(), actor_id=who, given=phone.given, services=("127.0.0.1",))
        return row.token


@pytest.fixture
def keyed(app: Flask, other: OtherSide, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> OtherSide:
    """With a key by which push services know this installation."""
    keys.make(tmp_path / "key.pem")
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], push_key=tmp_path / "key.pem"))
    return other


def test_a_browser_is_told_a_count_that_it_alone_reads(app: Flask, keyed: OtherSide, postbox: Postbox, at: At) -> None:
    phone = Phone(keyed)
    subscribe(keyed, HEAD, phone)
    at(DUE)
    run(app, "remind", "deliver", "notify")
    (request,) = keyed.received
    told = phone.read(request.body)
    assert told["text"] == "Sổ cam kết: 1 việc đang chờ ông/bà"
    assert set(told) == {"text", "id", "url"}, "nothing of what waits: a locked phone shows it to anybody"
    assert (request.headers["content-encoding"], request.headers["ttl"]) == ("aes128gcm", "43200")
    scheme, _space, rest = request.headers["authorization"].partition(" ")
    token, public = (part.partition("=")[2] for part in rest.split(", "))
    said, _dot, signature = token.rpartition(".")
    numbers = unpacked(signature)
    halves = (int.from_bytes(half, "big") for half in (numbers[:32], numbers[32:]))
    own = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(public))
    own.verify(encode_dss_signature(*halves), said.encode(), ec.ECDSA(SHA256()))
    claims = json.loads(unpacked(said.partition(".")[2]))
    assert (scheme, claims["aud"]) == ("vapid", keyed.address)
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert claims["sub"].startswith("mailto:")


def test_a_browser_that_is_gone_is_told_no_more_and_mails_go_on(
    app: Flask, keyed: OtherSide, postbox: Postbox, at: At
) -> None:
    subscribe(keyed, HEAD, Phone(keyed))
    choose(HEAD, Wishes(by_mail=False, by_gateway=False, phone="", hour="07:30"))
    at(DUE)
    keyed.answer = lambda _request: 410
    run(app, "remind", "notify")
    with unit_of_work() as session:
        assert [row.ended_at is None for row in session.scalars(sa.select(PushSubscription))] == [False]
    run(app, "deliver")
    assert HEAD in reminded(postbox), "nothing else reaches them now"
    at("2021-06-22")
    run(app, "remind", "deliver", "notify")
    assert len(keyed.received) == 1


def test_no_server_is_called_that_the_operator_does_not_name(app: Flask, keyed: OtherSide) -> None:
    good = Phone(keyed).given
    for endpoint in (
        "http://169.254.169.254/latest",
        "https://evil.example/push",
        "http://localhost:1/x",
        "file:///etc",
    ):
        phone = Phone(keyed)
        phone.given = replace(good, endpoint=endpoint)
        with pytest.raises(DomainError):
            subscribe(keyed, HEAD, phone)


def test_a_browser_has_one_person(app: Flask, keyed: OtherSide) -> None:
    """Two sign in at one machine: who asked last is told there."""
    phone = Phone(keyed)
    subscribe(keyed, HEAD, phone)
    mine = subscribe(keyed, OFFICER, phone)
    with unit_of_work() as session:
        live = session.scalars(sa.select(PushSubscription.person_id).where(PushSubscription.ended_at.is_(None))).all()
    assert live == [person_id(OFFICER)]
    with unit_of_work() as session:
        browsers.remove_browser(session, clock.moment(), actor_id=person_id(OFFICER), token=mine)
