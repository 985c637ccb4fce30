"""Shapes of target: the terms in force on a day, and what a figure is worth under them (plan, ratio r, meets the goal)."""

from bisect import bisect_right
from collections.abc import Iterable
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
        for amendment in sorted(known, key=_order):
            terms = _amended(self.terms[-1], amendment)
            from_on = max(amendment.from_on, amendment.signed_on)
            if self.changes and self.changes[-1] == from_on:
                self.terms[-1] = terms
            else:
                self.changes.append(from_on)
                self.terms.append(terms)

    def index_on(self, day: date) -> int:
        return bisect_right(self.changes, day)


def _order(amendment: Amendment) -> tuple[date, date, date, str]:
    return max(amendment.from_on, amendment.signed_on), amendment.signed_on, amendment.recorded_on, repr(amendment)


def _amended(terms: Terms, by: Amendment) -> Terms:
    named = {name: getattr(by, name) for name in ("goal", "baseline", "low", "high", "milestones", "weight")}
    return replace(terms, **{name: value for name, value in named.items() if value is not None})


class Measure:
    """Terms in exact figures, with the deadline that the plan ends on."""

    __slots__ = ("baseline", "goal", "high", "low", "points", "shape", "terms", "upward")

    def __init__(self, facts: Facts, terms: Terms, deadline: date) -> None:
        self.shape = facts.shape
        self.terms = terms
        deliverable = facts.shape is Shape.DELIVERABLE
        self.goal = HUNDRED if deliverable else _exact(terms.goal)
        self.baseline = ZERO if deliverable else _exact(terms.baseline)
        self.low = _exact(terms.low)
        self.high = _exact(terms.high)
        if facts.shape is Shape.KEEP:
            self.upward = facts.direction is Direction.AT_LEAST
        else:
            self.upward = self.goal is not None and self.baseline is not None and self.goal > self.baseline
        self.points: list[tuple[date, Fraction]] = sorted((m.on, exact(m.value)) for m in terms.milestones)
        if facts.shape is Shape.REACH and self.baseline is not None and self.goal is not None:
            self.points = [(facts.starts_on, self.baseline), *self.points, (deadline, self.goal)]

    def meets(self, value: Fraction) -> bool:
        """Whether the value meets the goal of a reach or deliverable."""
        assert self.goal is not None
        return value >= self.goal if self.upward else value <= self.goal

    def plan(self, as_at: date) -> Fraction:
        """What the plan asks for on the day: a step or a straight line; the goal itself for a keep target."""
        if self.shape is Shape.KEEP:
            return self.goal if self.goal is not None else ZERO
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
        assert self.baseline is not None
        if planned == self.baseline:
            no_worse = value >= self.baseline if self.upward else value <= self.baseline
            return ONE if no_worse or self.shape is Shape.DELIVERABLE else ZERO
        return clamp((value - self.baseline) / (planned - self.baseline))

    def way(self, value: Fraction) -> Fraction:
        """How much of the way from baseline to goal a value has gone, within [0, 1]."""
        assert self.baseline is not None
        assert self.goal is not None
        return clamp((value - self.baseline) / (self.goal - self.baseline))

    def _kept(self, value: Fraction) -> Fraction:
        floor, ceiling = self._limits()
        if floor is not None and value < floor:
            return clamp(value / floor) if floor > 0 and value > 0 else ZERO
        if ceiling is not None and value > ceiling:
            return clamp(ceiling / value) if ceiling > 0 else ZERO
        return ONE

    def _limits(self) -> tuple[Fraction | None, Fraction | None]:
        if self.goal is None:
            return self.low, self.high
        return (self.goal, None) if self.upward else (None, self.goal)


def _day(point: tuple[date, Fraction]) -> date:
    return point[0]


def _exact(figure: Decimal | None) -> Fraction | None:
    return None if figure is None else exact(figure)
