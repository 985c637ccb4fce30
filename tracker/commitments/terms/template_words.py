"""A template of targets in the reader's words, each term in one text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tracker.commitments.terms import words
from tracker.commitments.terms.units import UNITS, unit_text
from tracker.core.languages import NOTHING, Text, _, _l, capital, format_figure, text_by_language
from tracker.programmes.models import TargetTemplateVersion
from tracker.programmes.words import DOMAINS, FREQUENCIES, SHAPES
from tracker.rule.facts import Shape, Terms

LABELS: Mapping[str, Text] = {
    "title": _l("Title"),
    "domain": _l("Domain"),
    "shape": _l("Kind of target"),
    "unit": _l("Unit"),
    "direction": _l("At least or at most"),
    "judged_by": _l("How it is judged"),
    "ratio": _l("A part of a whole"),
    "cumulative": _l("Cumulative reports"),
    "baseline": _l("Usual baseline"),
    "goal": _l("Usual goal"),
    "low": _l("Usual lowest"),
    "high": _l("Usual highest"),
    "weight": _l("Weight"),
    "frequency": _l("Reports"),
    "due": _l("Usual deadline"),
    "milestones": _l("Usual milestones"),
    "evidence": _l("What counts as evidence"),
    "why": _l("Why it matters"),
    "source": _l("Source"),
}
DIRECTIONS: Mapping[str, Text] = {"at_least": _l("at least"), "at_most": _l("at most")}
JUDGED: Mapping[str, Text] = {"every_period": _l("in every period"), "whole_term": _l("over the whole term")}


def unit_choices(also: str | None = None) -> list[tuple[str, str]]:
    """(unit, its name) of every unit that is known, and of one more that is in use."""
    known = [(unit, unit_text(unit) or str(_("a plain number"))) for unit in UNITS]
    return known if also is None or also in UNITS else [*known, (also, also)]


def goal(version: TargetTemplateVersion) -> str:
    """What a target of it usually promises: ≥ 95 %; a dash where that is left open."""
    open_goal = version.goal is None and version.low is None and version.high is None
    if version.shape != Shape.DELIVERABLE and open_goal:
        return NOTHING
    return words.goal(version, Terms(goal=version.goal, low=version.low, high=version.high))


def term(version: TargetTemplateVersion, name: str) -> str:
    """One term in words."""
    value = getattr(version, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == []:
        return NOTHING
    if isinstance(value, Decimal):
        return format_figure(value) if name == "weight" else words.amount(version, value)
    return _TOLD[name](value) if name in _TOLD else str(value)


def milestones_text(stones: Any) -> str:
    """The usual milestones as one types them: "50 %: 40" a line."""
    lines = []
    for one in stones:
        share, value = format_figure(100 * Decimal(one["share_of_term"])), format_figure(Decimal(one["value"]))
        lines.append(f"{share}\u00a0%: {value}")
    return "\n".join(lines)


_TOLD: Mapping[str, Any] = {
    "title": text_by_language,
    "evidence": text_by_language,
    "why": text_by_language,
    "domain": lambda value: str(DOMAINS.get(value, value)),
    "shape": lambda value: str(SHAPES.get(value, value)),
    "unit": lambda value: unit_text(value) or _("a plain number"),
    "direction": lambda value: str(DIRECTIONS.get(value, value)),
    "judged_by": lambda value: str(JUDGED.get(value, value)),
    "frequency": lambda value: capital(str(FREQUENCIES.get(value, value))),
    "due": lambda value: "/".join(reversed(value.split("-"))),
    "milestones": milestones_text,
}
