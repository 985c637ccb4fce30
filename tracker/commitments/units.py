"""Figures with their units, in the reader's words. A unit that a package names and we do not know is shown as it is."""

from decimal import Decimal
from fractions import Fraction

from tracker.core.languages import Text, _, _l, format_number
from tracker.rule.exact import half_up

PERCENT = "%"

WORDS: dict[str, Text] = {
    "services": _l("services"),
    "days": _l("days"),
    "files": _l("files"),
    "procedures": _l("procedures"),
    "cases": _l("cases"),
    "reports": _l("reports"),
}


def unit_text(unit: str) -> str:
    """The unit's name in the reader's language; nothing for a plain count."""
    if unit == "count":
        return ""
    return str(WORDS.get(unit, unit))


def with_unit(number: str, unit: str) -> str:
    """A written number with its unit: 94,1 %, 234 procedures."""
    text = unit_text(unit)
    return f"{number}\u00a0{text}" if text else number


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
