"""What is copied in a spreadsheet and pasted as text: cells, rows, and what a number can mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.files.pasted import customs, grid, readings, seen

BLOCKS = {
    "a column": ("1\r\n2\r\n3\r\n", [["1"], ["2"], ["3"]]),
    "of an old Mac": ("1\r2\r", [["1"], ["2"]]),
    "a block": ("1\t2\n3\t4", [["1", "2"], ["3", "4"]]),
    "a hole in it": ("1\n\n3\n\n\n", [["1"], [], ["3"]]),
    "an empty cell at its beginning": ("\t5\n\t6\n", [["", "5"], ["", "6"]]),
    "an empty row of three cells": ("1\t2\t3\n\t\t\n4\t5\t6", [["1", "2", "3"], [], ["4", "5", "6"]]),
    "a cell of two lines": ('80\t"Chậm vì\nthiếu người"\n90\t', [["80", "Chậm vì\nthiếu người"], ["90", ""]]),
    "quotation marks in a cell": ('"Văn bản ""hỏa tốc"""\t5', [['Văn bản "hỏa tốc"', "5"]]),
    "a mark that does not close": ('"80\n90', [['"80'], ["90"]]),
    "a mark within": ('5" ống\t3', [['5" ống', "3"]]),
    "blanks around": (" 1\u00a0447 \t\u200b2 ", [["1\u00a0447", "2"]]),
    "nothing": (" \n\t\n", []),
}


@pytest.mark.parametrize(("text", "cells"), BLOCKS.values(), ids=list(BLOCKS))
def test_a_paste_falls_into_cells(text: str, cells: list[list[str]]) -> None:
    assert [[seen(cell) for cell in row] for row in grid(text)] == cells


def test_letters_of_an_old_font_are_told_as_they_were_sent() -> None:
    assert grid("Tr\u00adêng häc\t1")[0][0] == "Tr\u00adêng häc"


@given(st.lists(st.lists(st.sampled_from(["", "33,3", "a\nb", 'x"y', "tab\tbed"]), min_size=1, max_size=4), max_size=5))
def test_what_a_spreadsheet_copies_comes_back_cell_by_cell(rows: list[list[str]]) -> None:
    def copied(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in '\t\n"') else cell

    text = "".join("\t".join(map(copied, row)) + "\r\n" for row in rows)
    came = [row if any(row) else [] for row in rows]
    while came and not came[-1]:
        came.pop()
    assert grid(text) == came


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("33,3", "33.3", None),
        ("12,5", "12.5", None),
        ("33.3", None, "33.3"),
        ("1.447", "1447", "1.447"),
        ("1,447", "1.447", "1447"),
        ("0,125", "0.125", None),
        ("1.447,5", "1447.5", None),
        ("1.447.000", "1447000", None),
        ("95", "95", "95"),
        ("95%", None, None),
        ("#DIV/0!", None, None),
    ],
)
def test_a_number_can_mean_what_each_custom_makes_of_it(text: str, vi: str | None, en: str | None) -> None:
    meant = {"vi": vi, "en": en}
    assert readings(text) == {language: Decimal(number) for language, number in meant.items() if number is not None}


def test_who_wrote_one_number_in_one_way_wrote_all_so() -> None:
    assert customs(map(readings, ["1.447", "95"])) == set()
    assert customs(map(readings, ["1.447", "33,3"])) == {"vi"}
    assert customs(map(readings, ["33,3", "33.3"])) == {"vi", "en"}
