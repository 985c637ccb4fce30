"""The honesty gap: what a body reported less what was appraised, towards the goal. Above zero the body had told more
than counts, below zero less. Pure, in exact fractions; no part of the rule, which judges by what was appraised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.rule import FigureInForce, Known, figures_on, terms_on
from tracker.rule.exact import HUNDRED, ZERO, exact, percent, total
from tracker.rule.facts import Direction, Outcome, Revision, Shape, Terms


@dataclass(frozen=True, slots=True)
class Gap:
    """Of one figure that was accepted: in its own unit, and in percent of what was promised (none: of nothing)."""

    as_at: date
    period: str | None  # none: the completion
    reported: Fraction
    appraised: Fraction
    amount: Fraction
    points: Fraction | None

    @property
    def changed(self) -> bool:
        """Whether another figure counts than the one that was reported."""
        return self.reported != self.appraised


@dataclass(frozen=True, slots=True)
class Honesty:
    """Of several figures: how many were appraised, of how many another one counts, and the mean gap in percent of what
    was promised; none where nothing was appraised that can be told so."""

    appraised: int
    changed: int
    points: Fraction | None


def gaps(known: Known, on: date) -> list[Gap]:
    """Of each accepted figure in force on the day, in the rule's order."""
    found = (_gap(known, figure, on) for figure in figures_on(known, on))
    return [gap for gap in found if gap is not None]


def of_gaps(told: Sequence[Gap], *, appraised: int | None = None) -> Honesty:
    """Their mean. `appraised`: how many figures there are in all, where those without a gap are not among them."""
    points = [gap.points for gap in told if gap.points is not None]
    whole = len(told) if appraised is None else max(appraised, len(told))
    without = whole - len(told)
    counted = len(points) + without
    mean = total(points) / counted if counted else None
    return Honesty(whole, sum(gap.changed for gap in told), mean)


def _gap(known: Known, figure: FigureInForce, on: date) -> Gap | None:
    decided = [one for one in figure.revision.decisions if one.recorded_on <= known.day]
    reported = _amount(figure.revision, ratio=known.facts.ratio)
    accepted = bool(decided) and decided[-1].outcome is Outcome.ACCEPTED
    if not accepted or reported is None or figure.value is None:
        return None
    keep = known.facts.shape is Shape.KEEP
    terms = terms_on(known, figure.as_at if keep else on)
    amount = towards(known, terms, reported) - towards(known, terms, figure.value)
    promised = _promised(known, terms)
    return Gap(
        as_at=figure.as_at,
        period=figure.report.period,
        reported=reported,
        appraised=figure.value,
        amount=amount,
        points=HUNDRED * amount / promised if promised else None,
    )


def _amount(revision: Revision, *, ratio: bool) -> Fraction | None:
    if revision.not_applicable:
        return None
    if ratio:
        numerator, denominator = revision.numerator, revision.denominator
        return None if numerator is None or denominator is None else percent(numerator, denominator)
    return None if revision.value is None else exact(revision.value)


def towards(known: Known, terms: Terms, value: Fraction) -> Fraction:
    """A figure by how good it is: the more, the nearer to the goal. Within a range all are alike."""
    low, high = terms.low, terms.high
    if low is not None or high is not None:
        below = exact(low) - value if low is not None else ZERO
        above = value - exact(high) if high is not None else ZERO
        return -max(below, above, ZERO)
    return -value if _falls(known, terms) else value


def _falls(known: Known, terms: Terms) -> bool:
    if known.facts.shape is Shape.REACH and terms.goal is not None and terms.baseline is not None:
        return terms.goal < terms.baseline
    return known.facts.direction is Direction.AT_MOST


def _promised(known: Known, terms: Terms) -> Fraction:
    """What a gap is held against: the whole way of a target to reach, else what is to be kept; 100 of a deliverable."""
    if known.facts.shape is Shape.DELIVERABLE:
        return HUNDRED
    if known.facts.shape is Shape.REACH and terms.goal is not None and terms.baseline is not None:
        return abs(exact(terms.goal) - exact(terms.baseline))
    ends = [abs(exact(one)) for one in (terms.goal, terms.low, terms.high) if one is not None]
    return max(ends, default=ZERO)
