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

UNSCORED = frozenset({Status.PENDING, Status.NOT_STARTED, Status.SUSPENDED, Status.VOID})

Scores = tuple[Decimal | None, Decimal | None, Decimal | None]


def scores(at: Stretch, on: date, found: Finding) -> Scores:
    """Score, delivery and punctuality under a status."""
    delivered = delivery(at, on, found)
    in_time, counted = punctuality(at, on, at.met_on(on))
    weight = at.days.policy.punctuality_weight
    if delivered is None:
        return _combined(None, None, in_time, counted, weight)
    return _combined(delivered.numerator, delivered.denominator, in_time, counted, weight)


def delivery(at: Stretch, on: date, found: Finding) -> Fraction | None:
    """What the status is worth before punctuality: 0 to 100 or none."""
    status = found.status
    if status in UNSCORED:
        return None
    if status is Status.MET_LATE and found.met_on is not None:
        return _late(at, found.met_on)
    if status is Status.MET_ON_TIME:
        return HUNDRED
    if status is Status.OVERDUE:
        return _overdue(at, on)
    return _percent(found.ratio.numerator, found.ratio.denominator) if found.ratio is not None else ZERO


def _late(at: Stretch, met_on: date) -> Fraction:
    policy = at.days.policy
    days_late = -at.facts.calendar.left(met_on, at.known.deadline.settled_on)
    return max(exact(policy.late_floor), HUNDRED - exact(policy.late_penalty) * days_late)


def _overdue(at: Stretch, on: date) -> Fraction:
    figure = latest(at, on)
    if figure is None:
        return ZERO
    return exact(at.days.policy.late_floor) * at.measure.way(figure.value)


@lru_cache(maxsize=1 << 16)
def _percent(numerator: int, denominator: int) -> Fraction:
    return Fraction(100 * numerator, denominator)


@lru_cache(maxsize=1 << 16)
def _combined(numerator: int | None, denominator: int | None, in_time: int, counted: int, weight: Decimal) -> Scores:
    punctual = Fraction(100 * in_time, counted) if counted else None
    told = half_up(punctual) if punctual is not None else None
    if numerator is None or denominator is None:
        return None, None, told
    delivered = Fraction(numerator, denominator)
    if punctual is None:
        return half_up(delivered), half_up(delivered), None
    share = exact(weight)
    return half_up((ONE - share) * delivered + share * punctual), half_up(delivered), told
