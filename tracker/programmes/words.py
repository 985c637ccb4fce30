"""What reporting periods are called: by their code, which says which month, quarter or half of a year they are for.

Their days are not those of the calendar: the third quarter may run from 15 June to 14 September.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from tracker.core.languages import Text, _, _l, capital, format_span

DAYS = ("starts_on", "cut_off", "due_on")  # of a period
CODE_SIGNS: Text = _l("Use letters and digits, behind the first of them also “-”, “_” and “.”")
_CODE = re.compile(r"(?P<year>\d{4})-(?P<part>[A-Z0-9]+)")
_PARTS: Mapping[str, Text] = {
    "M01": _l("January %(year)s"),
    "M02": _l("February %(year)s"),
    "M03": _l("March %(year)s"),
    "M04": _l("April %(year)s"),
    "M05": _l("May %(year)s"),
    "M06": _l("June %(year)s"),
    "M07": _l("July %(year)s"),
    "M08": _l("August %(year)s"),
    "M09": _l("September %(year)s"),
    "M10": _l("October %(year)s"),
    "M11": _l("November %(year)s"),
    "M12": _l("December %(year)s"),
    "Q1": _l("quarter 1 of %(year)s"),
    "Q2": _l("quarter 2 of %(year)s"),
    "Q3": _l("quarter 3 of %(year)s"),
    "Q4": _l("quarter 4 of %(year)s"),
    "H1": _l("the first half of %(year)s"),
    "H2": _l("the second half of %(year)s"),
    "9M": _l("nine months of %(year)s"),
    "Y": _l("the year %(year)s"),
}
_ALIKE = {"S1": "H1", "S2": "H2", "YR": "Y"}


# What targets are about, what kinds there are, and how often one reports on them.
DOMAINS: Mapping[int, Text] = {
    1: _l("Direction and administration"),
    2: _l("Institutions"),
    3: _l("Administrative procedures"),
    4: _l("Organisation of the apparatus"),
    5: _l("Civil service"),
    6: _l("Public finance"),
    7: _l("E-government, digital government"),
    8: _l("Impact"),
}
SHAPES: Mapping[str, Text] = {
    "deliverable": _l("A piece of work to finish"),
    "reach": _l("A figure to reach"),
    "keep": _l("A standard to keep"),
}
FREQUENCIES: Mapping[str, Text] = {
    "monthly": _l("every month"),
    "quarterly": _l("every quarter"),
    "half_yearly": _l("every half-year"),
    "yearly": _l("every year"),
}


def domain_name(domain: int) -> str:
    """The whole name of a domain."""
    return str(DOMAINS.get(domain, domain))


def frequency_name(frequency: str) -> str:
    """How often is reported; what we do not know by its code."""
    return str(FREQUENCIES.get(frequency, frequency))


class Days(Protocol):
    """What these words need of a period."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def starts_on(self) -> date:
        """Its first day."""

    @property
    def cut_off(self) -> date:
        """Its last day."""


def period_name(code: str) -> str:
    """A period within a sentence: "quý III/2026"; one whose code says nothing to us by that code."""
    found = _CODE.fullmatch(code)
    part = found and _PARTS.get(_ALIKE.get(found["part"], found["part"]))
    return str(part) % {"year": found["year"]} if found and part else _("period %(code)s", code=code)


def period_title(code: str) -> str:
    """A period by itself: "Quý III/2026"."""
    return capital(period_name(code))


def period_with_days(period: Days) -> str:
    """A period with its days: "Tháng 10/2026, 27/10–26/11"; their years only where the name does not tell them."""
    years = {str(day.year) for day in (period.starts_on, period.cut_off)}
    days = format_span(period.starts_on, period.cut_off, with_year=not all(one in period.code for one in years))
    return f"{period_title(period.code)}, {days}"
