"""The order of Vietnamese names, as a key of digits."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.db.sorting import LONGEST_KEY, by_name, code_key, sort_key

IN_ORDER = [
    ["An", "An Hòa", "Anh Sơn", "Ân"],
    ["Dân", "Diễn Châu", "Đan", "Đô Lương"],  # đ is a letter of its own, after d
    ["ma", "mà", "mả", "mã", "má", "mạ"],  # tones as in dictionaries
    ["Ba", "Ba Bà", "Bà Ba"],  # tones tell only equals apart
    ["Khối 2", "Khối 10"],
    ["Sở Nội vụ", "Sở Tài chính", "Sở Tài nguyên và Môi trường", "Sở Tư pháp", "Sở Y tế"],
    ["Oanh", "Ông", "Ơn"],
    ["Ui", "Ưng", "Vinh"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: str(names[0]))
def test_names_stand_in_vietnamese_order(names: list[str]) -> None:
    assert [*map(sort_key, names)] == sorted({sort_key(name) for name in names})


@pytest.mark.parametrize(
    ("one", "other"),
    [("SỞ Y TẾ", "sở y tế"), ("  Sở Y tế ", "Sở Y tế"), ("Sở  Y-tế", "Sở Y tế"), ("Đô", "Đô")],
)
def test_case_gaps_and_spelling_of_signs_do_not_count(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


@given(st.text(max_size=400))
def test_a_key_is_digits_and_fits(text: str) -> None:
    """Digits alone are ordered alike by every database and collation."""
    key = sort_key(text)
    assert key.isascii()
    assert key.isdigit()
    assert len(key) <= LONGEST_KEY


@given(st.text(alphabet="aăâbcdđeê ", min_size=1, max_size=20), st.text(alphabet="aăâbcdđeê", min_size=1, max_size=5))
def test_a_beginning_comes_before_the_whole(text: str, more: str) -> None:
    assert sort_key(text) < sort_key(text + more)


@pytest.mark.parametrize("text", ["đ", "Đ", "sở x", "Ủy ban nhân dân xã"])
def test_a_jump_finds_the_names_that_begin_so_from_both_ends(text: str) -> None:
    names = ["Ban Dân tộc", "Đà Nẵng", "Điện Biên", "Sở Xây dựng", "Sở Y tế", "Ủy ban nhân dân xã An Hòa", "Văn phòng"]
    keys = [sort_key(name) for name in names]
    assert keys == sorted(keys)
    reads = by_name(sa.column("sort_key")).reads
    assert reads
    begin = [name.casefold().startswith(text.casefold()) for name in names]
    from_below = [key >= reads(text, False) for key in keys]
    from_above = [key <= reads(text, True) for key in keys]
    assert [below and above for below, above in zip(from_below, from_above, strict=True)] == begin


def test_codes_stand_by_their_numbers_and_no_two_are_alike() -> None:
    codes = ["T1", "T2", "T10", "T10a", "T100", "U1", "t2", "T-2"]
    assert sorted(["T10", "T100", "T2", "T1", "U1"], key=code_key) == ["T1", "T2", "T10", "T100", "U1"]
    assert sorted(["10/CK", "9/CK", "02/CK"], key=code_key) == ["02/CK", "9/CK", "10/CK"]
    assert len({code_key(code) for code in codes}) == len(codes)
