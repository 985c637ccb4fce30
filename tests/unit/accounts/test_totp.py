"""Codes of an authenticator app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.factors import code_of
from tracker.accounts.factors import totp

SECRET = "a key for tests only, forty characters long"
AT = datetime(2021, 6, 1, 2, 0, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored() -> str:
    return totp.new(SECRET)


@pytest.mark.parametrize(
    ("seconds", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False), (3600, False)]
)
def test_a_code_is_good_now_and_half_a_minute_around(stored: str, seconds: int, right: bool) -> None:
    code = code_of(totp.shown(SECRET, stored), AT + timedelta(seconds=seconds))
    assert (totp.counter_of(SECRET, stored, code, AT, None) is not None) == right


def test_a_code_is_taken_once_and_none_before_it_afterwards(stored: str) -> None:
    key = totp.shown(SECRET, stored)
    taken = totp.counter_of(SECRET, stored, code_of(key, AT), AT, None)
    assert taken is not None
    assert totp.counter_of(SECRET, stored, code_of(key, AT), AT, taken) is None
    assert totp.counter_of(SECRET, stored, code_of(key, AT - timedelta(seconds=30)), AT, taken) is None
    assert totp.counter_of(SECRET, stored, code_of(key, AT + timedelta(seconds=30)), AT, taken) == taken + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "-12345", "１２３４５６"])
def test_what_is_no_code_is_no_error(stored: str, typed: str) -> None:
    assert totp.counter_of(SECRET, stored, typed, AT, None) is None


def test_the_secret_stands_encrypted(stored: str) -> None:
    key = totp.shown(SECRET, stored).replace(" ", "")
    assert key not in stored
    other = "another key for tests, forty characters long"
    assert totp.counter_of(other, stored, code_of(key, AT), AT, None) is None


def test_the_address_names_whose_it_is(stored: str) -> None:
    found = totp.address(SECRET, stored, label="a@example.vn", issuer="Sổ cam kết: Nghệ An")
    assert found.startswith("otpauth://totp/S%E1%BB%95%20cam%20k%E1%BA%BFt%20%20Ngh%E1%BB%87%20An:a@example.vn?secret=")
