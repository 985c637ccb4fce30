"""Fractions: rounding half away from zero, and the hold within [0, 1]."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rule.exact import clamp, enough, half_up, whole_numbers


@pytest.mark.parametrize(
    ("figure", "places", "rounded"),
    [
        ("1/200", 2, "0.01"),
        ("-1/200", 2, "-0.01"),
        ("49/10000", 2, "0.00"),
        ("-49/10000", 2, "0.00"),
        ("5/2", 0, "3"),
        ("-5/2", 0, "-3"),
        ("2/3", 6, "0.666667"),
        ("0", 2, "0.00"),
        ("-7", 2, "-7.00"),
    ],
)
def test_half_up(figure: str, places: int, rounded: str) -> None:
    assert str(half_up(Fraction(figure), places)) == rounded


@given(st.fractions(), st.integers(0, 8))
def test_rounding_is_off_by_half_a_step_at_most(figure: Fraction, places: int) -> None:
    off = abs(Fraction(half_up(figure, places)) - figure)
    assert off <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("figure", "upward", "rounded"),
    [
        ("29.941", True, "29.95"),
        ("29.949", False, "29.94"),
        ("-29.941", True, "-29.94"),
        ("-29.941", False, "-29.95"),
        ("1/3", True, "0.34"),
        ("7", True, "7.00"),
        ("7", False, "7.00"),
    ],
)
def test_enough(figure: str, upward: bool, rounded: str) -> None:
    assert str(enough(Fraction(figure), upward=upward)) == rounded


@pytest.mark.parametrize(("share", "held"), [("-1/3", 0), ("0", 0), ("1/3", Fraction(1, 3)), ("1", 1), ("4/3", 1)])
def test_clamp(share: str, held: Fraction) -> None:
    assert clamp(Fraction(share)) == held


@given(st.lists(st.fractions() | st.integers(), min_size=1, max_size=13))
def test_whole_numbers_are_the_figures_by_one_denominator(figures: list[Fraction | int]) -> None:
    below, numbers = whole_numbers(figures)
    assert [Fraction(number, below) for number in numbers] == figures


def test_whole_numbers_stay_small_where_denominators_come_again() -> None:
    assert whole_numbers([Fraction(1, 4), Fraction(1, 2), 3, Fraction(3, 4)]) == (4, [1, 2, 12, 3])
