"""Answers of browsers about passkeys: the right one, and everything that is wrong with others."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support.factors import Device
from tracker.accounts.factors import passkeys
from tracker.accounts.factors.passkeys import NewPasskey, Party

HERE = Party("localhost", "http://localhost", "Sổ cam kết")


def made(device: Device, change: Callable[[str], str] = str) -> NewPasskey | None:
    options, challenge = passkeys.to_make(HERE, handle="h", address="a@example.vn", name="A", held=[])
    return passkeys.made(HERE, challenge, change(device.make(options)))


def signed(device: Device, known: NewPasskey, *, last: int = 0, other_challenge: bool = False) -> int | None:
    options, challenge = passkeys.to_enter(HERE)
    if other_challenge:
        _options, challenge = passkeys.to_enter(HERE)
    answer = device.sign(options)
    assert passkeys.credential_in(answer) == known.credential
    return passkeys.count_in(HERE, challenge, answer, public_key=known.public_key, sign_count=last)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://camket.example.vn", "camket.example.vn"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_need_a_name_as_host(address: str, host: str | None) -> None:
    found = passkeys.party(address, "x")
    assert (found.host if found else None) == host
    assert found is None or found.origin == address


def test_a_passkey_is_made_and_signs() -> None:
    device = Device()
    known = made(device)
    assert known is not None
    assert signed(device, known) == 1
    assert signed(device, known, last=1) == 2


def test_a_count_that_goes_back_is_refused() -> None:
    device = Device()
    known = made(device)
    assert known is not None
    assert signed(device, known, last=5) is None


@pytest.mark.parametrize(
    "device",
    [Device(origin="https://evil.example"), Device(host="evil.example"), Device(recognises=False)],
    ids=["another site", "another host", "nobody recognised"],
)
def test_what_is_not_for_us_is_refused(device: Device) -> None:
    assert made(device) is None
    device.origin, device.host, device.recognises, wrong = "http://localhost", "localhost", True, vars(device).copy()
    known = made(device)
    assert known is not None
    device.origin, device.host, device.recognises = wrong["origin"], wrong["host"], wrong["recognises"]
    assert signed(device, known) is None


def test_another_challenge_and_another_key_are_refused() -> None:
    device, other = Device(), Device()
    known, others = made(device), made(other)
    assert known is not None
    assert others is not None
    assert signed(device, known, other_challenge=True) is None
    assert signed(device, NewPasskey(known.credential, others.public_key, 0)) is None


@pytest.mark.parametrize("answer", ["", "[]", "null", "{", '{"id": 1}', '{"id": "' + "a" * 2000 + '"}', "[" * 9000])
def test_what_is_no_answer_is_no_error(answer: str) -> None:
    assert passkeys.credential_in(answer) is None
    assert passkeys.made(HERE, "AAAA", answer) is None
    assert passkeys.count_in(HERE, "AAAA", answer, public_key="AAAA", sign_count=0) is None


def test_a_part_that_is_missing_is_no_error() -> None:
    def without(part: str) -> Callable[[str], str]:
        def change(answer: str) -> str:
            found = json.loads(answer)
            del found["response"][part]
            return json.dumps(found)

        return change

    for part in ("clientDataJSON", "attestationObject"):
        assert made(Device(), without(part)) is None
