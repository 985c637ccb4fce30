"""What turned a target, in words: one line for each cause, in the language of the context."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from tracker.commitments.terms.units import figure_text
from tracker.compliance.telling.causes import Cause, Kind
from tracker.core.languages import _, format_day
from tracker.programmes.words import period_name

Figures = Mapping[str, str]
_NUMBERS = ("value", "numerator", "denominator")


def told(cause: Cause, unit: str) -> str:
    """One line: what became known, or which day came. `unit` as in `names.Named`."""
    line = _LINES[cause.kind](cause.figures, unit)
    own_on = cause.figures.get("own_on")
    return _("%(what)s (of %(day)s, recorded later)", what=line, day=_day(own_on)) if own_on else line


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text))


def _report(f: Figures) -> str:
    return _("report for %(period)s", period=period_name(f["period"])) if f["period"] else _("report of completion")


def _figure(f: Figures, unit: str) -> str:
    value, numerator, denominator = (Decimal(f[name]) if name in f else None for name in _NUMBERS)
    return figure_text(unit, value, numerator, denominator, not_applicable=value is None and numerator is None)


def _sent(f: Figures, unit: str) -> str:
    what = _("The %(report)s was sent: %(figure)s", report=_report(f), figure=_figure(f, unit))
    return what if f["revision"] == "1" else _("%(what)s (revision %(number)s)", what=what, number=f["revision"])


def _accepted(f: Figures, unit: str) -> str:
    if "value" in f or "numerator" in f:
        return _("The %(report)s was accepted with %(figure)s", report=_report(f), figure=_figure(f, unit))
    return _("The %(report)s was accepted", report=_report(f))


def _suspended(f: Figures, _unit: str) -> str:
    return _("Suspended from %(start)s to %(end)s", start=_day(f["from_on"]), end=_day(f["to_on"]))


def _due(f: Figures, _unit: str) -> str:
    return _("The time for the %(report)s is over: it was due on %(day)s", report=_report(f), day=_day(f["due_on"]))


def _missing(f: Figures, _unit: str) -> str:
    return _("The %(report)s, due on %(day)s, has not come in", report=_report(f), day=_day(f["due_on"]))


def _unanswered(f: Figures, _unit: str) -> str:
    return _("The return of the %(report)s was not answered by %(day)s", report=_report(f), day=_day(f["answer_by"]))


_LINES: Mapping[Kind, Callable[[Figures, str], str]] = {
    Kind.SIGNED: lambda f, unit: _("The commitment was signed"),
    Kind.SENT: _sent,
    Kind.ACCEPTED: _accepted,
    Kind.RETURNED: lambda f, unit: _("The %(report)s was returned", report=_report(f)),
    Kind.REOPENED: lambda f, unit: _("The %(report)s was reopened", report=_report(f)),
    Kind.RECALLED: lambda f, unit: _("The %(report)s was recalled by its sender", report=_report(f)),
    Kind.EXTENDED: lambda f, unit: _("The deadline was extended to %(day)s", day=_day(f["due_on"])),
    Kind.SUSPENDED: _suspended,
    Kind.AMENDED: lambda f, unit: _("The commitment was amended, in force from %(day)s", day=_day(f["from_on"])),
    Kind.ENDED: lambda f, unit: _("The target was ended as of %(day)s", day=_day(f["ended_on"])),
    Kind.BEGAN: lambda f, unit: _("Its first day came"),
    Kind.DEADLINE_PASSED: lambda f, unit: _("The deadline %(day)s passed", day=_day(f["due_on"])),
    Kind.PERIOD_CLOSED: lambda f, unit: _("The period %(period)s closed", period=period_name(f["period"])),
    Kind.REPORT_DUE: _due,
    Kind.REPORT_MISSING: _missing,
    Kind.ANSWER_LATE: _unanswered,
    Kind.REST_BEGAN: lambda f, unit: _("The suspension to %(day)s began", day=_day(f["to_on"])),
    Kind.REST_OVER: lambda f, unit: _("The suspension to %(day)s is over", day=_day(f["to_on"])),
    Kind.TERMS_CHANGED: lambda f, unit: _("The amended terms came into force"),
    Kind.POLICY_CHANGED: lambda f, unit: _("A new policy came into force"),
    Kind.END_CAME: lambda f, unit: _("The day came on which it ended"),
    Kind.SETTINGS: lambda f, unit: _("The working calendar, the reporting calendar or the policy was changed"),
}
