"""Why an answer is what it is: a code and the figures it rests on. The sentences are written elsewhere.

Figures are text: days in ISO, numbers as plain decimals, periods by code ("" for a completion). Which a code carries
stands beside it; `deadline` is D. `next_period`, `next_due_on` and (reach, deliverable) `needed` come with every
running status with a report to come: `needed` is a figure of that period with which the target would be on track.
There is none where that report is due on D or later, when only the goal itself will do, and before the first milestone
of a deliverable.

Section "What must always hold", 6 of docs/rule.md.
"""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from tracker.rule.exact import ONE, enough, exact, half_up
from tracker.rule.facts import Shape, Status
from tracker.rule.figures import Applicable, Record
from tracker.rule.owed import gives_figure, is_owed
from tracker.rule.records import record
from tracker.rule.status import Finding, latest
from tracker.rule.stretch import Duty, Stretch


class ReasonCode(StrEnum):
    """The kinds of why."""

    NOT_STARTED = "not_started"  # from_on
    ENDED = "ended"  # ended_on
    NOTHING_APPLICABLE = "nothing_applicable"  # reports
    MET = "met"  # met_on, deadline, value, as_at, goal
    MET_LATE = "met_late"  # the same, days_late (working days)
    OVERDUE = "overdue"  # deadline, days_late, goal, value, as_at, percent of the way
    OVERDUE_WITHOUT_FIGURE = "overdue_without_figure"  # deadline, days_late, goal
    SUSPENDED = "suspended"  # from_on, to_on
    KEPT = "kept"  # kept, reports, and goal or low and high
    KEPT_OVERALL = "kept_overall"  # value, goal
    MISSED = "missed"  # kept, reports, limits; period, value of the first not kept
    MISSED_OVERALL = "missed_overall"  # value, goal, percent
    SILENT = "silent"  # period, due_on
    RETURN_UNANSWERED = "return_unanswered"  # period, returned_on, answer_by
    NO_FIGURE = "no_figure"  #
    NO_MILESTONES = "no_milestones"  #
    ON_PLAN = "on_plan"  # value, as_at, plan, goal, percent of the plan, deadline
    BELOW_PLAN = "below_plan"  # the same
    KEEPING = "keeping"  # kept, reports, limits
    KEEP_BROKEN = "keep_broken"  # the same; period, value of the first not kept
    KEEPING_OVERALL = "keeping_overall"  # value, goal
    BELOW_OVERALL = "below_overall"  # value, goal, percent


@record(frozen=True, slots=True)
class Reason:
    """A code with its figures, ready for JSON."""

    code: ReasonCode
    figures: dict[str, str]

    def as_json(self) -> dict[str, object]:
        return {"code": self.code.value, "figures": dict(self.figures)}


Why = tuple[ReasonCode, dict[str, str]]
_RUNNING = frozenset({Status.PENDING, Status.ON_TRACK, Status.AT_RISK, Status.BEHIND})


def reason(at: Stretch, on: date, found: Finding, *, ahead: bool = True) -> Reason:
    """Why the finding of that day is what it is.

    Not `ahead`: as it can be kept, with nothing that a change of days ahead makes wrong. It says nothing of the next
    report, and instead of D the day that D is rolled from.
    """
    code, figures = _why(at, on, found)
    if ahead and found.status in _RUNNING:
        figures |= _next(at, on)
    if not ahead and "deadline" in figures:
        figures["deadline"] = at.known.deadline.passed_on.isoformat()
    return Reason(code, figures)


@lru_cache(maxsize=1 << 14)
def told(figure: Fraction) -> str:
    """The figure as a plain decimal: with its own digits up to six, rounded half-up to two where it needs more."""
    six = half_up(figure, 6)
    if exact(six) != figure:
        return str(half_up(figure))
    return str(six).rstrip("0").rstrip(".")


