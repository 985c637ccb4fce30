"""Status: the ten lines, the first that holds.

Section "Status: the first line that holds" of docs/rule.md.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.rule.exact import ONE, exact, total
from tracker.rule.facts import Status
from tracker.rule.figures import Applicable, Record
from tracker.rule.owed import is_silent
from tracker.rule.plan import Measure
from tracker.rule.reports import Sent
from tracker.rule.stretch import Duty, Stretch
from tracker.rule.trace import Operand, Trace, What


class Finding(NamedTuple):
    """A status with what it rests on: since when it is met, the silent period, the unanswered report, the ratio r."""

    status: Status
    met_on: date | None = None
    silent: Duty | None = None
    unanswered: Sent | None = None
    ratio: Fraction | None = None


def finding(at: Stretch, on: date, trace: Trace | None = None) -> Finding:
    """The first line that holds on the day; what was compared on the way goes into the trace, where there is one."""
    met_on = at.met_on(on)
    return (
        _lines_1_to_5(at, on, met_on, trace)
        or (_line_6(at, on, trace) if at.keep else None)
        or _line_7(at, on, met_on, trace)
        or _lines_8_to_10(at, on, trace)
    )


def _lines_1_to_5(at: Stretch, on: date, met_on: date | None, trace: Trace | None) -> Finding | None:
    facts = at.facts
    begins_on = facts.starts_on if facts.starts_on > facts.in_force_from else facts.in_force_from
    early = on < begins_on
    if trace is not None:
        trace.compared(1, What.BEGINS, on, "<", begins_on, early)
    if early:
        return Finding(Status.NOT_STARTED)
    if _ended_unfinished(at, on, met_on, trace):
        return Finding(Status.VOID)
    if not at.keep and (found := _lines_3_and_4(at, on, met_on, trace)) is not None:
        return found
    if at.known.rests.holds(on):
        if trace is not None:
            rest = next(s for s in at.known.rests.suspensions if s.from_on <= on <= s.to_on)
            trace.compared(5, What.SUSPENDED, on, "<=", rest.to_on, True, from_on=rest.from_on)
        return Finding(Status.SUSPENDED)
    return None


def _lines_3_and_4(at: Stretch, on: date, met_on: date | None, trace: Trace | None) -> Finding | None:
    """Reach and deliverable: met, or past the deadline."""
    settled_on = at.known.deadline.settled_on
    if trace is not None:
        _goal_met(at, on, met_on, trace)
    if met_on is not None:
        in_time = met_on <= settled_on
        if trace is not None:
            trace.compared(3, What.MET_IN_TIME, met_on, "<=", settled_on, in_time)
        return Finding(Status.MET_ON_TIME if in_time else Status.MET_LATE, met_on=met_on)
    past = on > settled_on
    if trace is not None:
        trace.compared(4, What.PAST_DEADLINE, on, ">", settled_on, past)
    return Finding(Status.OVERDUE) if past else None


def _ended_unfinished(at: Stretch, on: date, met_on: date | None, trace: Trace | None) -> bool:
    """Line 2: ended, and neither met nor (keep) wholly reported before that day."""
    end = at.known.end
    if end is None:
        return False
    ended = on >= end.on
    if trace is not None:
        trace.compared(2, What.ENDED, on, ">=", end.on, ended)
    if not ended:
        return False
    done_on = met_on
    if at.keep:
        done_on = at.duties[-1].own.period.cut_off if is_complete(at, on) else None
    if done_on is None:
        return True
    before = done_on < end.on
    if trace is not None:
        trace.compared(2, What.DONE_BEFORE_END, done_on, "<", end.on, before)
    return not before


def _goal_met(at: Stretch, on: date, met_on: date | None, trace: Trace) -> None:
    """Line 3 of a trace: the latest figure against the goal, which says whether there is a day since when it is met."""
    figure = latest(at, on)
    if figure is not None and at.known.ledger.can_meet():
        sign = ">=" if at.measure.upward else "<="
        holds = met_on is not None
        trace.compared(3, What.GOAL_MET, figure.value, sign, at.measure.goal, holds, as_at=figure.as_at)


def is_complete(at: Stretch, on: date) -> bool:
    """Whether a keep target's last period is over and no period lacks a figure in force."""
    return at.complete_from is not None and on >= at.complete_from


def _line_6(at: Stretch, on: date, trace: Trace | None) -> Finding | None:
    """The whole term of a keep target lies reported."""
    complete = is_complete(at, on)
    if trace is not None and at.complete_from is not None:
        trace.compared(6, What.COMPLETE, on, ">=", at.complete_from, complete)
    if not complete:
        return None
    figure = latest(at, on)
    if figure is None:
        return Finding(Status.VOID)
    r = keep_ratio(at, figure, on, trace, 6)
    kept = r == ONE
    if trace is not None:
        trace.compared(6, What.KEPT, r, ">=", ONE, kept)
    return Finding(Status.MET_ON_TIME if kept else Status.MISSED, ratio=r)


