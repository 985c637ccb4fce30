"""Figures with their units, in the reader's words. A unit that a package names and we do not know is shown as it is."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from tracker.core.languages import Text, _, _l, format_number
from tracker.rule.exact import half_up

PERCENT = "%"

COUNT = "count"
# Of one, and of any other number.
WORDS: dict[str, tuple[Text, Text]] = {
    "services": (_l("service"), _l("services")),
    "days": (_l("day"), _l("days")),
    "files": (_l("file"), _l("files")),
    "procedures": (_l("procedure"), _l("procedures")),
    "cases": (_l("case"), _l("cases")),
    "reports": (_l("report"), _l("reports")),
}
_WHOLE = frozenset({COUNT, "services", "files", "procedures", "cases", "reports"})  # there is no half of one


def unit_text(unit: str, number: str = "") -> str:
    """The unit's name in the reader's language, as it stands behind a number; nothing for a plain count."""
    if unit == COUNT:
        return ""
    one, many = WORDS.get(unit, (unit, unit))
    return str(one if number == "1" else many)


def is_whole(unit: str) -> bool:
    """Whether what is counted in this unit is counted whole."""
    return unit in _WHOLE


def with_unit(number: str, unit: str) -> str:
    """A written number with its unit: 94,1 %, 234 procedures, 1 report."""
    text = unit_text(unit, number)
    return f"{number}\u00a0{text}" if text else number


def planned(amount: Fraction | Decimal, unit: str, goal: Fraction | Decimal | None) -> Fraction:
    """What a plan asks for on a day, as it is told: of whole things the next whole number on the way to the goal."""
    exact = Fraction(amount)
    if not is_whole(unit):
        return exact
    return Fraction(ceil(exact) if goal is None or exact <= goal else floor(exact))


def amount_text(amount: Fraction | Decimal | None, unit: str) -> str:
    """A number that we worked out, rounded half-up to two decimals and without idle zeros."""
    if amount is None:
        return format_number(None)
    whole, _point, decimals = format(half_up(Fraction(amount)), "f").partition(".")
    decimals = decimals.rstrip("0")
    return with_unit(format_number(f"{whole}.{decimals}" if decimals else whole), unit)


def figure_text(
    unit: str,
    value: Decimal | None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    not_applicable: bool = False,
) -> str:
    """A reported figure, digit for digit; a ratio with its two numbers behind it: 95 % (190 of 200)."""
    if not_applicable:
        return _("not applicable")
    if value is not None:
        return with_unit(format_number(value), unit)
    if numerator is None or denominator is None:
        return format_number(None)
    parts = _("%(part)s of %(whole)s", part=format_number(numerator), whole=format_number(denominator))
    if not denominator:
        return _("not applicable (%(parts)s)", parts=parts)
    return f"{amount_text(100 * Fraction(numerator) / Fraction(denominator), PERCENT)} ({parts})"
