"""Delivery, punctuality and score, 0 to 100 or none, rounded half-up to two decimals once, at the end.

Section "Score, 0 to 100, or none" of docs/rule.md.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from tracker.rule.exact import HUNDRED, ONE, ZERO, exact, half_up
from tracker.rule.facts import Status
from tracker.rule.owed import punctuality
from tracker.rule.status import Finding, latest
from tracker.rule.stretch import Stretch
from tracker.rule.trace import Trace, What

UNSCORED = frozenset({Status.PENDING, Status.NOT_STARTED, Status.SUSPENDED, Status.VOID})

Scores = tuple[Decimal | None, Decimal | None, Decimal | None]


def scores(at: Stretch, on: date, found: Finding, trace: Trace | None = None) -> Scores:
    """Score, delivery and punctuality under a status; the arithmetic goes into the trace, where there is one."""
    delivered = delivery(at, on, found, trace)
    in_time, counted = punctuality(at, on, at.met_on(on), trace)
    weight = at.days.policy.punctuality_weight
    parts = (None, None) if delivered is None else (delivered.numerator, delivered.denominator)
    if trace is None:
        return _combined(*parts, in_time, counted, weight)
    return _combined.__wrapped__(*parts, in_time, counted, weight, trace)  # the same, not remembered


def delivery(at: Stretch, on: date, found: Finding, trace: Trace | None = None) -> Fraction | None:
    """What the status is worth before punctuality: 0 to 100 or none."""
    status = found.status
    if status in UNSCORED:
        return None
    if status is Status.MET_LATE and found.met_on is not None:
        return _late(at, found.met_on, trace)
    if status is Status.MET_ON_TIME:
        if trace is not None:
            trace.reckoned(0, What.DELIVERY_FULL, HUNDRED)
        return HUNDRED
    if status is Status.OVERDUE:
        return _overdue(at, on, trace)
    if found.ratio is None:
        if trace is not None:
            trace.reckoned(0, What.DELIVERY_NONE, ZERO)
        return ZERO
    worth = _percent(found.ratio.numerator, found.ratio.denominator)
    if trace is not None:
        trace.reckoned(0, What.DELIVERY_RATIO, worth, ratio=found.ratio)
    return worth


def _late(at: Stretch, met_on: date, trace: Trace | None) -> Fraction:
    policy = at.days.policy
    days_late = -at.facts.calendar.left(met_on, at.known.deadline.settled_on)
    worth = max(exact(policy.late_floor), HUNDRED - exact(policy.late_penalty) * days_late)
    if trace is not None:
        named = {"floor": policy.late_floor, "penalty": policy.late_penalty}
        trace.reckoned(0, What.DELIVERY_LATE, worth, **named, days=days_late)
    return worth


def _overdue(at: Stretch, on: date, trace: Trace | None) -> Fraction:
    figure = latest(at, on)
    if figure is None:
        if trace is not None:
            trace.reckoned(0, What.DELIVERY_NONE, ZERO)
        return ZERO
    floor, way = exact(at.days.policy.late_floor), at.measure.way(figure.value)
    worth = floor * way
    if trace is not None:
        measure = at.measure
        trace.reckoned(0, What.WAY, way, value=figure.value, baseline=measure.baseline, goal=measure.goal)
        trace.reckoned(0, What.DELIVERY_OVERDUE, worth, floor=floor, way=way)
    return worth


@lru_cache(maxsize=1 << 16)
def _percent(numerator: int, denominator: int) -> Fraction:
    return Fraction(100 * numerator, denominator)


@lru_cache(maxsize=1 << 16)
def _combined(
    numerator: int | None,
    denominator: int | None,
    in_time: int,
    counted: int,
    weight: Decimal,
    trace: Trace | None = None,
) -> Scores:
    punctual = Fraction(100 * in_time, counted) if counted else None
    told = half_up(punctual) if punctual is not None else None
    if trace is not None and punctual is not None:
        trace.reckoned(0, What.PUNCTUALITY, punctual, in_time=in_time, counted=counted)
    if numerator is None or denominator is None:
        return None, None, told
    delivered = Fraction(numerator, denominator)
    if punctual is None:
        if trace is not None:
            trace.reckoned(0, What.SCORE_ALONE, half_up(delivered), delivery=delivered)
        return half_up(delivered), half_up(delivered), None
    share = exact(weight)
    score = half_up((ONE - share) * delivered + share * punctual)
    if trace is not None:
        trace.reckoned(0, What.SCORE, score, delivery=delivered, punctuality=punctual, weight=share)
    return score, half_up(delivered), told
