"""Hypothesis strategies for whole records of targets: every shape, with whatever may happen to one.

A record is some hundred and fifty choices. What is chosen from is made once (`one_of_these`, `day`, …), and the parts
of a record are functions that draw, not strategies of their own: making strategies took more than drawing.
"""

import functools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, TypeVar

from hypothesis import strategies as st

from tests.factories.told_by_hand import candidate_days
from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import (
    Amendment,
    Decision,
    Direction,
    End,
    Extension,
    Facts,
    JudgedBy,
    Milestone,
    Outcome,
    Period,
    Policy,
    PolicyVersion,
    Report,
    ReportKind,
    Revision,
    Shape,
    Suspension,
    Terms,
)

FIRST, LAST = date(2021, 1, 1), date(2022, 3, 31)
LATE = st.sampled_from([0, 0, 0, 0, 1, 6, 25])
WAITS = st.sampled_from([0, 1, 2, 4, 9, 30])
EITHER = st.booleans()
NO_DAY: st.SearchStrategy[date | None] = st.none()
YEARS_END = date(2021, 12, 31)


class Figure(TypedDict, total=False):
    """The numbers of a report or of an appraisal: a value, or a ratio's two."""

    value: Decimal
    numerator: Decimal
    denominator: Decimal


class Reported(Figure, total=False):
    """The same, or that there was nothing to measure."""

    not_applicable: bool


T = TypeVar("T")


@functools.lru_cache(maxsize=None, typed=True)  # 0 is no False
def one_of_these(*choices: T) -> st.SearchStrategy[T]:
    return st.sampled_from(choices)


