"""Exact fractions in, two decimals out: the rule's arithmetic and nothing that knows a target."""

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


def clamp(share: Fraction) -> Fraction:
    """The share, held within [0, 1]."""
    return ZERO if share.numerator <= 0 else ONE if share.numerator >= share.denominator else share


def half_up(figure: Fraction, places: int = 2) -> Decimal:
    """The figure rounded to so many decimals, a half away from zero."""
    scale = 10**places
    steps = (2 * abs(figure.numerator) * scale + figure.denominator) // (2 * figure.denominator)
    return Decimal(f"{steps if figure.numerator >= 0 else -steps}E-{places}")
