"""Pages of scans in piles, one for each document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.signing.codes import PageCode
from tracker.signing.paper.piles import pages_from, piled, runs

A, B = "a" * 32, "b" * 32


def code(prefix: str, page: int, pages: int) -> PageCode:
    return PageCode("https://example.vn", prefix, page, pages)


def test_each_document_is_a_pile_in_the_order_of_its_own_pages() -> None:
    piles, unread = piled(
        [code(A, 2, 3), code(B, 1, 2), None, code(A, 1, 3), code(B, 1, 2), code(A, 3, 4), None, code(B, 2, 2)]
    )
    assert [(one.address, one.in_order, one.missing, one.twice, one.odd) for one in piles] == [
        (A, [4, 1], [3], [], [6]),
        (B, [2, 8], [], [5], []),
    ]
    assert unread == [3, 7]


@given(st.permutations([code(prefix, page, 5) for prefix in (A, B) for page in range(1, 6)]), st.data())
def test_however_they_lie_each_page_stands_in_its_place(pages: list[PageCode], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(pages), unique=True))
    piles, unread = piled(kept)
    assert unread == []
    for pile in piles:
        there = [kept[number - 1] for number in pile.in_order]
        assert there == [code(pile.address, page, 5) for page in range(1, 6) if page not in pile.missing]
    assert sum(len(pile.in_order) for pile in piles) == len(kept)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("3", [3]),
        ("3, 5-7", [3, 5, 6, 7]),
        ("7–8;1", [7, 8, 1]),
        (" 2 - 3 ,", [2, 3]),
        ("", None),
        ("x", None),
        ("3-", None),
        ("5-3", None),
        ("1-1000000", None),
        ("2, 2", None),
        ("-2", None),
    ],
)
def test_pages_are_named_as_people_name_them(text: str, pages: list[int] | None) -> None:
    assert pages_from(text) == pages


@given(st.lists(st.integers(1, 200), unique=True, min_size=1))
def test_what_is_written_is_read_again(numbers: list[int]) -> None:
    assert pages_from(runs(numbers)) == sorted(numbers)
