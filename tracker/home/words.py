"""What days and slots of reports are called on these pages, and why a target stands so, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.commitments.models import Target
from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.words import unit_of
from tracker.compliance.telling import reasons
from tracker.compliance.telling.explain import turns_green, why
from tracker.core.languages import _, format_day, format_figure, text_by_language
from tracker.programmes import words as period_words
from tracker.programmes.words import period_with_days
from tracker.progress.queries import ReportSlot
from tracker.rule import FigureInForce, Known
from tracker.rule.exact import half_up


def period_name(slot: ReportSlot) -> str:
    """The slot of a report: its period with its days, or the completion."""
    if slot.period is None:
        return _("Report of completion")
    return period_with_days(slot.period)


def title(target: Target) -> str:
    """The target's title in the reader's language."""
    return text_by_language(target.title)


def last_figure(target: Target, found: FigureInForce | None) -> str:
    """The figure that another is held against, with the period that it is of; nothing where there is none."""
    if found is None:
        return ""
    period = found.report.period
    of = period_words.period_name(period) if period else _("completion as at %(day)s", day=format_day(found.as_at))
    return f"{target_words.in_force(target, found)} · {of}"


def difference(now: Fraction | None, last: Fraction | None) -> str:
    """How far a figure lies from the last one, with its sign; nothing where there is one of them alone."""
    if now is None or last is None:
        return ""
    found = half_up(now - last)
    return f"+{format_figure(found)}" if found > 0 else format_figure(found)


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


def sentences(slot: ReportSlot, known: Known, status: str, reason: Mapping[str, Any], today: date) -> list[str]:
    """Why a target stands so, and what turns it green. Once its programme is over: how it stood on the last day, which
    nothing turns any more."""
    on = slot.told_on(today)
    told, unit = reasons.of_day(known, on, status, reason), unit_of(slot.target)
    if on < today:
        over = _("The programme ended on %(day)s: so the target stood on that day.", day=format_day(on))
        return [over, why(told, unit)]
    return [why(told, unit), turns_green(told, unit)]
