"""What figures, days and places are called on these pages, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from tracker.commitments.units import PERCENT, amount_text, figure_text, unit_text, with_unit
from tracker.compliance.telling.explain import turns_green, why
from tracker.core.languages import _, _n, format_day, format_number, text_by_language
from tracker.progress.queries import Place
from tracker.rule import Known, WorkingCalendar, assess
from tracker.rule.facts import Terms


class Promise(Protocol):
    """What these words need of a target."""

    @property
    def title(self) -> dict[str, str]:
        """Its title by language."""

    @property
    def shape(self) -> str:
        """deliverable, reach or keep."""

    @property
    def unit(self) -> str:
        """The unit of its figures."""

    @property
    def ratio(self) -> bool:
        """Whether its figures are two numbers."""

    @property
    def direction(self) -> str | None:
        """at_least, at_most, or none."""


SOON = 3  # working days: from here on a deadline is told in a warning tone


def days_left(left: int) -> str:
    """What a deadline so many working days ahead means to the reader; negative: behind."""
    if left == 0:
        return _("today")
    if left > 0:
        return _n("in %(num)s working day", "in %(num)s working days", left)
    return _n("%(num)s working day late", "%(num)s working days late", -left)


def working_days(calendar: WorkingCalendar, on: date, due_on: date) -> int:
    """Working days from a day to a deadline; negative where it has passed, and then at least one."""
    if due_on >= on:
        return calendar.wd(on, due_on)
    return -max(1, calendar.wd(due_on, on))


def tone(left: int) -> str | None:
    """The tone in which a deadline is told."""
    return "bad" if left < 0 else "warn" if left <= SOON else None


def period_name(place: Place) -> str:
    """The place of a report: its period with its days, or the completion."""
    if place.period is None:
        return _("Report of completion")
    return _(
        "Period %(code)s, %(starts)s to %(ends)s",
        code=place.period.code,
        starts=format_day(place.period.starts_on),
        ends=format_day(place.period.cut_off),
    )


def title(target: Promise) -> str:
    """The target's title in the reader's language."""
    return text_by_language(target.title)


def unit_of_amount(target: Promise) -> str:
    """The unit of a figure as a number: a ratio is always in percent."""
    return PERCENT if target.ratio else target.unit


def goal_text(target: Promise, terms: Terms) -> str:
    """What the target promises: ≥ 95 %, 234 procedures, between 1 and 2."""
    unit = unit_of_amount(target)
    if target.shape == "deliverable":
        return with_unit(format_number(100), PERCENT)
    if terms.goal is not None:
        sign = {"at_least": "≥\u00a0", "at_most": "≤\u00a0"}.get(target.direction or "", "")
        return sign + with_unit(format_number(terms.goal), unit)
    if terms.low is not None and terms.high is not None:
        low, high = format_number(terms.low), format_number(terms.high)
        return with_unit(_("%(low)s to %(high)s", low=low, high=high), unit)
    if terms.low is not None:
        return "≥\u00a0" + with_unit(format_number(terms.low), unit)
    return "≤\u00a0" + with_unit(format_number(terms.high), unit)


def amount(target: Promise, number: Fraction | Decimal | None) -> str:
    """A figure as a number with its unit."""
    return amount_text(number, unit_of_amount(target))


def erased(on: date) -> str:
    """What stands in place of the name of a file that was erased."""
    return _("File removed by a decision on %(day)s", day=format_day(on))


def weekday(day: date) -> str:
    """The day with its weekday, for the head of a page: Thứ Tư, 30/06/2021."""
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return f"{names[day.weekday()]}, {format_day(day)}"


def sentences(target: Promise, known: Known, status: str, reason: Mapping[str, Any], on: date) -> list[str]:
    """Why a target stands so, and what turns it green.

    The reason is told for the day that is asked, so it is the rule's of today; a stored one is that of the day on which
    its step began, and is told only where the nightly run has not come to today yet.
    """
    answer = assess(known, on)
    told = answer.reason.as_json() if answer.status == status else reason
    unit = unit_of_amount(target)
    return [why(told, unit), turns_green(told, unit)]


class Numbers(Protocol):
    """A revision or a decision: a value, or two numbers."""

    @property
    def value(self) -> Decimal | None:
        """The value, for what is no ratio."""

    @property
    def numerator(self) -> Decimal | None:
        """The part."""

    @property
    def denominator(self) -> Decimal | None:
        """The whole."""


def figure(target: Promise, sent: Numbers) -> str:
    """A reported or appraised figure, digit for digit, with its unit."""
    blank = bool(getattr(sent, "not_applicable", False))
    return figure_text(target.unit, sent.value, sent.numerator, sent.denominator, blank)


def unit_name(unit: str) -> str:
    """The unit's name alone, as it stands beside a box."""
    return unit_text(unit)
