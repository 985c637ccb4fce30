"""What a report of a slot must answer, by what was signed and what stands already; `rules` reads the answer by it."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.commitments.queries import Signed, facts_signed, signed
from tracker.core.clock import Moment
from tracker.progress import queries, rules
from tracker.progress.limits import Limits
from tracker.progress.queries import ReportSlot
from tracker.rule import Known, Ledger, figures_on, owed_periods
from tracker.rule.facts import Shape


def question(slot: ReportSlot, known: Known, now: Moment) -> rules.Question:
    """What a report of this slot must answer by what is known of its target (reports are not looked at)."""
    period, target = slot.period, slot.target
    return rules.Question(
        kind=slot.kind,
        shape=Shape(target.shape),
        ratio=target.ratio,
        measure=known.measure_on(now.on),
        limits=Limits.on(target.unit, known.facts),
        begins_on=target.starts_on,
        stands_to=_stands_to(known, now) if period is None else None,
        starts_on=period.starts_on if period else None,
        cut_off=period.cut_off if period else None,
        own=any(own.period.code == slot.code for own in owed_periods(known, now.on)),
    )


def question_of(session: Session, slot: ReportSlot, now: Moment, of: Signed | None = None) -> rules.Question:
    """The same with the facts read from the database (but for what was signed, where that was read), for one slot; of
    the reports only what a completion needs."""
    facts = facts_signed(session, of) if of else signed(session, slot.target, slot.commitment)
    what = question(slot, Ledger(facts).known(now.on), now)
    return replace(what, stands_to=queries.stands_to(session, slot.target.id)) if slot.period is None else what


def _stands_to(known: Known, now: Moment) -> date | None:
    """The last day of a period that has a figure already, by the reports that are known; see `queries.stands_to`."""
    cut_offs = {period.code: period.cut_off for period in known.facts.periods}
    figures = (figure.report.period for figure in figures_on(known, now.on))
    return max((cut_offs[code] for code in figures if code is not None), default=None)