def _line_7(at: Stretch, on: date, met_on: date | None, trace: Trace | None) -> Finding | None:
    """Silence, or a return that nobody answered."""
    for duty in at.duties:
        if on > duty.silent_after and is_silent(at, duty, on, met_on):
            if trace is not None:
                trace.compared(7, What.SILENT, on, ">", duty.silent_after, True, period=duty.own.period.code)
            return Finding(Status.UNREPORTED, silent=duty)
    if at.keep:
        return None
    figures = at.figures
    for sent in at.known.sent_back:
        if (
            sent.returned_on is not None
            and on > at.days.answer_by(sent.returned_on)
            and not figures.any_after(figures.day_of(sent), figures.upto(on))
        ):
            if trace is not None:
                answer_by = at.days.answer_by(sent.returned_on)
                trace.compared(7, What.UNANSWERED, on, ">", answer_by, True, period=sent.report.period or "")
            return Finding(Status.UNREPORTED, unanswered=sent)
    return None


def _lines_8_to_10(at: Stretch, on: date, trace: Trace | None) -> Finding:
    """Nothing to judge yet, or nothing to hold it against; else how good the figures are."""
    figure = latest(at, on)
    unplanned = not at.keep and not at.measure.points  # only a deliverable's plan can be empty
    if figure is None or unplanned:
        return Finding(Status.PENDING)
    policy = at.days.policy
    if not at.keep:
        r = at.known.ledger.reckoned.ratio(at.measure, figure)
        if trace is not None:
            _against_plan(trace, at.measure, figure, r)
        return Finding(_grade(r, exact(policy.on_track), policy.at_risk, trace), ratio=r)
    r = keep_ratio(at, figure, on, trace, 9 if at.facts.whole_term else 10)
    if at.facts.whole_term:
        return Finding(_grade(r, ONE, policy.keep_at_risk, trace), ratio=r)
    kept = r == ONE
    if trace is not None:
        trace.compared(10, What.KEPT, r, ">=", ONE, kept)
    return Finding(Status.ON_TRACK if kept else Status.BEHIND, ratio=r)


def _grade(r: Fraction, on_track: Fraction, at_risk: Decimal, trace: Trace | None) -> Status:
    good = r >= on_track
    if trace is not None:
        trace.compared(9, What.ON_TRACK, r, ">=", on_track, good)
    if good:
        return Status.ON_TRACK
    fair = r >= exact(at_risk)
    if trace is not None:
        trace.compared(9, What.AT_RISK, r, ">=", at_risk, fair)
    return Status.AT_RISK if fair else Status.BEHIND


def latest(at: Stretch, on: date) -> Applicable | None:
    """The last applicable figure in force on the day."""
    return at.figures.latest[at.figures.upto(on)]


def keep_ratio(at: Stretch, figure: Applicable, on: date, trace: Trace | None = None, rule: int = 0) -> Fraction:
    """r of a keep target so far, with its latest figure: the mean over all of them, or that of the whole term."""
    figures = at.figures
    if not isinstance(figures, Record) or at.facts.cumulative:
        measure = at.known.measure_on(figure.as_at)
        r = at.known.ledger.reckoned.ratio(measure, figure)
        if trace is not None:
            _one_kept(trace, rule, measure, figure.value, r, as_at=figure.as_at)
        return r
    count = figures.upto(on)
    if at.facts.whole_term:
        whole = figures.total(count)
        r = at.measure.ratio(whole, on)
        if trace is not None:
            _one_kept(trace, rule, at.measure, whole, r)
        return r
    r = figures.mean_ratio(count)
    if trace is not None:
        _each_kept(at, figures, count, trace, rule, r)
    return r


def _against_plan(trace: Trace, of: Measure, figure: Applicable, r: Fraction) -> None:
    """The latest figure of a reach or deliverable against the plan of its day."""
    plan = of.plan(figure.as_at)
    named = {"value": figure.value, "baseline": of.baseline, "goal": of.goal, "plan": plan}
    trace.reckoned(9, What.RATIO, r, as_at=figure.as_at, **named)


def _each_kept(at: Stretch, figures: Record, count: int, trace: Trace, rule: int, mean: Fraction) -> None:
    """Each applicable figure of a keep target that is judged in every period, and the mean of them."""
    ratios = []
    for one, r in zip(figures.in_order[:count], figures.ratios[:count], strict=True):
        if r is not None and isinstance(one, Applicable):
            ratios.append(r)
            period = one.sent.report.period or ""
            _one_kept(trace, rule, at.known.measure_on(one.as_at), one.value, r, as_at=one.as_at, period=period)
    trace.reckoned(rule, What.MEAN_RATIO, mean, total=total(ratios), count=len(ratios))


def _one_kept(trace: Trace, rule: int, measure: Measure, value: Fraction, r: Fraction, **more: Operand) -> None:
    """One figure of a keep target, or that of the whole term, against what it holds to."""
    trace.reckoned(rule, What.KEPT_RATIO, r, value=value, low=measure.floor, high=measure.ceiling, **more)
