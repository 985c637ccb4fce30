"""Exact fractions in, two decimals out: the rule's arithmetic and nothing that knows a target."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

ZERO = Fraction(0)
ONE = Fraction(1)
HUNDRED = Fraction(100)


@lru_cache(maxsize=1 << 16)
def exact(figure: Decimal) -> Fraction:
    """The figure as a fraction; the same few thousand figures come back all the time, so they are kept."""
    return Fraction(figure)


@lru_cache(maxsize=1 << 16)
def percent(numerator: Decimal, denominator: Decimal) -> Fraction | None:
    """100 × numerator / denominator; none where the denominator is 0."""
    return 100 * Fraction(numerator) / Fraction(denominator) if denominator else None


def total(figures: Iterable[Fraction]) -> Fraction:
    """Their sum, brought to lowest terms once, at the end."""
    numerator, denominator = 0, 1
    for figure in figures:
        if figure.denominator == denominator:
            numerator += figure.numerator
        else:
            numerator = numerator * figure.denominator + figure.numerator * denominator
            denominator *= figure.denominator
    return Fraction(numerator, denominator)


def whole_numbers(figures: Iterable[Fraction | int]) -> tuple[int, list[int]]:
    """Figures by one denominator, and that: whole numbers are added up and compared quicker than fractions."""
    parts = [figure.as_integer_ratio() for figure in figures]
    below = 1
    for _, denominator in parts:
        if below % denominator:
            below *= denominator
    return below, [numerator * (below // denominator) for numerator, denominator in parts]


def clamp(share: Fraction) -> Fraction:
    """The share, held within [0, 1]."""
    return ZERO if share.numerator <= 0 else ONE if share.numerator >= share.denominator else share


def half_up(figure: Fraction, places: int = 2) -> Decimal:
    """The figure rounded to so many decimals, a half away from zero."""
    return half_up_ratio(figure.numerator, figure.denominator, places)


def enough(figure: Fraction, *, upward: bool, places: int = 2) -> Decimal:
    """The figure rounded to so many decimals, to the next that is no less; not upward: no more."""
    scaled = figure * 10**places
    steps = -(-scaled.numerator // scaled.denominator) if upward else scaled.numerator // scaled.denominator
    return Decimal(f"{steps}E-{places}")


def half_up_ratio(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """The same of a figure that need not be in lowest terms; its denominator is above 0."""
    steps = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(f"{steps if numerator >= 0 else -steps}E-{places}")
