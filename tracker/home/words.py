"""What days and slots of reports are called on these pages, and why a target stands so, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.commitments.models import Target
from tracker.commitments.words import unit_of
from tracker.compliance.steps.spans import told_on
from tracker.compliance.telling.explain import turns_green, why
from tracker.core.languages import _, format_day, text_by_language
from tracker.programmes.words import period_with_days
from tracker.progress.queries import ReportSlot
from tracker.rule import Known, assess


def period_name(slot: ReportSlot) -> str:
    """The slot of a report: its period with its days, or the completion."""
    if slot.period is None:
        return _("Report of completion")
    return period_with_days(slot.period)


def title(target: Target) -> str:
    """The target's title in the reader's language."""
    return text_by_language(target.title)


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


def sentences(target: Target, known: Known, status: str, reason: Mapping[str, Any], on: date) -> list[str]:
    """Why a target stands so, and what turns it green.

    The reason is told for the day that is asked, so it is the rule's of today; a stored one is that of the day on which
    its step began, and is told only where the nightly run has not come to today yet.
    """
    answer = assess(known, on)
    told = answer.reason.as_json() if answer.status == status else told_on(reason, known.facts.calendar, on)
    unit = unit_of(target)
    return [why(told, unit), turns_green(told, unit)]
