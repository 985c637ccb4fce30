"""Numbers and days as people type them: a table of cases for each language, and that writing and reading agree."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.languages import format_number
from tracker.core.numbers import DayError, NumberError, parse_day, parse_number


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("vi", "1.447", "1447"),
        ("vi", "1.447,5", "1447.5"),
        ("vi", "1.447.000", "1447000"),
        ("vi", "85,28", "85.28"),
        ("vi", "95,0", "95.0"),
        ("vi", " 12 ", "12"),
        ("vi", "-1.447,25", "-1447.25"),
        ("vi", "−3", "-3"),
        ("vi", "-0", "0"),
        ("en", "-00.00", "0.00"),
        ("vi", "1 447,5", "1447.5"),
        ("vi", "1\u00a0447\u00a0000", "1447000"),
        ("vi", "1\u202f447", "1447"),
        ("vi", "0,5", "0.5"),
        ("en", "1.447", "1.447"),
        ("en", "1,447", "1447"),
        ("en", "1,447.5", "1447.5"),
        ("en", "1 447.5", "1447.5"),
        ("en", "85.28", "85.28"),
        ("vi", "1" * 18 + "," + "2" * 12, "1" * 18 + "." + "2" * 12),
        ("en", "-00" + "9" * 18 + "." + "9" * 12, "-" + "9" * 18 + "." + "9" * 12),
    ],
)
def test_what_a_typed_number_means(language: str, typed: str, number: str) -> None:
    parsed = parse_number(typed, language)
    assert (parsed, str(parsed)) == (Decimal(number), number)


@pytest.mark.parametrize(
    ("language", "typed", "hint"),
    [
        ("vi", "", "Enter a number"),
        ("vi", "1.44", "such as 1,44"),
        ("vi", "0.123", "such as 0,123"),
        ("vi", "0.5", "such as 0,5"),
        ("vi", "1447.5", "such as 1447,5"),
        ("en", "1,44", "such as 1.44"),
        ("en", "85,28", "such as 85.28"),
        ("vi", "95%", "without the percent sign"),
        ("vi", "95 %", "without the percent sign"),
        ("vi", "1" * 19, "at most 18 digits"),
        ("en", "0." + "1" * 13, "and 12 after it"),
        ("vi", "1.447.00", "in digits"),
        ("vi", "12.34.567", "in digits"),
        ("vi", "1.447 000", "in digits"),
        ("vi", "1,447,000", "in digits"),
        ("en", "1.447.000", "in digits"),
        ("vi", "1,2,3", "in digits"),
        ("vi", "5,", "in digits"),
        ("vi", ",5", "in digits"),
        ("vi", "--1", "in digits"),
        ("vi", "1e5", "in digits"),
        ("vi", "NaN", "in digits"),
        ("vi", "Infinity", "in digits"),
        ("vi", "0x10", "in digits"),
        ("vi", "1_000", "in digits"),
        ("vi", "１２", "in digits"),
        ("vi", "١٢", "in digits"),
        ("vi", "5,²", "in digits"),
        ("vi", "mười", "in digits"),
        ("vi", "1\n447", "in digits"),
    ],
)
def test_a_number_is_never_guessed(language: str, typed: str, hint: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_number(typed, language)
    assert hint in str(caught.value.message)


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=3),
    language=st.sampled_from(["vi", "en"]),
)
def test_what_is_written_is_read_back_digit_for_digit(number: Decimal, language: str) -> None:
    parsed = parse_number(format_number(number, language), language)
    assert format(parsed, "f") == format(number, "f")


def test_no_zero_is_shown_below_zero() -> None:
    assert [format_number(Decimal(text), "vi") for text in ("-0", "-0.00", "-0.01")] == ["0", "0,00", "-0,01"]


@given(text=st.text(max_size=40), language=st.sampled_from(["vi", "en"]))
def test_any_text_is_a_number_or_a_clear_error(text: str, language: str) -> None:
    try:
        number = parse_number(text, language)
    except NumberError:
        return
    assert number.is_finite()


@pytest.mark.parametrize(
    "typed",
    ["20/06/2021", "20/6/2021", "20.06.2021", "20-6-2021", "20 6 2021", "20 / 06 / 2021", "20062021", "2021-06-20"],
)
def test_ways_to_type_one_day(typed: str) -> None:
    assert parse_day(typed) == date(2021, 6, 20)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("31/02/2021", "no such day"),
        ("06/20/2021", "no such day"),
        ("20/06/21", "day/month/year"),
        ("20/06", "day/month/year"),
        ("2021", "day/month/year"),
        ("tomorrow", "day/month/year"),
        ("20/06/0021", "Check the year"),
        ("20/06/9999", "Check the year"),
        ("00/06/2021", "no such day"),
        ("２０/06/2021", "day/month/year"),
    ],
)
def test_a_day_is_never_guessed(typed: str, hint: str) -> None:
    with pytest.raises(DayError) as caught:
        parse_day(typed)
    assert hint in str(caught.value.message)
