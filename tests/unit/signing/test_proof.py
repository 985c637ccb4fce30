"""A confirmation is checked from its record alone; whatever is changed in it shows, and by which name."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.signing.confirmations import proof
from tracker.signing.confirmations.proof import Wrong

PARTY = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")
TOLD = {"host": HOST, "origin": ORIGIN}
AT = proof.instant(datetime(2021, 2, 4, 2, 0, tzinfo=UTC))
STATEMENT = {
    "format": proof.STATEMENT,
    "document": "5" * 64,
    "file": "6" * 64,
    "number": "01/2021/CK-SXD",
    "role": "body",
    "signer": "giam-doc",
    "office": "head",
    "agency": "SXD",
    "nonce": "n",
    "time": AT,
}
REQUEST = {"format": proof.REQUEST, "signer": "giam-doc", "nonce": "m", "time": AT}
Record = dict[str, Any]


def enrolled(device: Device, signer: str = "giam-doc") -> Record:
    said = {**REQUEST, "signer": signer}
    named: dict[str, Any] = {"handle": "x", "address": "a@b.vn", "name": "x", "held": []}
    options, _challenge = passkeys.to_make(PARTY, **named, challenge=proof.challenge(said), signs_in=False)
    return proof.enrolment(said, TOLD, device.make(options))


def confirmed(device: Device, signer: str = "giam-doc", **said: Any) -> Record:
    made = enrolled(device, signer)
    _wrong, credential, public_key = proof.enrolled(made)
    key = {"credential": credential, "public_key": public_key, "enrolment": made}
    statement = {**STATEMENT, **said}
    options, _challenge = passkeys.to_enter(PARTY, held=[credential], challenge=proof.challenge(statement))
    attested = [{"by": one, "office": "clerk", "at": AT} for one in ("a", "b", "b")]
    return proof.evidence(statement, TOLD, {**key, "attested": attested}, device.sign(options))


@cache
def _right() -> str:
    return proof.canonical(confirmed(Device())).decode()


def right() -> Record:
    """One that holds, as it comes back from the store."""
    return proof.read(_right())


def test_what_is_stored_is_enough() -> None:
    found = proof.verify(right(), document="5" * 64, role="body", signer="giam-doc")
    assert found.holds
    assert found.attested == 2, "each once"
    assert found.sign_count == 1
    assert found.fingerprint == hashlib.sha256(base64url_to_bytes(right()["key"]["public_key"])).hexdigest()
    assert base64url_to_bytes(json.loads(base64url_to_bytes(right()["client_data"]))["challenge"]) == proof.challenge(
        STATEMENT
    )


def _client(record: Record, **told: Any) -> None:
    data = json.loads(base64url_to_bytes(record["client_data"]))
    record["client_data"] = bytes_to_base64url(json.dumps({**data, **told}).encode())


def _flags(record: Record, flags: int) -> None:
    data = bytearray(base64url_to_bytes(record["authenticator_data"]))
    data[32] = flags
    record["authenticator_data"] = bytes_to_base64url(bytes(data))


def _other_key(record: Record) -> None:
    other = confirmed(Device())
    record["key"]["public_key"] = other["key"]["public_key"]


Spoil = Callable[[Record], Any]
SPOILT: list[tuple[Wrong, Spoil]] = [
    (Wrong.OTHER_STATEMENT, lambda one: one["statement"].update(document="7" * 64)),
    (Wrong.OTHER_STATEMENT, lambda one: one["statement"].update(role="ppc")),
    (Wrong.OTHER_STATEMENT, lambda one: one["statement"].update(time="2021-02-05T02:00:00.000Z")),
    (Wrong.OTHER_STATEMENT, lambda one: one["statement"].update(nonce="o")),
    (Wrong.OTHER_KEY, lambda one: one["statement"].update(signer="pho-giam-doc")),
    (Wrong.OTHER_USE, lambda one: _client(one, type="webauthn.create")),
    (Wrong.OTHER_PLACE, lambda one: _client(one, origin="https://kẻ-khác.vn")),
    (Wrong.OTHER_PLACE, lambda one: _client(one, crossOrigin=True)),
    (Wrong.OTHER_PLACE, lambda one: one["party"].update(host="khac.vn")),
    (Wrong.NOT_RECOGNISED, lambda one: _flags(one, 0x01)),
    (Wrong.NOT_PRESENT, lambda one: _flags(one, 0x04)),
    (Wrong.BAD_SIGNATURE, lambda one: _flags(one, 0x0D)),
    (Wrong.BAD_SIGNATURE, lambda one: one.update(signature=right()["signature"][:-4] + "AAAA")),
    (Wrong.OTHER_KEY, _other_key),
    (Wrong.BAD_SIGNATURE, _other_key),
    (Wrong.BAD_ENROLMENT, lambda one: one["key"]["enrolment"]["statement"].update(nonce="o")),
    (Wrong.UNREADABLE, lambda one: one.update(format="passkey-evidence/2")),
    (Wrong.UNREADABLE, lambda one: one.pop("signature")),
    (Wrong.UNREADABLE, lambda one: one.update(client_data="AAAA")),
    (Wrong.UNREADABLE, lambda one: one.update(authenticator_data="AAAA")),
    (Wrong.UNREADABLE, lambda one: one["key"].update(public_key="AAAA")),
    (Wrong.UNREADABLE, lambda one: one.update(key=None)),
]


@pytest.mark.parametrize(("wrong", "spoil"), SPOILT)
def test_whatever_is_changed_shows(wrong: Wrong, spoil: Spoil) -> None:
    record = right()
    spoil(record)
    assert wrong in proof.verify(record).wrong


def test_it_is_of_one_document_role_and_person() -> None:
    record = right()
    assert proof.verify(record, document="7" * 64).wrong == (Wrong.OTHER_DOCUMENT,)
    assert proof.verify(record, role="ppc").wrong == (Wrong.OTHER_ROLE,)
    assert proof.verify(record, signer="pho-giam-doc").wrong == (Wrong.OTHER_SIGNER,)


def test_a_device_that_recognises_nobody_makes_no_key() -> None:
    wrong, _credential, _public_key = proof.enrolled(enrolled(Device(recognises=False)))
    assert wrong == (Wrong.NOT_RECOGNISED,)
    wrong, _credential, _public_key = proof.enrolled(enrolled(Device(origin="https://khac.vn")))
    assert wrong == (Wrong.OTHER_PLACE,)
    made = copy.deepcopy(enrolled(Device()))
    assert proof.enrolled(made, signer="pho-giam-doc")[0] == (Wrong.OTHER_SIGNER,)
    made["attestation"] = "AAAA"
    assert proof.enrolled(made)[0] == (Wrong.UNREADABLE,)


def test_no_answer_of_a_browser_is_no_record() -> None:
    for answer in ("", "[]", "{}", '{"response": 3}', '{"response": {"signature": 4}}'):
        with pytest.raises(ValueError, match="no"):
            proof.evidence(STATEMENT, TOLD, {}, answer)
