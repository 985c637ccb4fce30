"""A target in the reader's words: its goal, its figures, its plan of a day, its deadline. One text each, on every page.

Whoever shows one of them asks here; numbers with their units are written in `units`.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol

from tracker.commitments.terms.units import PERCENT, amount_text, figure_text, is_whole, number_text, planned, with_unit
from tracker.core.languages import _, _n, format_day, format_figure
from tracker.rule import FigureInForce, Known, WorkingCalendar, plan_on, settled_deadline, terms_on
from tracker.rule import deadline as signed_deadline
from tracker.rule.exact import half_up
from tracker.rule.facts import Shape, Status, Terms

SOON = 3  # working days: from here on a day by which something is due is told in a warning tone
SETTLED = frozenset({Status.VOID, Status.MET_ON_TIME, Status.MET_LATE, Status.MISSED})
_SIGNS = {"at_least": "≥\u00a0", "at_most": "≤\u00a0"}


class Promise(Protocol):
    """What these words need of a target."""

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


class Numbers(Protocol):
    """A figure as it was reported or appraised: a value, or two numbers."""

    @property
    def value(self) -> Decimal | None:
        """The value, for what is no ratio."""

    @property
    def numerator(self) -> Decimal | None:
        """The part."""

    @property
    def denominator(self) -> Decimal | None:
        """The whole."""


def unit_of(target: Promise) -> str:
    """The unit of a figure as a number: a ratio and the share of a work that is done are in percent."""
    return PERCENT if target.ratio or target.shape == Shape.DELIVERABLE else target.unit


def is_counted(target: Promise) -> bool:
    """Whether its figures are whole numbers."""
    return is_whole(unit_of(target))


def goal(target: Promise, terms: Terms) -> str:
    """What the target promises: ≥ 95 %, 234 procedures, 1 to 2 days."""
    unit = unit_of(target)
    if target.shape == Shape.DELIVERABLE:
        return number_text("100", unit)
    if terms.goal is not None:
        return _SIGNS.get(target.direction or "", "") + number_text(terms.goal, unit)
    if terms.low is not None and terms.high is not None:
        low, high = format_figure(terms.low), format_figure(terms.high)
        return with_unit(_("%(low)s to %(high)s", low=low, high=high), unit, terms.high)
    if terms.low is not None:
        return _SIGNS["at_least"] + number_text(terms.low, unit)
    return _SIGNS["at_most"] + number_text(terms.high or "0", unit)


def goal_on(target: Promise, known: Known, on: date) -> str:
    """What it promises on a day, by the terms in force; beside it what it promised first, where that was something
    else."""
    now = goal(target, terms_on(known, on))
    first = goal(target, known.facts.terms) if known.facts.amendments else now
    return now if first == now else f"{now} ({first_told(first)})"


def first_told(text: str) -> str:
    """A goal or a deadline as it was signed first, beside the present one."""
    return _("first: %(value)s", value=text)


def amount(target: Promise, number: Fraction | Decimal | None) -> str:
    """A figure as a number with its unit; a dash for none."""
    return amount_text(number, unit_of(target))


def gap(target: Promise, number: Fraction) -> str:
    """How far a figure lies from another one, with its sign."""
    told = amount(target, abs(number))
    if number and unit_of(target) == PERCENT:
        told = _("%(number)s percentage points", number=format_figure(half_up(abs(number))))
    return told if not number else f"+{told}" if number > 0 else f"\u2212{told}"


def share(of_it: Fraction) -> str:
    """How much of something there is, in percent."""
    return amount_text(100 * of_it, PERCENT)


def figure(target: Promise, sent: Numbers) -> str:
    """A figure as it was reported or appraised, exactly; a ratio with its two numbers behind it."""
    blank = bool(getattr(sent, "not_applicable", False))
    return figure_text(unit_of(target), sent.value, sent.numerator, sent.denominator, blank)


def in_force(target: Promise, found: FigureInForce | None) -> str:
    """The figure in force of a report as a number; a dash where it gives none."""
    if found is not None and found.value is None:
        return _("not applicable")
    if found is None or found.value is None or target.ratio:
        return amount(target, found.value if found is not None else None)
    return number_text(found.value, unit_of(target))


def plan(target: Promise, known: Known, day: date, on: date) -> str | None:
    """What the plan asks for on a day, by the terms in force on `on`; none for a target that is kept: that is its goal.

    From its deadline on a deliverable is held against its goal, not against the last step before.
    """
    if target.shape == Shape.KEEP:
        return None
    if target.shape == Shape.DELIVERABLE and day >= signed_deadline(known):
        return goal(target, terms_on(known, on))
    asked = plan_on(known, day, on)
    return amount(target, asked if asked is None else planned(asked, unit_of(target), terms_on(known, on).goal))


class DueDay(NamedTuple):
    """A day by which something is due, for `day` in components/status.html."""

    text: str  # 11/02/2027
    meaning: str  # in 48 working days
    iso: str
    tone: str | None

    def beside(self, text: str) -> "DueDay":
        """The same with something else that is told of it."""
        return self._replace(meaning=f"{self.meaning} · {text}" if self.meaning else text)

    def beside_first(self, first: date, now: date) -> "DueDay":
        """A deadline with the one that was signed first, where that is another than now."""
        return self if first == now else self.beside(first_told(format_day(first)))


def due(calendar: WorkingCalendar, on: date, day: date, status: str | None = None) -> DueDay:
    """What a day by which something is due means on another; a deadline, to a target of that status.

    Nothing where it is over: the day is past and the target not overdue, or the target is settled, however it went.
    """
    left = calendar.left(on, day)
    counts = status in (None, Status.OVERDUE) or (left >= 0 and status not in SETTLED)
    meaning, tone = (days_left(left), tone_of(left)) if counts else ("", None)
    return DueDay(format_day(day), meaning, day.isoformat(), tone)


def deadline(known: Known, on: date, status: str) -> DueDay:
    """D as a day sees it; beside it the day that was signed where that is another, and the first deadline."""
    settled, signed, first = settled_deadline(known), signed_deadline(known), known.facts.due_on
    found = due(known.facts.calendar, on, settled, status)
    if signed != settled:
        found = found.beside(_("as signed: %(day)s", day=format_day(signed)))
    return found.beside_first(first, signed)


def days_left(left: int) -> str:
    """What so many working days left mean to the reader; below 0: late."""
    if left == 0:
        return _("today")
    if left > 0:
        return _n("in %(num)s working day", "in %(num)s working days", left)
    return _n("%(num)s working day late", "%(num)s working days late", -left)


def tone_of(left: int) -> str | None:
    """The tone in which so many working days left are told."""
    return "bad" if left < 0 else "warn" if left <= SOON else None