def _why(at: Stretch, on: date, found: Finding) -> Why:
    status = found.status
    if status is Status.NOT_STARTED:
        return ReasonCode.NOT_STARTED, {"from_on": max(at.facts.starts_on, at.facts.in_force_from).isoformat()}
    if status is Status.VOID:
        return _void(at, on)
    if status is Status.SUSPENDED:
        rest = next(s for s in at.known.rests.suspensions if s.from_on <= on <= s.to_on)
        return ReasonCode.SUSPENDED, {"from_on": rest.from_on.isoformat(), "to_on": rest.to_on.isoformat()}
    if status is Status.UNREPORTED:
        return _unreported(at, found)
    if status is Status.PENDING:
        return _pending(at), {}
    if at.keep:
        return _keep(at, on, found)
    if status is Status.OVERDUE:
        return _overdue(at, on)
    return _met(at, on, found.met_on) if found.met_on is not None else _running(at, on, found)


def _void(at: Stretch, on: date) -> Why:
    end = at.known.end
    if end is not None and end.on <= on:
        return ReasonCode.ENDED, {"ended_on": end.on.isoformat()}
    return ReasonCode.NOTHING_APPLICABLE, {"reports": str(at.figures.upto(on))}


def _unreported(at: Stretch, found: Finding) -> Why:
    """Silence is told by P; where a report came back, what is missing is its answer, which has a day of its own."""
    sent = found.silent.sent if found.silent is not None else found.unanswered
    if sent is not None and sent.returned_on is not None:
        return ReasonCode.RETURN_UNANSWERED, {
            "period": sent.report.period or "",
            "returned_on": sent.returned_on.isoformat(),
            "answer_by": at.days.answer_by(sent.returned_on).isoformat(),
        }
    if found.silent is None:
        return ReasonCode.RETURN_UNANSWERED, {}
    own = found.silent.own
    return ReasonCode.SILENT, {"period": own.period.code, "due_on": own.due_on.isoformat()}


def _pending(at: Stretch) -> ReasonCode:
    unplanned = not at.keep and not at.measure.points
    return ReasonCode.NO_MILESTONES if unplanned else ReasonCode.NO_FIGURE


def _overdue(at: Stretch, on: date) -> Why:
    deadline = at.known.deadline
    figures = {
        "deadline": deadline.settled_on.isoformat(),
        "days_late": str(-at.facts.calendar.left(on, deadline.settled_on)),
        "goal": told(at.measure.goal),
    }
    figure = latest(at, on)
    if figure is None:
        return ReasonCode.OVERDUE_WITHOUT_FIGURE, figures
    figures |= _figure(figure)
    figures["percent"] = str(half_up(100 * at.measure.way(figure.value)))
    return ReasonCode.OVERDUE, figures


def _met(at: Stretch, on: date, met_on: date) -> Why:
    deadline, figure = at.known.deadline, latest(at, on)
    figures = {"met_on": met_on.isoformat(), "deadline": deadline.settled_on.isoformat(), "goal": told(at.measure.goal)}
    if figure is not None:
        figures |= _figure(figure)
    if met_on <= deadline.settled_on:
        return ReasonCode.MET, figures
    figures["days_late"] = str(-at.facts.calendar.left(met_on, deadline.settled_on))
    return ReasonCode.MET_LATE, figures


def _running(at: Stretch, on: date, found: Finding) -> Why:
    figures = {"goal": told(at.measure.goal), "deadline": at.known.deadline.settled_on.isoformat()}
    figure = latest(at, on)
    if figure is not None and found.ratio is not None:
        figures |= _figure(figure)
        figures["plan"] = told(at.measure.plan(figure.as_at))
        figures["percent"] = str(half_up(100 * found.ratio))
    code = ReasonCode.ON_PLAN if found.status is Status.ON_TRACK else ReasonCode.BELOW_PLAN
    return code, figures


