"""The one function that decides what the product says of a target, and what else other rooms may ask of the facts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.rule.changes import judge, next_change_on
from tracker.rule.exact import half_up
from tracker.rule.facts import Period, Report, Revision, Shape, Status, Terms
from tracker.rule.figures import Applicable
from tracker.rule.ledger import Known
from tracker.rule.owed import is_in_time, is_owed, is_silent
from tracker.rule.plan import Measure
from tracker.rule.reasons import Reason, reason
from tracker.rule.records import record
from tracker.rule.stretch import Duty, Stretch, Stretches
from tracker.rule.trace import Trace


@record(frozen=True, slots=True)
class Assessment:
    """What the rule says of a target on a day. Scores are 0 to 100 with two places, or none.

    `next_change_on` is the first later day on which status, score, delivery or punctuality differs if nothing else
    becomes known; none where no such day comes.
    """

    status: Status
    score: Decimal | None
    delivery: Decimal | None
    punctuality: Decimal | None
    reason: Reason
    next_change_on: date | None


@record(frozen=True, slots=True)
class OwedPeriod:
    """A period of a target as a day sees it: who is waiting for what, and until when."""

    period: Period
    due_on: date  # P: the last day for the report to come in time
    grace_ends_on: date  # after this day the period is silent, if nothing is in force
    owed: bool
    report: Report | None  # the report of the period; its whole record, whatever is known of it
    revision: Revision | None  # its last revision known and not recalled
    sent_on: date | None  # its first revision was submitted
    in_time: bool | None  # none: neither sent nor past P
    silent: bool
    returned_on: date | None  # it stands returned or reopened since then
    answer_by: date | None  # the last day on which that is answered in time

    @property
    def asked_by(self) -> date:
        """By when its next duty is to be done in time: a return is answered, not sent by P."""
        return self.due_on if self.answer_by is None else self.answer_by


@record(frozen=True, slots=True)
class FigureInForce:
    """A figure as a day sees it; value none: not applicable."""

    as_at: date
    value: Fraction | None
    report: Report
    revision: Revision


def assess(known: Known, on: date) -> Assessment:
    """Judge the target on a day by what is known."""
    return traced(known, on, None)


def traced(known: Known, on: date, trace: Trace | None) -> Assessment:
    """The same; what was compared and reckoned on the way is written into the trace."""
    stretches = Stretches()
    at = stretches.at(known, on)
    answer, found = judge(at, on, trace)
    return Assessment(*answer, reason(at, on, found), next_change_on(stretches, known, on, answer))


def owed_periods(known: Known, on: date) -> list[OwedPeriod]:
    """Every period of the target in the order of its cut-offs, owed or not, as the day sees it."""
    at = Stretches().at(known, on)
    return [owed_at(at, duty, on) for duty in at.duties]


def deadline(known: Known) -> date:
    """The deadline in force: that of the last extension known, else the target's own due day."""
    return known.deadline.due_on


def settled_deadline(known: Known) -> date:
    """D: the deadline moved to a working day outside any suspension; the last day on which a goal is met in time."""
    return known.deadline.settled_on


def terms_on(known: Known, day: date) -> Terms:
    """The terms in force on the day, amendments reckoned."""
    return known.timeline.terms[known.timeline.index_on(day)]


def weight_on(known: Known, day: date) -> Decimal:
    """The target's weight on the day."""
    return terms_on(known, day).weight


def plan_on(known: Known, day: date, on: date | None = None) -> Decimal | None:
    """What the plan asks for on a day, by the terms in force on `on` (that day, if not given); none for a range.

    Rounded half-up to the places that the terms use, two at least.
    """
    measure = known.measure_on(day if on is None else on)
    if known.facts.is_range:
        return None
    return half_up(measure.plan(day), _places(measure))


def figures_on(known: Known, on: date) -> list[FigureInForce]:
    """The figures in force on the day, in the rule's order: the last applicable one is the latest."""
    return figures_at(Stretches().at(known, on), on)


def figures_at(at: Stretch, on: date) -> list[FigureInForce]:
    """The same, of whoever has found the stretch."""
    return [
        FigureInForce(
            figure.as_at,
            figure.value if isinstance(figure, Applicable) else None,
            figure.sent.report,
            figure.sent.last,
        )
        for figure in at.figures.in_order[: at.figures.upto(on)]
    ]


def met_on(known: Known, on: date) -> date | None:
    """Since when a reach or deliverable is met, as the day sees it; none where it is not, and for a keep target."""
    return known.met_on(on)


def owed_at(at: Stretch, duty: Duty, on: date) -> OwedPeriod:
    """One period as the day sees it."""
    sent, due_on, since = duty.sent, duty.own.due_on, at.met_on(on)
    returned_on = sent.returned_on if sent is not None else None
    return OwedPeriod(
        period=duty.own.period,
        due_on=due_on,
        grace_ends_on=duty.own.grace_ends_on,
        owed=is_owed(at, duty, on, since),
        report=sent.report if sent is not None else None,
        revision=sent.last if sent is not None else None,
        sent_on=sent.first_on if sent is not None else None,
        in_time=None if sent is None and on <= due_on else is_in_time(duty, on),
        silent=is_silent(at, duty, on, since),
        returned_on=returned_on,
        answer_by=at.days.answer_by(returned_on) if returned_on is not None else None,
    )


def _places(measure: Measure) -> int:
    terms = measure.terms
    named = [terms.goal, terms.baseline, *(m.value for m in terms.milestones)]
    exponents = [figure.as_tuple().exponent for figure in named if figure is not None]
    return max([2, *(-e for e in exponents if isinstance(e, int))]) if measure.shape is not Shape.DELIVERABLE else 2