@functools.cache
def whole(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@functools.cache
def day(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    return st.dates(first, max(first, last))


OFF_DAYS, WORKING_DAYS = st.sets(day(), max_size=12), st.sets(day(), max_size=6)
FOUR_DAYS = st.sets(day(), min_size=4, max_size=4)


def after(days: int) -> timedelta:
    return timedelta(days=days)


@st.composite
def moments(draw: st.DrawFn, record: Facts) -> tuple[date, date]:
    """A day from which to know and a day to judge, mostly one on which something may change or next to it."""
    start = max(record.starts_on, record.in_force_from)
    running = [d for d in candidate_days(record) if start <= d <= LAST]
    early = [d for d in running if d <= record.due_on]
    near = after(draw(one_of_these(0, 0, 0, 1, -1)))
    on = near + draw(draw(one_of_these(st.sampled_from(early[len(early) // 3 :]), st.sampled_from(running), day())))
    return draw(draw(one_of_these(st.just(on), st.just(on), st.just(LAST), day()))), on


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    return WorkingCalendar(draw(OFF_DAYS), draw(WORKING_DAYS))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    at_risk, on_track = sorted(draw(one_of_these("0", "0.5", "0.7", "0.9", "1")) for _ in range(2))
    return Policy(
        on_track=Decimal(on_track),
        at_risk=Decimal(at_risk),
        keep_at_risk=Decimal(draw(one_of_these("0", "0.8", "0.9", "1"))),
        grace_days=draw(whole(0, 6)),
        resubmit_days=draw(whole(0, 5)),
        late_penalty=Decimal(draw(one_of_these("0", "0.5", "1", "7"))),
        late_floor=Decimal(draw(one_of_these("0", "50", "100"))),
        punctuality_weight=Decimal(draw(one_of_these("0", "0.1", "0.33", "1"))),
    )


def reporting_calendars(draw: st.DrawFn) -> tuple[Period, ...]:
    """From the 15th to the 14th, of one, three or six months, or of any lengths."""
    lengths = draw(one_of_these((30,) * 12, (91,) * 4, (182,) * 2, (365,), (20, 50, 10, 90, 33)))
    start, periods = date(2020, 12, 15), []
    for place, length in enumerate(lengths):
        cut_off = start + after(length - 1)
        periods.append(Period(f"P{place + 1:02}", start, cut_off, cut_off + after(draw(whole(0, 9)))))
        start = cut_off + after(1 + draw(one_of_these(0, 0, 0, 5)))
    return tuple(periods)


@functools.cache
def or_none(days: st.SearchStrategy[date]) -> st.SearchStrategy[date | None]:
    return st.none() | days


@functools.cache
def figures(low: int = -3, high: int = 13) -> st.SearchStrategy[Decimal]:
    """Tenths around 0 to 10, so that figures often coincide with each other, the goal and the plan."""
    return whole(low * 2, high * 2).map(lambda halves: Decimal(halves) / 2)


TWO_FIGURES = st.tuples(figures(), figures()).filter(lambda pair: pair[0] != pair[1])


def terms(draw: st.DrawFn, shape: Shape, direction: Direction | None, first: date, last: date) -> Terms:
    weight = draw(one_of_these(Decimal("0.5"), Decimal(1), Decimal(2)))
    if shape is Shape.KEEP:
        if direction is None:
            low, high = sorted([draw(figures()), draw(figures())])
            some = draw(one_of_these((low, high), (low, None), (None, high)))
            return Terms(low=some[0], high=some[1], weight=weight)
        least = 1 if direction is Direction.AT_LEAST else -1
        return Terms(goal=draw(figures(least)), weight=weight)
    if shape is Shape.DELIVERABLE:
        baseline, goal = Decimal(0), Decimal(100)
        given = Terms(weight=weight)
    else:
        baseline, goal = draw(TWO_FIGURES)
        given = Terms(goal=goal, baseline=baseline, weight=weight)
    return replace(given, milestones=milestones(draw, baseline, goal, first, last))


def milestones(draw: st.DrawFn, baseline: Decimal, goal: Decimal, first: date, last: date) -> tuple[Milestone, ...]:
    days = sorted({draw(day(first + after(1), last - after(1))) for _ in range(draw(whole(0, 3)))})
    shares = sorted(draw(whole(0, 10)) for _ in days)
    return tuple(
        Milestone(on, baseline + (goal - baseline) * share / 10) for on, share in zip(days, shares, strict=True)
    )


POLICIES, CALENDARS = policies(), calendars()


@st.composite
def records(draw: st.DrawFn) -> Facts:
    """One target with its whole record, valid by the package format."""
    shape = draw(one_of_these(Shape.KEEP, Shape.REACH, Shape.KEEP, Shape.REACH, Shape.DELIVERABLE))
    direction = draw(one_of_these(*Direction, None)) if shape is Shape.KEEP else None
    ratio = draw(EITHER)
    judged_by, cumulative = JudgedBy.EVERY_PERIOD, False
    if direction is not None and draw(EITHER):
        judged_by = JudgedBy.WHOLE_TERM
        cumulative = not ratio or draw(EITHER)
    starts_on = draw(one_of_these(FIRST, date(2021, 2, 4), date(2021, 3, 17), date(2021, 7, 1)))
    due_on = draw(day(starts_on + after(30), YEARS_END)) if draw(EITHER) else YEARS_END
    versions = [PolicyVersion(None, draw(POLICIES))]
    if draw(one_of_these(False, False, True)):
        versions.append(PolicyVersion(draw(day()), draw(POLICIES)))
    facts = Facts(
        shape=shape,
        direction=direction,
        judged_by=judged_by,
        cumulative=cumulative,
        ratio=ratio,
        starts_on=starts_on,
        due_on=due_on,
        in_force_from=draw(one_of_these(FIRST, FIRST, starts_on, starts_on + after(20))),
        terms=terms(draw, shape, direction, starts_on, due_on),
        periods=reporting_calendars(draw),
        calendar=draw(CALENDARS),
        policies=tuple(versions),
    )
    return histories(draw, facts)


def histories(draw: st.DrawFn, facts: Facts) -> Facts:
    """What happened to it: amendments, extensions, suspensions, its end, and reports."""
    of_any_terms = [False, facts.shape is Shape.REACH]  # a second one has to fit whatever the first one left
    amended = draw(one_of_these(0, 0, 0, 0, 1, 1, 2))
    changes = (amendments(draw, facts, plain) for plain in of_any_terms[:amended])
    facts = replace(facts, amendments=tuple(replace(one, seq=seq) for seq, one in enumerate(changes)))
    if draw(one_of_these(False, False, True)):
        facts = replace(facts, extensions=extensions(draw, facts))
    if draw(one_of_these(False, False, True)):
        facts = replace(facts, suspensions=suspensions(draw))
    if draw(one_of_these(False, False, False, True)):
        on = draw(day())
        decided_on = on + after(draw(whole(-5, 5)))
        facts = replace(facts, end=End(on, decided_on, recorded(draw, decided_on)))
    reports = [report for period in facts.periods if (report := periodic_reports(draw, facts, period)) is not None]
    if facts.shape is not Shape.KEEP and draw(EITHER):
        reports.append(completions(draw, facts))
    return replace(facts, reports=tuple(reports))


def recorded(draw: st.DrawFn, own_day: date) -> date:
    return own_day + after(draw(LATE))


def amendments(draw: st.DrawFn, facts: Facts, plain: bool) -> Amendment:
    """A change of the weight alone, or of goal (or range), baseline and milestones with it."""
    signed_on = draw(day(FIRST, date(2021, 12, 1)))
    from_on = signed_on + after(draw(one_of_these(0, 5, 40, -10)))
    changed = terms(draw, facts.shape, facts.direction, facts.starts_on, facts.due_on)
    weight = draw(one_of_these(None, changed.weight))
    amendment = Amendment(signed_on, from_on, recorded(draw, signed_on), weight=weight)
    if plain or (weight is not None and draw(EITHER)):
        return amendment
    if facts.shape is Shape.DELIVERABLE:
        return replace(amendment, milestones=changed.milestones)
    if facts.shape is Shape.KEEP:
        low, high = facts.terms.low, facts.terms.high
        if low is not None and high is not None:
            return replace(amendment, low=low - draw(whole(0, 3)), high=high + draw(whole(0, 3)))
        low, high = (None if edge is None else draw(figures()) for edge in (low, high))
        return replace(amendment, goal=changed.goal, low=low, high=high)
    if draw(EITHER):
        return replace(amendment, goal=changed.goal, baseline=changed.baseline, milestones=changed.milestones)
    further = facts.terms.goal if facts.terms.goal is not None else Decimal(0)
    further += 2 if further > (facts.terms.baseline or Decimal(0)) else -2
    return replace(amendment, goal=further, milestones=draw(one_of_these(None, ())))


def extensions(draw: st.DrawFn, facts: Facts) -> tuple[Extension, ...]:
    granted_on, due_on, found = draw(day()), facts.due_on, []
    for _ in range(draw(whole(1, 2))):
        due_on += after(draw(whole(1, 60)))
        found.append(Extension(granted_on, due_on, recorded(draw, granted_on)))
        granted_on += after(draw(whole(0, 40)))
    return tuple(found)


def suspensions(draw: st.DrawFn) -> tuple[Suspension, ...]:
    edges = sorted(draw(FOUR_DAYS))
    found = []
    for from_on, to_on in [(edges[0], edges[1]), (edges[2], edges[3])][: draw(whole(1, 2))]:
        decided_on = from_on + after(draw(one_of_these(-3, 0, 8)))
        found.append(Suspension(from_on, to_on, decided_on, recorded(draw, decided_on)))
    return tuple(found)


def periodic_reports(draw: st.DrawFn, facts: Facts, period: Period) -> Report | None:
    keep = facts.shape is Shape.KEEP
    horizon = max([facts.due_on, *(x.due_on for x in facts.extensions)])
    foreign = period.cut_off < facts.starts_on or period.starts_on > horizon
    missing = one_of_these(*[False] * (7 if keep else 3), True)  # one silent month tells all of a keep target
    if (keep and (foreign or period.cut_off > horizon)) or draw(missing):
        return None
    first_on = period.cut_off + after(draw(whole(0, 15)))
    as_at = NO_DAY if keep else or_none(day(period.starts_on, period.cut_off))
    return Report(period.code, ReportKind.PERIODIC, chains(draw, facts, first_on, as_at, False))


def completions(draw: st.DrawFn, facts: Facts) -> Report:
    as_at = draw(day(FIRST, date(2022, 1, 15)))
    first_on = as_at + after(draw(whole(0, 20)))
    return Report(None, ReportKind.COMPLETION, chains(draw, facts, first_on, day(FIRST, first_on), True))


def chains(
    draw: st.DrawFn, facts: Facts, first_on: date, as_at: st.SearchStrategy[date | None], completion: bool
) -> tuple[Revision, ...]:
    """Revisions, each sent after the one before it was returned, reopened or recalled."""
    found: list[Revision] = []
    submitted_on = first_on
    while True:
        revision = revisions(draw, facts, len(found) + 1, submitted_on, draw(as_at), completion)
        found.append(revision)
        sent_back = revision.decisions and revision.decisions[-1].outcome is not Outcome.ACCEPTED
        if not sent_back or len(found) == 3 or draw(one_of_these(False, False, True)):
            return tuple(found)
        submitted_on = revision.decisions[-1].decided_on + after(draw(WAITS))


def revisions(
    draw: st.DrawFn, facts: Facts, seq: int, submitted_on: date, as_at: date | None, completion: bool
) -> Revision:
    numbers = reported(draw, facts, completion)
    sent_back = (("returned",), ("recalled",), ("accepted", "reopened"))
    after_all = (("returned", "accepted"), ("accepted", "reopened", "accepted"))
    outcomes = draw(one_of_these((), ("accepted",), ("accepted",), *sent_back, (), ("accepted",), *after_all))
    decided_on = submitted_on
    decisions: list[Decision] = []
    for outcome in outcomes:
        decided_on += after(draw(WAITS))
        names = outcome == "accepted" and not completion and not numbers["not_applicable"] and draw(EITHER)
        appraised = numbers_of(draw, facts, False) if names else Figure()
        decision = Decision(Outcome(outcome), decided_on, recorded(draw, decided_on), **appraised)
        decisions.append(replace(decision, seq=len(decisions) + 1))
    return Revision(seq, submitted_on, recorded(draw, submitted_on), as_at=as_at, decisions=tuple(decisions), **numbers)


def reported(draw: st.DrawFn, facts: Facts, completion: bool) -> Reported:
    if facts.shape is Shape.KEEP and draw(one_of_these(*[False] * 7, True)):
        return {"not_applicable": True}
    return {**numbers_of(draw, facts, completion), "not_applicable": False}


def numbers_of(draw: st.DrawFn, facts: Facts, completion: bool) -> Figure:
    known = [figure for figure in (facts.terms.goal, facts.terms.low, facts.terms.high) if figure is not None]
    value = draw(figures() if draw(EITHER) else one_of_these(*known, Decimal(5)))
    if facts.shape is Shape.DELIVERABLE:
        value = draw(one_of_these(*(Decimal(n) for n in (0, 20, 50, 63, 80, 100))))
    if completion:
        value = Decimal(100) if facts.terms.goal is None else draw(reached(facts.terms.goal, facts.terms.baseline))
    if not facts.ratio:
        return {"value": value}
    denominator = Decimal(draw(one_of_these(1, 3, 40, 967) if completion else one_of_these(0, 1, 3, 40, 967)))
    return {"numerator": value * denominator / 100, "denominator": denominator}


def reached(goal: Decimal, baseline: Decimal | None) -> st.SearchStrategy[Decimal]:
    """The goal, or a little beyond it."""
    up = goal > (baseline or Decimal(0))
    return one_of_these(goal, goal + Decimal("0.5") if up else goal - Decimal("0.5"))
