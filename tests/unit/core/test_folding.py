"""What counts when words are searched, and what does not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.db.folding import plain, search_key, stands_in, words
from tracker.core.db.sorting import sort_key

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ "
TEXTS = st.text(VIETNAMESE + VIETNAMESE.upper() + "0123456789-/.", max_size=40)
ALIKE = [
    ("Đặng", "\u0110\u0103\u0323ng"),  # NFC, NFD and half of each
    ("Đặng", "\u0110a\u0306\u0323ng"),
    ("Đinh", "\u00d0inh"),  # eth, which looks like Đ
    ("Đinh", "\u0189inh"),
    ("hoá", "hóa"),
    ("hoà", "hòa"),
    ("thuỷ", "thủy"),
    ("khoẻ", "khỏe"),
    ("SXD", "S\u200bXD"),
    ("SXD", "ＳＸＤ"),
    ("Sở  Xây dựng", " sở\u00a0xây   DỰNG "),
    ("05/BCK-SXD", "05 bck sxd"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_ways_to_write_the_same_are_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), ALIKE[:8])
def test_they_stand_at_the_same_place_in_a_list(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đặng Thị Ánh", "dang thi anh"),
        ("Ðinh Văn Ước", "dinh van uoc"),
        ("ước Lê", "uoc le"),
        ("Ủy ban nhân dân xã Thuỵ Ứng", "uy ban nhan dan xa thuy ung"),
        ("12/QĐ-UBND", "12 qd ubnd"),
        ("dang.anh@example.vn", "dang anh example vn"),
    ],
)
def test_words_without_their_marks(text: str, bare: str) -> None:
    assert " ".join(map(plain, words(text))) == bare


def test_other_marks_are_other_words() -> None:
    assert len({tuple(words(text)) for text in ("ma", "má", "mà", "mả", "mã", "mạ", "mă", "mâ", "dang", "đang")}) == 10


@given(TEXTS)
def test_case_form_and_spaces_never_count(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        other = unicodedata.normalize(form, f"  {text.upper()} ")
        assert search_key(other) == search_key(text)
        assert sort_key(other) == sort_key(text)


@given(TEXTS)
def test_a_text_stands_in_its_own_key_with_and_without_marks(text: str) -> None:
    key = search_key(text)
    for word in words(text):
        assert f" {word} " in key
        assert f" {plain(word)} " in key


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("so y te", True),
        ("SYT", True),
        ("syt sở", True),
        ("y tế", True),
        ("noi vu", False),
        ("sy", True),
        ("…", False),
        ("", False),
    ],
)
def test_what_is_typed_finds_a_text_as_it_finds_a_stored_key(asked: str, found: bool) -> None:
    assert stands_in(asked, "SYT", "Sở Y tế", None) == found


@given(st.text(max_size=60))
def test_no_text_makes_a_sign_that_a_pattern_would_read(text: str) -> None:
    assert not {"%", "_", "\\", "\x00"} & set(search_key(text))
