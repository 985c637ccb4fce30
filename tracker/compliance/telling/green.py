"""What turns a target green, or keeps it so, as its receipt says it: how much more by which day, what the last two
periods brought, how late a report is. Where there is nothing to count it is the sentence of `explain`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.commitments.terms.units import PERCENT, amount_text, number_text, planned
from tracker.commitments.terms.words import days_left
from tracker.compliance.telling.explain import turns_green
from tracker.core.languages import _, format_day, format_figure
from tracker.programmes.words import period_name
from tracker.rule import Known, figures_on
from tracker.rule.exact import half_up
from tracker.rule.facts import Shape
from tracker.rule.reasons import ReasonCode

_COUNTED = frozenset({ReasonCode.ON_PLAN, ReasonCode.BELOW_PLAN, ReasonCode.OVERDUE})


def to_green(known: Known, on: date, reason: Mapping[str, Any], unit: str) -> str:
    """One sentence for a day, by what is known; `reason` as the rule gives it of that day."""
    code, figures = reason["code"], reason["figures"]
    if code == ReasonCode.SILENT:
        late = _late(known, on, figures["due_on"])
        report = _("report for %(period)s", period=period_name(figures["period"]))
        day = format_day(date.fromisoformat(figures["due_on"]))
        return _("Send the %(report)s (due %(day)s, %(late)s).", report=report, day=day, late=late)
    if code == ReasonCode.RETURN_UNANSWERED and "answer_by" in figures:
        late = _late(known, on, figures["answer_by"])
        day = format_day(date.fromisoformat(figures["answer_by"]))
        return _("Send it anew, with the answer to the return (due %(day)s, %(late)s).", day=day, late=late)
    if code in _COUNTED and "value" in figures:
        return _counted(known, on, reason, unit) or turns_green(reason, unit)
    return turns_green(reason, unit)


def _late(known: Known, on: date, due_on: str) -> str:
    return days_left(known.facts.calendar.left(on, date.fromisoformat(due_on)))


def _counted(known: Known, on: date, reason: Mapping[str, Any], unit: str) -> str | None:
    """How much is missing; none where nothing is."""
    figures, measure = reason["figures"], known.measure_on(on)
    needed = measure.goal
    if "needed" in figures:
        needed = planned(Decimal(figures["needed"]), unit, measure.goal)
    missing = (needed - Fraction(figures["value"])) * (1 if measure.upward else -1)
    if missing <= 0:
        return None
    more = _amount(missing, unit)
    more = _("%(amount)s more", amount=more) if measure.upward else _("%(amount)s less", amount=more)
    told = _sentence(known, reason, more, number_text(needed, unit))
    steps = [measure.baseline, *(one.value for one in figures_on(known, on) if one.value is not None)]
    if known.facts.shape is Shape.KEEP or len(steps) < 3:
        return _("%(sentence)s.", sentence=told)
    change = steps[-1] - steps[-3]
    brought = ("+" if change > 0 else "\u2212" if change < 0 else "") + _amount(abs(change), unit)
    return _("%(sentence)s; the last two periods brought %(brought)s.", sentence=told, brought=brought)


def _sentence(known: Known, reason: Mapping[str, Any], more: str, needed: str) -> str:
    figures, code = reason["figures"], reason["code"]
    if "needed" not in figures:
        if code == ReasonCode.OVERDUE:
            return _("Still missing for the goal, %(goal)s: %(more)s", goal=needed, more=more)
        day = format_day(date.fromisoformat(figures["deadline"]))
        return _("Needed for the goal, %(goal)s, by %(day)s: %(more)s", goal=needed, day=day, more=more)
    period = next(one for one in known.facts.periods if one.code == figures["next_period"])
    named = {
        "more": more,
        "day": format_day(period.cut_off),
        "needed": needed,
        "report": _("report for %(period)s", period=period_name(period.code)),
        "due": format_day(date.fromisoformat(figures["next_due_on"])),
    }
    if code == ReasonCode.ON_PLAN:
        return _("To stay green by %(day)s: %(more)s (%(needed)s in the %(report)s, due on %(due)s)", **named)
    return _("To turn green by %(day)s: %(more)s (%(needed)s in the %(report)s, due on %(due)s)", **named)


def _amount(number: Fraction, unit: str) -> str:
    if unit == PERCENT:
        return _("%(number)s percentage points", number=format_figure(half_up(number)))
    return amount_text(number, unit)
