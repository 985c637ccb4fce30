"""Reading numbers and days that people typed, by the custom of their language: exactly, or with an error that helps."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.core.languages import _l

# What a figure can hold, at every door: a package refuses more (a test compares its schema with these).
MOST_DIGITS, MOST_DECIMALS = 18, 12
_SPACES = "\u0020\u00a0\u2009\u202f"
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_DECIMAL_SIGN = {"vi": ",", "en": "."}
_GROUP_SIGN = {"vi": ".", "en": ","}
_GROUPED = re.compile(rf"-?[1-9]\d{{0,2}}([.,{_SPACES}])\d{{3}}(?:\1\d{{3}})*", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})\s*[/. -]\s*(\d{1,2})\s*[/. -]\s*(\d{4})", re.ASCII)
_DAY_SHORT = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_DAY_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# In a spreadsheet a day may be anything; a commitment lies within these.
FIRST_YEAR, LAST_YEAR = 1945, 2199
OUT_OF_ORDER = _l("The last day must not be before the first")


class NumberError(ValueError):
    """What was typed is no number, or not clearly one. `message` is a lazy text that says how to write it."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


class DayError(NumberError):
    """What was typed is no day. `message` is a lazy text that says how to write it."""


def parse_number(text: str, language: str) -> Decimal:
    """The number that was typed, digit for digit ("95,0" keeps its zero).

    In Vietnamese "1.447,5" is 1447.5 and "1.447" is 1447; in English "1,447.5" and "1.447". Spaces may set thousands
    apart in both. Raises NumberError for anything else: a number is never guessed.
    """
    typed = text.strip().translate(_MINUS)
    decimal_sign = _DECIMAL_SIGN[language]
    if not typed:
        raise NumberError(_l("Enter a number"))
    whole, sign, fraction = typed.partition(decimal_sign)
    grouped = _GROUPED.fullmatch(whole)
    if sign and not (fraction.isascii() and fraction.isdigit()):
        raise NumberError(_hint(typed, language))
    if grouped and grouped.group(1) != decimal_sign:
        whole = whole.replace(grouped.group(1), "")
    if _WHOLE.fullmatch(whole):
        digits = whole.lstrip("-0") or "0"
        if len(digits) > MOST_DIGITS or len(fraction) > MOST_DECIMALS:
            raise NumberError(
                _l(
                    "Use at most %(most)s digits before the decimal sign and %(decimals)s after it",
                    most=MOST_DIGITS,
                    decimals=MOST_DECIMALS,
                )
            )
        number = Decimal(digits + ("." + fraction if sign else ""))
        below = number and whole.startswith("-")  # zero is never below itself
        return number.copy_negate() if below else number
    raise NumberError(_hint(typed, language))


def _hint(typed: str, language: str) -> Any:
    """Why it is no number: the sign of the other custom, the unit typed along, or plainly no number."""
    if typed.rstrip().endswith("%"):
        return _l("Enter the number alone, without the percent sign")
    other = _GROUP_SIGN[language]
    if typed.count(other) == 1 and _PLAIN.fullmatch(typed):
        meant = typed.replace(other, _DECIMAL_SIGN[language])
        if language == "vi":
            return _l("Use a comma for decimals, such as %(example)s; a point only sets thousands apart", example=meant)
        return _l("Use a point for decimals, such as %(example)s; a comma only sets thousands apart", example=meant)
    if language == "vi":
        return _l("Enter a number in digits, such as 1.447 or 85,28")
    return _l("Enter a number in digits, such as 1,447 or 85.28")


def parse_day(text: str) -> date:
    """The day that was typed, day first: 20/6/2021, 20.06.2021, 20-6-2021, 20062021, or 2021-06-20.

    Raises DayError for anything else, and for days that no calendar has.
    """
    typed = text.strip()
    iso = _DAY_ISO.fullmatch(typed)
    match = _DAY.fullmatch(typed) or _DAY_SHORT.fullmatch(typed)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif match:
        day, month, year = (int(part) for part in match.groups())
    else:
        raise DayError(_l("Enter a day as day/month/year, such as 20/06/2021"))
    try:
        found = date(year, month, day)
    except ValueError:
        raise DayError(_l("There is no such day: check the day and the month")) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise DayError(_l("Check the year: it must have four digits and lie near our time"))
    return found
