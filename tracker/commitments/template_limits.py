"""What a template of targets may say: terms of which no target could be drafted are refused. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tracker.commitments.units import PERCENT, unit_named
from tracker.core.languages import Text, _l, format_number
from tracker.rule.facts import Direction, JudgedBy, Shape

_NONE_HERE = _l("A target of this kind has none: leave it empty.")


def refusals(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """(field, message) of everything that stands against the terms of a template. What is usual may be left open."""
    if values["weight"] <= 0:
        yield "weight", _l("The weight must be above zero.")
    kind = _kept(values) if values["shape"] == Shape.KEEP else _way(values)
    yield from kind
    yield from _figures(values)


def _kept(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    low, high, goal = values["low"], values["high"], values["goal"]
    ranged = low is not None or high is not None
    if values["baseline"] is not None:
        yield "baseline", _NONE_HERE
    if values["milestones"]:
        yield "milestones", _NONE_HERE
    if ranged and goal is not None:
        yield "goal", _l("A target has a goal or a range, not both.")
    if ranged and values["direction"] is not None:
        yield "direction", _l("A range has no direction.")
    if not ranged and values["direction"] is None:
        yield "direction", _l("Choose a direction, or enter a range.")
    if values["direction"] == Direction.AT_LEAST and goal is not None and goal <= 0:
        yield "goal", _l("A goal of “at least” must be above zero.")
    if low is not None and high is not None and low > high:
        yield "low", _l("The range is empty: low lies above high.")
    yield from _judged(values, ranged)


def _judged(values: Mapping[str, Any], ranged: bool) -> Iterator[tuple[str, Text]]:
    whole = values["judged_by"] == JudgedBy.WHOLE_TERM
    if whole and ranged:
        yield "judged_by", _l("A range cannot be judged over the whole term.")
    elif whole and not values["ratio"] and not values["cumulative"]:
        yield "judged_by", _l("A whole term is judged by ratios or by cumulative reports.")
    elif values["cumulative"] and not whole:
        yield "cumulative", _l("Cumulative reports belong to targets that are judged over the whole term.")


def _way(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    deliverable = values["shape"] == Shape.DELIVERABLE
    for name in ("direction", "judged_by", "low", "high"):
        if values[name] is not None:
            yield name, _NONE_HERE
    if values["cumulative"]:
        yield "cumulative", _NONE_HERE
    if deliverable:
        yield from ((name, _NONE_HERE) for name in ("baseline", "goal") if values[name] is not None)
    start, goal = (Decimal(0), Decimal(100)) if deliverable else (values["baseline"], values["goal"])
    if start is None or goal is None:
        return
    if start == goal:
        yield "goal", _l("Goal and baseline are equal.")
        return
    stones = sorted((Decimal(one["share_of_term"]), Decimal(one["value"])) for one in values["milestones"])
    steps = [start, *(value for _share, value in stones), goal]
    if any(after < before if goal > start else after > before for before, after in pairwise(steps)):
        yield "milestones", _l("The milestones run backwards between baseline and goal.")


def _figures(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """No figure that the unit cannot have."""
    unit = unit_named(PERCENT if values["ratio"] or values["shape"] == Shape.DELIVERABLE else values["unit"])
    for name in ("baseline", "goal", "low", "high"):
        figure = values[name]
        if unit is None or figure is None:
            continue
        if unit.whole and figure != figure.to_integral_value():
            yield name, _l("This is counted in whole numbers.")
        elif figure < unit.lowest or (unit.highest is not None and figure > unit.highest):
            most = "∞" if unit.highest is None else format_number(unit.highest)
            message = _l("This must lie between %(low)s and %(high)s.", low=format_number(unit.lowest), high=most)
            yield name, message
