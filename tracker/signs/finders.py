"""What raises a question about the figures of one target. Pure: frozen facts of the rule in, what was found out.

Each finder looks at the figures in force, in the order of their days, and tells a run of them once: its key is what the
run begins with. Limits stand here, so that whoever is asked can be told them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median

from tracker.compliance.standings.moved import lowered
from tracker.progress import honesty
from tracker.rule import FigureInForce, Known, figures_on, settled_deadline, terms_on
from tracker.rule.exact import exact, half_up
from tracker.rule.facts import Direction, Shape
from tracker.rule.records import record

RUN = 3  # figures one after the other before a habit is told
NEAR = Fraction(1, 100)  # of the goal: so near is just enough
NEAR_OF, NEAR_LEAST = 6, 4  # of the last six figures four
ENOUGH = 6  # figures that say what a level is
SLACK, LIMIT = Fraction(1, 2), Fraction(5)  # of the cumulative sum, in usual differences
LEAST_SCALE = Fraction(1, 50)  # of the level: a smaller difference is none
DAYS_BEFORE = 20  # working days before a deadline that are shortly before it


class Kind(StrEnum):
    """What raises the question, in the order in which it is told."""

    SAME_FILE = "same_file"
    LAST_HOUR = "last_hour"
    JUST_ENOUGH = "just_enough"
    TO_THE_DIGIT = "to_the_digit"
    LEVEL = "level"
    GOAL_EASED = "goal_eased"
    BLANK_TO_ZERO = "blank_to_zero"
    APPRAISED_BELOW = "appraised_below"


Detail = Mapping[str, str]  # what its sentence tells: days as 2026-11-30, numbers as plain decimals


@record(frozen=True, slots=True)
class Found:
    """One sign. `key`: what it begins with, so that it is told once."""

    kind: Kind
    key: str
    detail: Detail


def of_target(known: Known, on: date) -> list[Found]:
    """What the figures of one target raise, as a day sees them."""
    figures = sorted(
        (one for one in figures_on(known, on) if one.value is not None), key=lambda one: (one.as_at, _code(one))
    )
    found: list[Found] = []
    for finder in _FINDERS:
        found += finder(known, figures, on)
    return found


def _just_enough(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """Of what is kept: figures that lie just on the good side of the goal, and none just on the other."""
    if known.facts.shape is not Shape.KEEP or known.facts.is_range:
        return
    last = figures[-NEAR_OF:]
    by = [(one, _beyond(known, one)) for one in last]
    enough = [one for one, (beyond, near) in by if 0 < beyond <= near]
    short = [one for one, (beyond, near) in by if 0 < -beyond <= near]
    if len(enough) >= NEAR_LEAST and not short:
        goal = _plain(exact(terms_on(known, enough[-1].as_at).goal or Decimal(0)))
        told = {"count": str(len(enough)), "of": str(len(last)), "goal": goal}
        yield Found(Kind.JUST_ENOUGH, _code(enough[0]), told)


def _to_the_digit(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """Of what is kept: the goal itself, again and again. Nothing, and all of it, are goals that are met so."""
    if known.facts.shape is not Shape.KEEP or known.facts.is_range:
        return
    run: list[FigureInForce] = []
    for one in figures:
        goal = terms_on(known, one.as_at).goal
        run = [*run, one] if goal not in (None, 0, 100) and _of(one) == exact(goal) else []
    if len(run) >= RUN:
        yield Found(Kind.TO_THE_DIGIT, _code(run[0]), {"count": str(len(run)), "goal": _plain(_of(run[-1]))})


def _level(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """A sudden change to the better: the cumulative sum of how far the figures of a target that is kept (the steps, of
    one that moves) lie from their middle passes its limit with the last of them (CUSUM: Page 1954)."""
    values = [_towards(known, one, _of(one)) for one in figures]
    if known.facts.shape is not Shape.KEEP:
        values = [after - before for before, after in pairwise(values)]
    if known.facts.is_range or len(values) <= ENOUGH:
        return
    *before, _last = values
    middle = Fraction(median(before))
    usual = Fraction(median(abs(one - middle) for one in before)) * Fraction(3, 2)
    scale = max(usual, abs(middle) * LEAST_SCALE)
    if not scale:
        return
    total = passed = Fraction(0)
    for value in values:
        passed, total = total, max(Fraction(0), total + (value - middle) / scale - SLACK)
    if total > LIMIT >= passed:
        steps = known.facts.shape is not Shape.KEEP
        usual_figure = _of(figures[-2]) if steps else Fraction(median(map(_of, figures[:-1])))
        told = {"before": _plain(usual_figure), "now": _plain(_of(figures[-1])), "count": str(len(before))}
        told |= {"steps": "yes"} if steps else {}
        yield Found(Kind.LEVEL, _code(figures[-1]), told)


def _goal_eased(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """A goal that was made easier shortly before the deadline, or after it."""
    deadline = settled_deadline(known)
    for one in lowered(known, on):
        left = known.facts.calendar.left(one.signed_on, deadline)
        if left <= DAYS_BEFORE:
            told = {"signed": one.signed_on.isoformat(), "deadline": deadline.isoformat(), "left": str(left)}
            yield Found(Kind.GOAL_EASED, one.signed_on.isoformat(), told)


def _blank_to_zero(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """A figure of nothing where "not applicable" had been sent of the same report before."""
    for one in figures:
        earlier = [each for each in one.report.revisions if each.seq < one.revision.seq]
        if _of(one) == 0 and any(each.not_applicable for each in earlier):
            yield Found(Kind.BLANK_TO_ZERO, _code(one), {"period": one.report.period or ""})


def _appraised_below(known: Known, figures: Sequence[FigureInForce], on: date) -> Iterator[Found]:
    """More was reported than counts, each time."""
    told = honesty.gaps(known, on)
    run: list[honesty.Gap] = []
    for gap in sorted(told, key=lambda one: (one.as_at, one.period or "")):
        run = [*run, gap] if gap.amount > 0 else []
    if len(run) >= RUN:
        last = run[-1]
        detail = {"count": str(len(run)), "reported": _plain(last.reported), "appraised": _plain(last.appraised)}
        yield Found(Kind.APPRAISED_BELOW, run[0].period or run[0].as_at.isoformat(), detail)


_Finder = Callable[[Known, Sequence[FigureInForce], date], Iterator[Found]]
_FINDERS: tuple[_Finder, ...] = (_just_enough, _to_the_digit, _level, _goal_eased, _blank_to_zero, _appraised_below)


def _code(one: FigureInForce) -> str:
    return one.report.period or f"completion {one.as_at}"


def _of(one: FigureInForce) -> Fraction:
    return one.value if one.value is not None else Fraction(0)


def _beyond(known: Known, one: FigureInForce) -> tuple[Fraction, Fraction]:
    """By how much a figure is better than its goal, and what is near: of a share the last of the way to 100 is not."""
    goal = terms_on(known, one.as_at).goal
    if goal is None:
        return Fraction(0), Fraction(0)
    near, full = abs(exact(goal)) * NEAR, known.facts.direction is Direction.AT_LEAST
    if known.facts.ratio:
        near = min(near, abs((100 if full else 0) - exact(goal)) / 4)
    return _towards(known, one, _of(one)) - _towards(known, one, exact(goal)), near


def _towards(known: Known, one: FigureInForce, value: Fraction) -> Fraction:
    return honesty.towards(known, terms_on(known, one.as_at), value)


def _plain(number: Fraction) -> str:
    return format(half_up(number).normalize(), "f")
