"""Units: what a figure in each can be, and figures with their units in the reader's words.

A unit that a package names and we do not know is shown as it is, and any figure above zero is possible in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from tracker.core.languages import _, current_language, format_figure, format_number, ngettext
from tracker.core.numbers import MOST_DECIMALS, MOST_DIGITS
from tracker.rule.exact import half_up

PERCENT = "%"
_BY_ITSELF = 5  # a unit without a number is told as of many


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: its words behind a number (none: told by its name), whether in whole numbers, its lowest and
    highest value."""

    words: Callable[[int], str] | None = None
    whole: bool = True
    lowest: Decimal = Decimal(0)
    highest: Decimal | None = None  # none: no bound


UNITS: dict[str, Unit] = {
    PERCENT: Unit(whole=False, highest=Decimal(100)),
    "count": Unit(lambda _num: ""),
    "services": Unit(lambda num: ngettext("service", "services", num)),
    "days": Unit(lambda num: ngettext("day", "days", num), whole=False),  # a mean has decimals
    "files": Unit(lambda num: ngettext("file", "files", num)),
    "procedures": Unit(lambda num: ngettext("procedure", "procedures", num)),
    "cases": Unit(lambda num: ngettext("case", "cases", num)),
    "reports": Unit(lambda num: ngettext("report", "reports", num)),
}
# As packages of a province name them.
VIETNAMESE = {
    "dịch vụ": "services",
    "ngày": "days",
    "hồ sơ": "files",
    "thủ tục": "procedures",
    "vụ việc": "cases",
    "báo cáo": "reports",
}


def unit_named(name: str) -> Unit | None:
    """The unit of that name; none where nobody here knows it."""
    return UNITS.get(VIETNAMESE.get(name.lower(), name))


def unit_text(unit: str, number: Decimal | None = None) -> str:
    """The unit's name in the reader's language, by itself or as it stands behind a number; nothing for a plain count.

    A number with decimals has the words of 2, which is how languages have it that tell 2 from 5.
    """
    known = unit_named(unit)
    if known is None or known.words is None:
        return unit
    whole = number is not None and number == number.to_integral_value()
    return known.words(int(number) if number is not None and whole else 2 if number is not None else _BY_ITSELF)


def is_whole(unit: str) -> bool:
    """Whether what is counted in this unit is counted whole."""
    known = unit_named(unit)
    return known is not None and known.whole


def with_unit(number: str, unit: str, of: Decimal | str) -> str:
    """A written number with its unit: 94,1 %, 234 procedures, 1 report. `of`: the number, the last of several."""
    text = unit_text(unit, abs(Decimal(of)))
    return f"{number}\u00a0{text}" if text else number


def planned(amount: Fraction | Decimal, unit: str, goal: Fraction | Decimal | None) -> Fraction:
    """What a plan asks for on a day, as it is told: of whole things the next whole number on the way to the goal."""
    exact = Fraction(amount)
    if not is_whole(unit):
        return exact
    return Fraction(ceil(exact) if goal is None or exact <= goal else floor(exact))


def number_text(number: Fraction | Decimal | str, unit: str) -> str:
    """A figure that somebody gave, exactly, with its unit and without idle zeros: 94,125 %."""
    if isinstance(number, Fraction):
        with localcontext(prec=MOST_DIGITS + MOST_DECIMALS):
            number = Decimal(number.numerator) / number.denominator
    return _number_text(number, unit, current_language())


@lru_cache(maxsize=1 << 14)
def _number_text(number: Decimal | str, unit: str, language: str) -> str:
    """Kept, as the same figures come back on every page; in the language of the context, which is named."""
    return with_unit(format_figure(number, language), unit, number)


def amount_text(amount: Fraction | Decimal | None, unit: str) -> str:
    """A number that we worked out, rounded half-up to two decimals and without idle zeros."""
    if amount is None:
        return format_number(None)
    return number_text(half_up(Fraction(amount)), unit)


def figure_text(
    unit: str,
    value: Decimal | None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    not_applicable: bool = False,
) -> str:
    """A reported figure, exactly; a ratio with its two numbers behind it: 95 % (190 of 200)."""
    if not_applicable:
        return _("not applicable")
    if value is not None:
        return number_text(value, unit)
    if numerator is None or denominator is None:
        return format_number(None)
    parts = _("%(part)s of %(whole)s", part=format_figure(numerator), whole=format_figure(denominator))
    if not denominator:
        return _("not applicable (%(parts)s)", parts=parts)
    return f"{amount_text(100 * Fraction(numerator) / Fraction(denominator), PERCENT)} ({parts})"
