"""Shapes of target: the terms in force on a day, and what a figure is worth under them (plan, r, meets the goal).

Section "Shapes of target" and "Words" (terms) of docs/rule.md.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.rule.exact import HUNDRED, ONE, ZERO, clamp, exact
from tracker.rule.facts import Amendment, Direction, Facts, Shape, Terms


class TermsTimeline:
    """The terms as signed, and as each amendment known leaves them from its day on (not before its signing)."""

    __slots__ = ("changes", "terms")

    def __init__(self, facts: Facts, known: Iterable[Amendment]) -> None:
        self.changes: list[date] = []
        self.terms = [facts.terms]
        for amendment, _before, terms in in_turn(facts, known):
            from_on = max(amendment.from_on, amendment.signed_on)
            if self.changes and self.changes[-1] == from_on:
                self.terms[-1] = terms
            else:
                self.changes.append(from_on)
                self.terms.append(terms)

    def index_on(self, day: date) -> int:
        return bisect_right(self.changes, day)


def in_turn(facts: Facts, known: Iterable[Amendment]) -> Iterator[tuple[Amendment, Terms, Terms]]:
    """Each amendment with the terms before and after it, in the order in which they follow each other."""
    terms = facts.terms
    for amendment in sorted(known, key=_order):
        before, terms = terms, _amended(terms, amendment)
        yield amendment, before, terms


def _order(amendment: Amendment) -> tuple[date, date, int, date, str]:
    from_on = max(amendment.from_on, amendment.signed_on)
    return from_on, amendment.signed_on, amendment.seq, amendment.recorded_on, repr(amendment)


def _amended(terms: Terms, by: Amendment) -> Terms:
    named = {name: getattr(by, name) for name in ("goal", "baseline", "low", "high", "milestones", "weight")}
    return replace(terms, **{name: value for name, value in named.items() if value is not None})


class Measure:
    """Terms in exact figures, with the deadline that the plan ends on."""

    __slots__ = ("baseline", "ceiling", "floor", "goal", "points", "shape", "terms", "upward")

    def __init__(self, facts: Facts, terms: Terms, deadline: date) -> None:
        self.shape = facts.shape
        self.terms = terms
        self.points: list[tuple[date, Fraction]] = sorted((m.on, exact(m.value)) for m in terms.milestones)
        self.goal, self.baseline = HUNDRED, ZERO
        self.floor: Fraction | None = None  # what a keep target holds to
        self.ceiling: Fraction | None = None
        if facts.shape is Shape.REACH:
            self.goal, self.baseline = _named(terms.goal, "goal"), _named(terms.baseline, "baseline")
            self.points = [(facts.starts_on, self.baseline), *self.points, (deadline, self.goal)]
        elif facts.shape is Shape.KEEP:
            self._hold_to(facts.direction)
        self.upward = self.goal > self.baseline

    def _hold_to(self, direction: Direction | None) -> None:
        terms = self.terms
        if direction is None:
            self.floor = None if terms.low is None else exact(terms.low)
            self.ceiling = None if terms.high is None else exact(terms.high)
            return
        self.goal = _named(terms.goal, "goal")
        if direction is Direction.AT_LEAST:
            self.floor = self.goal
        else:
            self.ceiling = self.goal

    def meets(self, value: Fraction) -> bool:
        """Whether the value meets the goal of a reach or deliverable."""
        return value >= self.goal if self.upward else value <= self.goal

    def plan(self, as_at: date) -> Fraction:
        """What the plan asks for on the day: a step or a straight line; the goal itself for a keep target."""
        if self.shape is Shape.KEEP:
            return self.goal
        passed = bisect_right(self.points, as_at, key=_day)
        if self.shape is Shape.DELIVERABLE:
            return self.points[passed - 1][1] if passed else ZERO
        if passed == 0:
            return self.points[0][1]
        if passed == len(self.points):
            return self.points[-1][1]
        (left_on, left), (right_on, right) = self.points[passed - 1], self.points[passed]
        return left + (right - left) * Fraction((as_at - left_on).days, (right_on - left_on).days)

    def ratio(self, value: Fraction, as_at: date) -> Fraction:
        """r of a figure, within [0, 1]."""
        if self.shape is Shape.KEEP:
            return self._kept(value)
        planned = self.plan(as_at)
        if planned == self.baseline:
            no_worse = value >= self.baseline if self.upward else value <= self.baseline
            return ONE if no_worse or self.shape is Shape.DELIVERABLE else ZERO
        return clamp((value - self.baseline) / (planned - self.baseline))

    def way(self, value: Fraction) -> Fraction:
        """How much of the way from baseline to goal a value has gone, within [0, 1]."""
        return clamp((value - self.baseline) / (self.goal - self.baseline))

    def _kept(self, value: Fraction) -> Fraction:
        floor, ceiling = self.floor, self.ceiling
        if floor is not None and value < floor:
            return clamp(value / floor) if floor > 0 and value > 0 else ZERO
        if ceiling is not None and value > ceiling:
            return clamp(ceiling / value) if ceiling > 0 else ZERO
        return ONE


def _day(point: tuple[date, Fraction]) -> date:
    return point[0]


def _named(figure: Decimal | None, name: str) -> Fraction:
    if figure is None:
        raise ValueError(f"a target of this shape needs a {name}")
    return exact(figure)
