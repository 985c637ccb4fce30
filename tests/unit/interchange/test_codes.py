"""What a code, a kind, a figure, a day or a reason can be is said in two places: in the schema that others write
packages by, and where it is entered. What is entered, a package takes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tracker.agencies.kinds import GROUPS, KINDS, NAME
from tracker.core.letters import CODE
from tracker.core.numbers import FIRST_YEAR, LAST_YEAR, MOST_DECIMALS, MOST_DIGITS, NumberError, parse_day, parse_number
from tracker.interchange.judging import schema
from tracker.progress import rules


def by_schema(text: str, kind: str = "code") -> bool:
    definition = {**schema.document()["$defs"][kind]}
    return Draft202012Validator(definition).is_valid(text) and not text.endswith("\n")


@given(st.text(st.one_of(st.sampled_from('./ ABc1đ\\"#%&<>?\n\t\x7f\u00a0'), st.characters()), max_size=45))
@example(".")
@example("A" * 40)
@example("A" * 41)
def test_both_take_the_same(text: str) -> None:
    assert (CODE.fullmatch(text) is not None) == by_schema(text)


@pytest.mark.parametrize("code", ["SXD", "sở-y.tế_2", "SXĐ", "2021-Q1", "T01", "A.B", "A..", "Ư", "ABC-UBND.01"])
def test_codes_that_are_ones(code: str) -> None:
    assert by_schema(code)
    assert CODE.fullmatch(code)


@pytest.mark.parametrize(
    "code",
    [
        ".",
        "..",
        ".A",
        "=A",
        "+A",
        "-A",
        "@A",
        "_A",
        "A B",
        "A/B",
        "A+B",
        "A'",
        "A,B",
        "A=1",
        "😀",
        "A😀",
        "×",
        "СХД",
        "A\n",
        "",
    ],
)
def test_codes_that_are_none(code: str) -> None:
    """Neither formulas of sheets, nor signs of addresses, nor pictures, nor letters that look like ours."""
    assert not by_schema(code)
    assert not CODE.fullmatch(code)


@pytest.mark.parametrize(
    ("figure", "is_one"),
    [("0", True), ("0.00", True), ("-0", False), ("-0.00", False), ("-0.01", True), ("-1.0", True)],
)
def test_zero_has_no_sign(figure: str, is_one: bool) -> None:
    assert by_schema(figure, "figure") == is_one


def test_the_codes_of_the_province_are_codes(shared: Path) -> None:
    codes = [body["code"] for body in json.loads((shared / "data/nghe_an_bodies.json").read_text())]
    assert len(codes) > 40
    assert [code for code in codes if not CODE.fullmatch(code)] == []


@given(st.text(st.one_of(st.sampled_from("aZđ09-_, \n"), st.characters()), max_size=45))
@example("departments")
@example("Sở, ban, ngành")
@example("a" * 40)
@example("a" * 41)
@example("department\n")
def test_kinds_and_groups_are_named_alike(text: str) -> None:
    assert (NAME.fullmatch(text) is not None) == by_schema(text, "name_of_kind")


def test_those_that_the_product_offers_can_be_carried() -> None:
    assert all(NAME.fullmatch(code) for code in [*KINDS, *GROUPS])


DIGITS = st.text("0123456789", min_size=1, max_size=21)


@given(st.sampled_from(("", "-", "\u2212")), DIGITS, st.text("0123456789", max_size=14))
@example("", "9" * MOST_DIGITS, "9" * MOST_DECIMALS)
@example("", "9" * (MOST_DIGITS + 1), "")
@example("", "1", "1" * (MOST_DECIMALS + 1))
@example("-", "0", "")
@example("", "007", "50")
def test_a_number_that_a_form_takes_is_one_that_a_package_takes(sign: str, whole: str, decimals: str) -> None:
    """And no other: `1.5` typed has the limits of `1.5` in a file."""
    typed = f"{sign}{whole}.{decimals}" if decimals else sign + whole
    plain = typed.replace("\u2212", "-").replace(whole, whole.lstrip("0") or "0", 1)
    if not whole.strip("0") and not decimals.strip("0"):
        plain = plain.removeprefix("-")
    try:
        taken = format(parse_number(typed, "en"), "f")
    except NumberError:
        assert not by_schema(plain, "figure")
    else:
        assert (taken, by_schema(taken, "figure")) == (plain, True)


@given(st.dates())
def test_a_day_that_a_form_takes_is_one_that_a_package_takes(day: date) -> None:
    try:
        taken = parse_day(f"{day:%d/%m}/{day.year:04}")
    except NumberError:
        return
    assert by_schema(taken.isoformat(), "day")


def test_the_first_and_the_last_year_of_forms_are_years_of_packages() -> None:
    for year in (FIRST_YEAR, LAST_YEAR):
        assert by_schema(parse_day(f"1/1/{year}").isoformat(), "day")


@pytest.mark.parametrize("length", [rules.LONGEST_TEXT, rules.LONGEST_TEXT + 1])
def test_a_reason_is_as_long_as_a_package_has_it(length: int) -> None:
    reason = "đ" * length
    assert (rules.reason_fault(reason, "") is None) == by_schema(reason, "passage")
