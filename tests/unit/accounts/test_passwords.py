"""Passwords: normalised alike wherever they come from, judged before they are kept, never comparable in haste."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts import passwords
from tracker.core.errors import FieldError

WHOLE = "mật khẩu dài hơn"


def test_a_password_typed_as_other_signs_is_the_same() -> None:
    stored = passwords.hashed(unicodedata.normalize("NFD", WHOLE))
    assert passwords.matches(stored, unicodedata.normalize("NFC", WHOLE))
    assert not passwords.matches(stored, WHOLE + ".")


def test_hashes_are_salted_argon2id_of_todays_parameters() -> None:
    stored = passwords.hashed(WHOLE)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hashed(WHOLE)
    assert not passwords.is_outdated(stored)
    assert passwords.is_outdated("$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$4jFDKhvQuM8RGHZHQPdhfw")


@pytest.mark.parametrize("again", [WHOLE, unicodedata.normalize("NFD", WHOLE)])
def test_the_password_in_use_is_no_new_one(again: str) -> None:
    with pytest.raises(FieldError) as refused:
        passwords.demand(again, "officer@example.vn", "new", stored=passwords.hashed(WHOLE))
    assert refused.value.field == "new"
    passwords.demand(WHOLE + ".", "officer@example.vn", "new", stored=passwords.hashed(WHOLE))
    passwords.demand(again, "officer@example.vn", "new", stored=None)


@pytest.mark.parametrize("stored", [None, "", "no hash"])
def test_nothing_matches_where_no_password_was_kept(stored: str | None) -> None:
    assert not passwords.matches(stored, WHOLE)
    assert not passwords.matches(stored, "a password that nobody has")


@pytest.mark.parametrize(
    "weak",
    [
        "ngắn",
        "xK9#mQ2$vLw",
        "x" * 201,
        "officer@example.vn",
        "officer2021",
        "Example.vn!!",
        "aaaaaaaaaaaa",
        "abababababab",
        "0912345678",
        "19/05/1990 !",
        "Password123!",
        "matkhau@2021",
        "Mật khẩu 2021",
        "!!Qwertyuiop1",
        "nghean2025",
    ],
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(FieldError):
        passwords.demand(weak, "officer@example.vn")


@pytest.mark.parametrize(
    "stolen", ["1qaz2wsx3edc4rfv", "1QAZ2wsx3edc4rfv", "correcthorsebatterystaple", "correct horse battery staple"]
)
def test_a_password_that_was_stolen_elsewhere_is_refused(stolen: str) -> None:
    """By the list of the package: none of them is in the short one, or of one's own address."""
    with pytest.raises(FieldError) as refusal:
        passwords.demand(stolen, "officer@example.vn")
    assert "stolen elsewhere" in str(refusal.value.message)


@given(text=st.text(min_size=12, max_size=200))
def test_whatever_is_typed_the_list_answers(text: str) -> None:
    with suppress(FieldError):
        passwords.demand(text, "officer@example.vn")


@pytest.mark.parametrize("good", [WHOLE, "cam-ket-2021", "mật khẩu của tôi", "3 con gà 4 con vịt", "xK9#mQ2$vLw8"])
def test_a_long_sentence_is_welcome(good: str) -> None:
    passwords.demand(good, "officer@example.vn")
