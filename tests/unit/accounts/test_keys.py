"""Keys, recovery codes, and what is sealed into a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts import keys

SECRET = "a key for tests only, forty characters long"


def test_recovery_codes_are_ten_different_ones_that_can_be_typed() -> None:
    codes = keys.new_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code) for code in codes)


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-IJKL-MNOP", "abcd efgh ijkl mnop", " abcdefghijklmnop ", "ABCD-EFGH-1JKL-MN0P", "abcd–efgh"]
)
def test_a_code_may_be_typed_as_people_do(typed: str) -> None:
    assert (keys.plain_code(typed) == "ABCDEFGHIJKLMNOP") == ("–" not in typed)


@given(st.text(max_size=50))
def test_whatever_is_typed_gives_a_text(typed: str) -> None:
    assert keys.digest(keys.plain_code(typed))


def test_a_sealed_value_comes_back_for_its_purpose_only() -> None:
    sealed = keys.seal(SECRET, "one", [1, "a"])
    assert keys.unseal(SECRET, "one", sealed, 60) == [1, "a"]
    for secret, purpose, text in ((SECRET, "two", sealed), (SECRET + "x", "one", sealed), (SECRET, "one", sealed[:-1])):
        assert keys.unseal(secret, purpose, text, 60) is None
    assert keys.unseal(SECRET, "one", None, 60) is None
    assert keys.unseal(SECRET, "one", sealed, -1) is None
