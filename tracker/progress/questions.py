"""What a report of a slot must answer, by what was signed and what stands already; `rules` reads the answer by it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from tracker.commitments.queries import Signed, facts_signed, signed
from tracker.core.clock import Moment
from tracker.progress import queries, rules
from tracker.progress.cells import past
from tracker.progress.limits import Limits
from tracker.progress.queries import ReportSlot
from tracker.rule import FigureInForce, Known, Ledger, figures_on, owed_periods
from tracker.rule.exact import ONE, exact
from tracker.rule.facts import Shape


def question(
    slot: ReportSlot,
    known: Known,
    now: Moment,
    figures: Sequence[FigureInForce] | None = None,
    own: bool | None = None,
) -> rules.Question:
    """What a report of this slot must answer by what is known of its target. `figures` in force on the day, and
    whether the period is its `own`: of whoever has asked the rule already."""
    period, target = slot.period, slot.target
    if figures is None:
        figures = figures_on(known, now.on)
    if own is None:
        own = any(one.period.code == slot.code for one in owed_periods(known, now.on))
    return rules.Question(
        kind=slot.kind,
        shape=Shape(target.shape),
        ratio=target.ratio,
        measure=known.measure_on(now.on),
        limits=Limits.on(target.unit, known.facts),
        begins_on=target.starts_on,
        stands_to=_stands_to(known, figures) if period is None else None,
        starts_on=period.starts_on if period else None,
        cut_off=period.cut_off if period else None,
        own=own,
        cumulative=target.cumulative,
        past=past.among(figures, period.code, period.cut_off) if period is not None else (),
        enough=_enough(known, now.on),
    )


def question_of(
    session: Session, slot: ReportSlot, now: Moment, of: Signed | None = None, *, asked: bool = False
) -> rules.Question:
    """The same with the facts read from the database (but for what was signed, where that was read), for one slot; of
    the reports only what a completion needs, and what checks need that ask, where they are `asked`."""
    facts = facts_signed(session, of) if of else signed(session, slot.target, slot.commitment)
    what = question(slot, Ledger(facts).known(now.on), now)
    if slot.period is None:
        return replace(what, stands_to=queries.stands_to(session, slot.target.id))
    return (
        replace(what, past=past.read(session, slot.target.id, slot.period.code, slot.period.cut_off)) if asked else what
    )


def _stands_to(known: Known, figures: Iterable[FigureInForce]) -> date | None:
    """The last day of a period that has a figure already, by the reports that are known; see `queries.stands_to`."""
    cut_offs = {period.code: period.cut_off for period in known.facts.periods}
    return max((cut_offs[one.report.period] for one in figures if one.report.period is not None), default=None)


def _enough(known: Known, on: date) -> Fraction:
    """Below which share of its plan (kept: of its goal) a figure is behind."""
    policies, facts = known.ledger.policies, known.facts
    policy = policies.policies[policies.index_on(on)]
    if facts.shape is not Shape.KEEP:
        return exact(policy.at_risk)
    return exact(policy.keep_at_risk) if facts.whole_term else ONE
