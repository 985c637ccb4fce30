"""One target on a document, in the form's words: what it promises, by when, and where it comes from."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.commitments.terms.units import PERCENT, number_text, unit_text
from tracker.core.languages import (
    Text,
    _,
    _l,
    capital,
    format_day,
    format_figure,
    text_by_language,
)
from tracker.programmes.words import domain_name, frequency_name
from tracker.rule.facts import Shape

Target = Mapping[str, Any]

TERMS: Mapping[str, Text] = {
    "title": _l("What is promised"),
    "domain": _l("Domain"),
    "shape": _l("Kind of target"),
    "unit": _l("Unit"),
    "weight": _l("Weight"),
    "frequency": _l("Reports"),
    "starts_on": _l("First day"),
    "due_on": _l("Deadline"),
    "baseline": _l("Baseline"),
    "goal": _l("Goal"),
    "direction": _l("At least or at most"),
    "judged_by": _l("How it is judged"),
    "low": _l("Lowest value"),
    "high": _l("Highest value"),
    "ratio": _l("Part of a whole"),
    "cumulative": _l("Figures count from the start"),
    "milestones": _l("Milestones"),
    "evidence": _l("Evidence"),
}
_VALUES: Mapping[str, Text] = {
    "deliverable": _l("A piece of work to finish"),
    "reach": _l("A figure to reach"),
    "keep": _l("A standard to keep"),
    "at_least": _l("no less than"),
    "at_most": _l("no more than"),
    "every_period": _l("in every period"),
    "whole_term": _l("over the whole term"),
}
_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "weight": format_figure,
    "frequency": frequency_name,
    "domain": lambda value: domain_name(int(value)),
    "unit": lambda value: unit_text(value, Decimal(1)) or _("a plain number"),
}
_FIGURES = frozenset({"baseline", "goal", "low", "high"})
_DAYS = frozenset({"starts_on", "due_on"})
_LETTERS = "ABCDEFGH"


def goal_of(target: Target) -> str:
    """What a target promises, in a clause: "Từ 95 % trở lên", "Đạt 234 thủ tục", "Hoàn thành"."""
    if target["shape"] == Shape.DELIVERABLE:
        return _("Finished")
    unit = unit_of(target)
    if target["shape"] == Shape.REACH:
        return _("Reach %(goal)s", goal=number_text(target["goal"], unit))
    low, high = target.get("low"), target.get("high")
    if "goal" in target:
        low, high = (target["goal"], None) if target.get("direction") != "at_most" else (None, target["goal"])
    if low is not None and high is not None:
        return _("From %(low)s to %(high)s", low=format_figure(low), high=number_text(high, unit))
    if low is not None:
        return _("%(figure)s or more", figure=number_text(low, unit))
    return _("No more than %(figure)s", figure=number_text(high or "0", unit))


def groups(document: Mapping[str, Any], told: Callable[[Target], dict[str, Any]]) -> list[dict[str, Any]]:
    """The targets under their domains, numbered through."""
    domains = sorted({target["domain"] for target in document["targets"]})
    ordered = sorted(document["targets"], key=lambda target: target["domain"])
    places = {target["code"]: place for place, target in enumerate(ordered, start=1)}
    return [
        {
            "numeral": letter,
            "name": domain_name(domain),
            "targets": [
                {"place": places[target["code"]], **told(target)} for target in ordered if target["domain"] == domain
            ],
        }
        for letter, domain in zip(_LETTERS, domains, strict=False)
    ]


def promised(target: Target) -> dict[str, Any]:
    """Whatever is told of a target in a table of what is promised."""
    starts_on, due_on = (format_day(date.fromisoformat(target[name])) for name in ("starts_on", "due_on"))
    return {
        **named(target),
        "goal": goal_of(target),
        "starts": starts_on,
        "due": due_on,
        "first-goal": None,
        "first-due": None,
        "weight": format_figure(target["weight"]),
        "frequency": capital(frequency_name(target["frequency"])),
        "notes": list(notes(target)),
    }


def named(target: Target) -> dict[str, Any]:
    """What it is called."""
    return {"title": text_by_language(target["title"]), "code": target["code"]}


def notes(target: Target) -> Iterator[tuple[str, str]]:
    """Whatever else is told of it, each with what it is called."""
    if "baseline" in target:
        yield str(TERMS["baseline"]), term_text(target, "baseline", target["baseline"])
    if target.get("judged_by") == "whole_term":
        yield str(TERMS["judged_by"]), str(_VALUES["whole_term"])
    if target.get("cumulative"):
        yield str(TERMS["cumulative"]), _("yes")
    if target.get("milestones"):
        yield str(TERMS["milestones"]), term_text(target, "milestones", target["milestones"])
    if target.get("evidence"):
        yield str(TERMS["evidence"]), target["evidence"]
    if "taken_over_from" in target:
        yield _("Taken over from"), origin_text(target["taken_over_from"])


def origin_text(origin: Target) -> str:
    """Where a target was taken over from: the earlier one, what that promised and what was reached."""
    reached = number_text(origin["reached"], unit_of(origin)) if "reached" in origin else _("no figure")
    return _(
        "%(target)s of %(number)s (promised: %(goal)s; reached: %(reached)s by %(day)s)",
        target=origin["target"],
        number=origin["number"],
        goal=goal_of(origin),
        reached=reached,
        day=format_day(date.fromisoformat(origin["on"])),
    )


def term_text(target: Target, term: str, value: Any) -> str:
    """One term as it is written: 95 %, 30/06/2026, hằng quý."""
    if value is None or value == []:
        return _("none (of a term)")
    if term in _FIGURES:
        return number_text(value, unit_of(target))
    if term in _DAYS:
        return format_day(date.fromisoformat(value))
    if term == "milestones":
        points = ((date.fromisoformat(point["on"]), number_text(point["value"], unit_of(target))) for point in value)
        return "; ".join(f"{format_day(day)}: {figure}" for day, figure in points)
    if term in _WRITTEN:
        return _WRITTEN[term](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return text_by_language(value)
    return str(_VALUES.get(value, value))


def unit_of(target: Target) -> str:
    """The unit of its figures."""
    return PERCENT if target.get("ratio") or target["shape"] == Shape.DELIVERABLE else target["unit"]
