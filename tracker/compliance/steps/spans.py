"""The stored form of a target's steps, derived from its record. Pure: neither reads nor writes the database.

The first step begins on the day on which the commitment was signed: before it there is nothing to say.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from tracker.compliance.records.facts import Record
from tracker.compliance.records.fingerprint import Fingerprints
from tracker.compliance.steps.ahead import Span, StepAhead
from tracker.compliance.steps.derivation import Step, unfold
from tracker.rule import Ledger, WorkingCalendar
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import RULE_VERSION
from tracker.rule.reasons import Reason, ReasonCode

# Figures of a reason that lie ahead of the step's first day, or grow from day to day.
_AHEAD = frozenset({"next_period", "next_due_on", "needed"})
_GROWING = frozenset({"days_late"})
_OVERDUE = frozenset({ReasonCode.OVERDUE, ReasonCode.OVERDUE_WITHOUT_FIGURE})


class Unfolded(NamedTuple):
    """The steps of a target up to a day, the last one open, and what follows it as long as nothing else is known."""

    spans: list[Span]
    ahead: list[StepAhead]


# What a step is made of: the next one begins where this differs.
_answer = attrgetter("status", "score", "delivery", "punctuality", "weight")


def derive(record: Record, until: date) -> Unfolded:
    """All steps of a target up to the day, in order, and what follows; none where its commitment is signed later."""
    return _unfold(record, Ledger(record.facts), record.signed_on, until)


def continue_from(record: Record, before: Span, since: date, until: date) -> Unfolded:
    """The steps from `since` to `until`, led by the one that holds on the day before, closed or open as it turns out.

    Both ways of deriving give the same rows: all at once, or day after day as facts arrive.
    """
    ledger = Ledger(record.facts)
    (first, *rest), ahead = _unfold(record, ledger, since, until)
    if _answer(first) == _answer(before):
        goes_on = replace(
            before,
            to_on=first.to_on,
            next_change_on=first.next_change_on,
            wake_on=first.wake_on,
            deadline_on=first.deadline_on,
        )
        return Unfolded([goes_on, *rest], ahead)
    last_deadline = ledger.known(since - ONE_DAY).deadline.passed_on
    ended = replace(before, to_on=since, next_change_on=None, wake_on=None, deadline_on=last_deadline)
    return Unfolded([ended, first, *rest], ahead)


def hundredths(points: Decimal | None) -> int | None:
    """A score of two decimals as the whole number that is stored."""
    return None if points is None else int(points.scaleb(2))


def points(stored: int | None) -> Decimal | None:
    """A stored score with its two decimals."""
    return None if stored is None else Decimal(stored).scaleb(-2)


def lasting(reason: Reason) -> dict[str, object]:
    """A reason as it is kept with a step: why, and nothing that another day or a change of what lies ahead makes wrong.

    Who needs the rest (the next report and the figure that it needs, how late today) asks the rule anew.
    """
    passing = _AHEAD | _GROWING if reason.code in _OVERDUE else _AHEAD
    return {"code": str(reason.code), "figures": {n: f for n, f in reason.figures.items() if n not in passing}}


def settled(deadline_on: date, calendar: WorkingCalendar) -> date:
    """D of a step, whose `deadline_on` hangs on no day off ahead: rolled by the calendar as it is."""
    return calendar.roll(deadline_on)


class Settled(dict[str, str]):
    """The same for very many steps, in ISO text: each day is settled once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        super().__init__()
        self._calendar = calendar

    def __missing__(self, deadline_on: str) -> str:
        text = self[deadline_on] = settled(date.fromisoformat(deadline_on), self._calendar).isoformat()
        return text


def told_on(reason: Mapping[str, Any], calendar: WorkingCalendar, on: date) -> Mapping[str, Any]:
    """A reason that was kept with a step as it reads on a day: with D, and how late it is then."""
    figures = dict(reason["figures"])
    if "deadline" in figures:
        day = settled(date.fromisoformat(figures["deadline"]), calendar)
        figures["deadline"] = day.isoformat()
        if reason["code"] in _OVERDUE:
            figures["days_late"] = str(-calendar.left(on, day))
    return {"code": reason["code"], "figures": figures}


def _unfold(record: Record, ledger: Ledger, since: date, until: date) -> Unfolded:
    prints = Fingerprints(record.facts, record.frame.prints(record.frequency))
    found, ahead = unfold(ledger, since, until)
    # A loaded package may hold records of days ahead: on those days they become known, and nobody touches the target.
    recorded_on = [day for day in ledger.recorded_on if day > until]
    spans = [_span(record, step, prints.on(step.from_on)) for step in found]
    if spans:
        spans[-1] = replace(spans[-1], wake_on=_first(spans[-1].wake_on, recorded_on, until))
    return Unfolded(spans, [_step_ahead(step, prints, recorded_on) for step in ahead])


def _first(wake_on: date | None, recorded_on: list[date], after: date) -> date | None:
    """The day to look again: when something changes by itself, or when more becomes known."""
    days = [day for day in recorded_on if day > after][:1]
    return min(days if wake_on is None else [wake_on, *days], default=None)


def _step_ahead(step: Step, prints: Fingerprints, recorded_on: list[date]) -> StepAhead:
    found = step.assessment
    return StepAhead(
        on=step.from_on,
        status=str(found.status),
        score=hundredths(found.score),
        delivery=hundredths(found.delivery),
        punctuality=hundredths(found.punctuality),
        weight=step.weight,
        reason=lasting(found.reason) if step.begins else None,
        digest=prints.on(step.from_on) if step.begins else None,
        next_change_on=found.next_change_on,
        wake_on=_first(step.wake_on, recorded_on, step.from_on),
        deadline_on=step.deadline_on,
    )


def _span(record: Record, step: Step, digest: str) -> Span:
    found = step.assessment
    return Span(
        target_id=record.target_id,
        programme_id=record.programme_id,
        agency_id=record.agency_id,
        domain=record.domain,
        from_on=step.from_on,
        to_on=step.to_on,
        status=str(found.status),
        score=hundredths(found.score),
        delivery=hundredths(found.delivery),
        punctuality=hundredths(found.punctuality),
        weight=step.weight,
        reason=lasting(found.reason),
        digest=digest,
        rule_version=RULE_VERSION,
        next_change_on=found.next_change_on,
        wake_on=step.wake_on,
        deadline_on=step.deadline_on,
    )