def _keep(at: Stretch, on: date, found: Finding) -> Why:
    closed = found.status in (Status.MET_ON_TIME, Status.MISSED)
    kept = found.ratio == ONE
    figures = _limits(at)
    if at.facts.whole_term:
        figures |= _overall(at, on, found.ratio or ONE)
        if closed:
            return ReasonCode.KEPT_OVERALL if kept else ReasonCode.MISSED_OVERALL, figures
        return ReasonCode.KEEPING_OVERALL if kept else ReasonCode.BELOW_OVERALL, figures
    figures |= _periods_kept(at, on)
    if closed:
        return ReasonCode.KEPT if kept else ReasonCode.MISSED, figures
    return ReasonCode.KEEPING if kept else ReasonCode.KEEP_BROKEN, figures


def _limits(at: Stretch) -> dict[str, str]:
    """The goal of a keep target, or the ends of its range."""
    measure = at.measure
    if not at.facts.is_range:
        return {"goal": told(measure.goal)}
    return {name: told(v) for name, v in (("low", measure.floor), ("high", measure.ceiling)) if v is not None}


def _overall(at: Stretch, on: date, r: Fraction) -> dict[str, str]:
    figure = latest(at, on)
    if figure is None or not isinstance(at.figures, Record):
        return {}
    value = figure.value if at.facts.cumulative else at.figures.total(at.figures.upto(on))
    figures = {"value": told(value), "percent": str(half_up(100 * r))}
    if at.facts.cumulative:
        figures["goal"] = told(at.known.measure_on(figure.as_at).goal)
    return figures


def _periods_kept(at: Stretch, on: date) -> dict[str, str]:
    if not isinstance(at.figures, Record):
        return {}
    count = at.figures.upto(on)
    pairs = [
        (figure, r)
        for figure, r in zip(at.figures.in_order[:count], at.figures.ratios[:count], strict=True)
        if r is not None
    ]
    broken = [figure for figure, r in pairs if r != ONE]
    figures = {"kept": str(len(pairs) - len(broken)), "reports": str(len(pairs))}
    if broken and isinstance(broken[0], Applicable):
        figures |= {"period": broken[0].sent.report.period or "", "value": told(broken[0].value)}
    return figures


def _figure(figure: Applicable) -> dict[str, str]:
    return {"value": told(figure.value), "as_at": figure.as_at.isoformat()}


def _next(at: Stretch, on: date) -> dict[str, str]:
    """The next report that is owed, and (reach, deliverable) the figure with which it would put the target on track.

    No figure where it is due on D or later (then only the goal itself will do), or where no milestone is to be reached.
    """
    duty = _next_duty(at, on)
    if duty is None:
        return {}
    due_on = duty.own.due_on
    if duty.sent is not None and duty.sent.returned_on is not None:
        due_on = at.days.answer_by(duty.sent.returned_on)
    figures = {"next_period": duty.own.period.code, "next_due_on": due_on.isoformat()}
    planned = at.measure.plan(duty.own.period.cut_off)
    judged = at.facts.shape is Shape.REACH or (at.facts.shape is Shape.DELIVERABLE and planned > 0)
    if judged and due_on < at.known.deadline.settled_on:
        measure = at.measure
        needed = measure.baseline + exact(at.days.policy.on_track) * (planned - measure.baseline)
        # Where it needs rounding, to one that is enough.
        short = exact(half_up(needed, 6)) == needed
        figures["needed"] = told(needed if short else exact(enough(needed, upward=measure.upward)))
    return figures


def _next_duty(at: Stretch, on: date) -> Duty | None:
    """The first owed period whose report gives no figure yet; of a reach or deliverable one whose figure would be the
    latest. Asked of a running target, which is not met."""
    newest = None if at.keep else latest(at, on)
    for duty in at.duties:
        outdone = newest is not None and duty.own.period.cut_off < newest.as_at
        if not outdone and not gives_figure(duty, on) and is_owed(at, duty, on, None):
            return duty
    return None
