"""Hypothesis strategies for whole records of targets: every shape, with whatever may happen to one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

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
LATE = [0, 0, 0, 0, 1, 6, 25]
WAITS = [0, 1, 2, 4, 9, 30]


class Figure(TypedDict, total=False):
    """The numbers of a report or of an appraisal: a value, or a ratio's two."""

    value: Decimal
    numerator: Decimal
    denominator: Decimal


class Reported(Figure, total=False):
    """The same, or that there was nothing to measure."""

    not_applicable: bool


def day(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    return st.dates(first, max(first, last))


def after(days: int) -> timedelta:
    return timedelta(days=days)


@st.composite
def moments(draw: st.DrawFn, record: Facts) -> tuple[date, date]:
    """A day from which to know and a day to judge, mostly one on which something may change or next to it."""
    start = max(record.starts_on, record.in_force_from)
    running = [d for d in candidate_days(record) if start <= d <= LAST]
    near = st.sampled_from([0, 0, 0, 1, -1]).map(after)
    early = [d for d in running if d <= record.due_on]
    on = draw(st.one_of(st.sampled_from(early[len(early) // 3 :]), st.sampled_from(running), day())) + draw(near)
    return draw(st.one_of(st.just(on), st.just(on), st.just(LAST), day())), on


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    return WorkingCalendar(draw(st.sets(day(), max_size=12)), draw(st.sets(day(), max_size=6)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    at_risk, on_track = sorted(draw(st.tuples(*[st.sampled_from(["0", "0.5", "0.7", "0.9", "1"])] * 2)))
    return Policy(
        on_track=Decimal(on_track),
        at_risk=Decimal(at_risk),
        keep_at_risk=Decimal(draw(st.sampled_from(["0", "0.8", "0.9", "1"]))),
        grace_days=draw(st.integers(0, 6)),
        resubmit_days=draw(st.integers(0, 5)),
        late_penalty=Decimal(draw(st.sampled_from(["0", "0.5", "1", "7"]))),
        late_floor=Decimal(draw(st.sampled_from(["0", "50", "100"]))),
        punctuality_weight=Decimal(draw(st.sampled_from(["0", "0.1", "0.33", "1"]))),
    )


@st.composite
def reporting_calendars(draw: st.DrawFn) -> tuple[Period, ...]:
    """From the 15th to the 14th, of one, three or six months, or of any lengths."""
    lengths = draw(st.sampled_from([[30] * 12, [91] * 4, [182] * 2, [365], [20, 50, 10, 90, 33]]))
    start, periods = date(2020, 12, 15), []
    for place, length in enumerate(lengths):
        cut_off = start + after(length - 1)
        periods.append(Period(f"P{place + 1:02}", start, cut_off, cut_off + after(draw(st.integers(0, 9)))))
        start = cut_off + after(1 + draw(st.sampled_from([0, 0, 0, 5])))
    return tuple(periods)


def figures(low: int = -3, high: int = 13) -> st.SearchStrategy[Decimal]:
    """Tenths around 0 to 10, so that figures often coincide with each other, the goal and the plan."""
    return st.integers(low * 2, high * 2).map(lambda halves: Decimal(halves) / 2)


@st.composite
def terms(draw: st.DrawFn, shape: Shape, direction: Direction | None, first: date, last: date) -> Terms:
    weight = draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2)]))
    if shape is Shape.KEEP:
        if direction is None:
            low, high = sorted(draw(st.tuples(figures(), figures())))
            some = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
            return Terms(low=some[0], high=some[1], weight=weight)
        least = 1 if direction is Direction.AT_LEAST else -1
        return Terms(goal=draw(figures(least)), weight=weight)
    if shape is Shape.DELIVERABLE:
        baseline, goal = Decimal(0), Decimal(100)
        given = Terms(weight=weight)
    else:
        baseline, goal = draw(st.tuples(figures(), figures()).filter(lambda pair: pair[0] != pair[1]))
        given = Terms(goal=goal, baseline=baseline, weight=weight)
    return replace(given, milestones=draw(milestones(baseline, goal, first, last)))


@st.composite
def milestones(draw: st.DrawFn, baseline: Decimal, goal: Decimal, first: date, last: date) -> tuple[Milestone, ...]:
    days = sorted(draw(st.sets(day(first + after(1), last - after(1)), max_size=3)))
    shares = sorted(draw(st.lists(st.integers(0, 10), min_size=len(days), max_size=len(days))))
    return tuple(
        Milestone(on, baseline + (goal - baseline) * share / 10) for on, share in zip(days, shares, strict=True)
    )


@st.composite
def records(draw: st.DrawFn) -> Facts:
    """One target with its whole record, valid by the package format."""
    shape = draw(st.sampled_from([Shape.KEEP, Shape.REACH, Shape.KEEP, Shape.REACH, Shape.DELIVERABLE]))
    direction = draw(st.sampled_from([*Direction, None])) if shape is Shape.KEEP else None
    ratio = draw(st.booleans())
    judged_by, cumulative = JudgedBy.EVERY_PERIOD, False
    if direction is not None and draw(st.booleans()):
        judged_by = JudgedBy.WHOLE_TERM
        cumulative = not ratio or draw(st.booleans())
    starts_on = draw(st.sampled_from([FIRST, date(2021, 2, 4), date(2021, 3, 17), date(2021, 7, 1)]))
    due_on = draw(st.one_of(st.just(date(2021, 12, 31)), day(starts_on + after(30), date(2021, 12, 31))))
    versions = [PolicyVersion(None, draw(policies()))]
    if draw(st.sampled_from([False, False, True])):
        versions.append(PolicyVersion(draw(day()), draw(policies())))
    facts = Facts(
        shape=shape,
        direction=direction,
        judged_by=judged_by,
        cumulative=cumulative,
        ratio=ratio,
        starts_on=starts_on,
        due_on=due_on,
        in_force_from=draw(st.sampled_from([FIRST, FIRST, starts_on, starts_on + after(20)])),
        terms=draw(terms(shape, direction, starts_on, due_on)),
        periods=draw(reporting_calendars()),
        calendar=draw(calendars()),
        policies=tuple(versions),
    )
    return draw(histories(facts))


@st.composite
def histories(draw: st.DrawFn, facts: Facts) -> Facts:
    """What happened to it: amendments, extensions, suspensions, its end, and reports."""
    of_any_terms = [False, facts.shape is Shape.REACH]  # a second one has to fit whatever the first one left
    amended = draw(st.sampled_from([0, 0, 0, 0, 1, 1, 2]))
    changes = (draw(amendments(facts, plain)) for plain in of_any_terms[:amended])
    facts = replace(facts, amendments=tuple(replace(one, seq=seq) for seq, one in enumerate(changes)))
    if draw(st.sampled_from([False, False, True])):
        facts = replace(facts, extensions=draw(extensions(facts)))
    if draw(st.sampled_from([False, False, True])):
        facts = replace(facts, suspensions=draw(suspensions()))
    if draw(st.sampled_from([False, False, False, True])):
        on = draw(day())
        decided_on = on + after(draw(st.integers(-5, 5)))
        facts = replace(facts, end=End(on, decided_on, draw(recorded(decided_on))))
    reports = [report for period in facts.periods if (report := draw(periodic_reports(facts, period))) is not None]
    if facts.shape is not Shape.KEEP and draw(st.booleans()):
        reports.append(draw(completions(facts)))
    return replace(facts, reports=tuple(reports))


def recorded(own_day: date) -> st.SearchStrategy[date]:
    return st.sampled_from(LATE).map(lambda late: own_day + after(late))


@st.composite
def amendments(draw: st.DrawFn, facts: Facts, plain: bool) -> Amendment:
    """A change of the weight alone, or of goal (or range), baseline and milestones with it."""
    signed_on = draw(day(FIRST, date(2021, 12, 1)))
    from_on = signed_on + after(draw(st.sampled_from([0, 5, 40, -10])))
    changed = draw(terms(facts.shape, facts.direction, facts.starts_on, facts.due_on))
    weight = draw(st.sampled_from([None, changed.weight]))
    amendment = Amendment(signed_on, from_on, draw(recorded(signed_on)), weight=weight)
    if plain or (weight is not None and draw(st.booleans())):
        return amendment
    if facts.shape is Shape.DELIVERABLE:
        return replace(amendment, milestones=changed.milestones)
    if facts.shape is Shape.KEEP:
        low, high = facts.terms.low, facts.terms.high
        if low is not None and high is not None:
            return replace(amendment, low=low - draw(st.integers(0, 3)), high=high + draw(st.integers(0, 3)))
        low, high = (None if edge is None else draw(figures()) for edge in (low, high))
        return replace(amendment, goal=changed.goal, low=low, high=high)
    if draw(st.booleans()):
        return replace(amendment, goal=changed.goal, baseline=changed.baseline, milestones=changed.milestones)
    further = facts.terms.goal if facts.terms.goal is not None else Decimal(0)
    further += 2 if further > (facts.terms.baseline or Decimal(0)) else -2
    return replace(amendment, goal=further, milestones=draw(st.sampled_from([None, ()])))


@st.composite
def extensions(draw: st.DrawFn, facts: Facts) -> tuple[Extension, ...]:
    granted_on, due_on, found = draw(day()), facts.due_on, []
    for _ in range(draw(st.integers(1, 2))):
        due_on += after(draw(st.integers(1, 60)))
        found.append(Extension(granted_on, due_on, draw(recorded(granted_on))))
        granted_on += after(draw(st.integers(0, 40)))
    return tuple(found)


@st.composite
def suspensions(draw: st.DrawFn) -> tuple[Suspension, ...]:
    edges = sorted(draw(st.sets(day(), min_size=4, max_size=4)))
    found = []
    for from_on, to_on in [(edges[0], edges[1]), (edges[2], edges[3])][: draw(st.integers(1, 2))]:
        decided_on = from_on + after(draw(st.sampled_from([-3, 0, 8])))
        found.append(Suspension(from_on, to_on, decided_on, draw(recorded(decided_on))))
    return tuple(found)


@st.composite
def periodic_reports(draw: st.DrawFn, facts: Facts, period: Period) -> Report | None:
    keep = facts.shape is Shape.KEEP
    horizon = max([facts.due_on, *(x.due_on for x in facts.extensions)])
    foreign = period.cut_off < facts.starts_on or period.starts_on > horizon
    missing = st.sampled_from([False] * (7 if keep else 3) + [True])  # one silent month tells all of a keep target
    if (keep and (foreign or period.cut_off > horizon)) or draw(missing):
        return None
    first_on = period.cut_off + after(draw(st.integers(0, 15)))
    early = day(period.starts_on, period.cut_off) if not keep else st.none()
    as_at = st.one_of(st.none(), early)
    return Report(period.code, ReportKind.PERIODIC, draw(chains(facts, first_on, as_at, False)))


@st.composite
def completions(draw: st.DrawFn, facts: Facts) -> Report:
    as_at = draw(day(FIRST, date(2022, 1, 15)))
    first_on = as_at + after(draw(st.integers(0, 20)))
    return Report(None, ReportKind.COMPLETION, draw(chains(facts, first_on, day(FIRST, first_on), True)))


@st.composite
def chains(
    draw: st.DrawFn, facts: Facts, first_on: date, as_at: st.SearchStrategy[date | None], completion: bool
) -> tuple[Revision, ...]:
    """Revisions, each sent after the one before it was returned, reopened or recalled."""
    found: list[Revision] = []
    submitted_on = first_on
    while True:
        revision = draw(revisions(facts, len(found) + 1, submitted_on, draw(as_at), completion))
        found.append(revision)
        sent_back = revision.decisions and revision.decisions[-1].outcome is not Outcome.ACCEPTED
        if not sent_back or len(found) == 3 or draw(st.sampled_from([False, False, True])):
            return tuple(found)
        submitted_on = revision.decisions[-1].decided_on + after(draw(st.sampled_from(WAITS)))


@st.composite
def revisions(
    draw: st.DrawFn, facts: Facts, seq: int, submitted_on: date, as_at: date | None, completion: bool
) -> Revision:
    numbers = draw(reported(facts, completion))
    sent_back = [["returned"], ["recalled"], ["accepted", "reopened"]]
    after_all = [["returned", "accepted"], ["accepted", "reopened", "accepted"]]
    outcomes = draw(st.sampled_from([[], ["accepted"], ["accepted"], *sent_back, [], ["accepted"], *after_all]))
    decided_on = submitted_on
    decisions: list[Decision] = []
    for outcome in outcomes:
        decided_on += after(draw(st.sampled_from(WAITS)))
        names = outcome == "accepted" and not completion and not numbers["not_applicable"] and draw(st.booleans())
        appraised = draw(numbers_of(facts, False)) if names else Figure()
        decision = Decision(Outcome(outcome), decided_on, draw(recorded(decided_on)), **appraised)
        decisions.append(replace(decision, seq=len(decisions) + 1))
    return Revision(seq, submitted_on, draw(recorded(submitted_on)), as_at=as_at, decisions=tuple(decisions), **numbers)


@st.composite
def reported(draw: st.DrawFn, facts: Facts, completion: bool) -> Reported:
    if facts.shape is Shape.KEEP and draw(st.sampled_from([False] * 7 + [True])):
        return {"not_applicable": True}
    return {**draw(numbers_of(facts, completion)), "not_applicable": False}


@st.composite
def numbers_of(draw: st.DrawFn, facts: Facts, completion: bool) -> Figure:
    known = [figure for figure in (facts.terms.goal, facts.terms.low, facts.terms.high) if figure is not None]
    value = draw(st.one_of(figures(), st.sampled_from([*known, Decimal(5)])))
    if facts.shape is Shape.DELIVERABLE:
        value = draw(st.sampled_from([Decimal(n) for n in (0, 20, 50, 63, 80, 100)]))
    if completion:
        value = Decimal(100) if facts.terms.goal is None else draw(reached(facts.terms.goal, facts.terms.baseline))
    if not facts.ratio:
        return {"value": value}
    denominator = Decimal(draw(st.sampled_from([1, 3, 40, 967] if completion else [0, 1, 3, 40, 967])))
    return {"numerator": value * denominator / 100, "denominator": denominator}


def reached(goal: Decimal, baseline: Decimal | None) -> st.SearchStrategy[Decimal]:
    """The goal, or a little beyond it."""
    up = goal > (baseline or Decimal(0))
    return st.sampled_from([goal, goal + Decimal("0.5") if up else goal - Decimal("0.5")])
