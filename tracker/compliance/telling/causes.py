"""What turned a target: the facts that became known on the first day of a step, else the day itself that came.

Pure: a record, and the steps of it that are asked about. Which of the two it was is found by leaving out what became
known on the day, and by asking the day before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.compliance.records.facts import Record
from tracker.rule import Known, Ledger, Status, owed_periods, settled_deadline, terms_on, weight_on
from tracker.rule.calendar import ONE_DAY
from tracker.rule.changes import judge
from tracker.rule.facts import Facts, Outcome, Report, Revision
from tracker.rule.stretch import Stretches


class Kind(StrEnum):
    """The kinds of cause, with the figures that each carries (all text, days in ISO)."""

    # A fact became known. `own_on`: its own day, where that is an earlier one.
    SIGNED = "signed"  #
    SENT = "sent"  # period ("" for a completion), revision; value, or numerator and denominator, or none for n/a
    ACCEPTED = "accepted"  # period; value, or numerator and denominator, where the appraiser named another
    RETURNED = "returned"  # period
    REOPENED = "reopened"  # period
    RECALLED = "recalled"  # period
    EXTENDED = "extended"  # due_on
    SUSPENDED = "suspended"  # from_on, to_on
    AMENDED = "amended"  # from_on
    ENDED = "ended"  # ended_on
    # A day came.
    BEGAN = "began"  #
    DEADLINE_PASSED = "deadline_passed"  # due_on
    PERIOD_CLOSED = "period_closed"  # period, cut_off
    REPORT_DUE = "report_due"  # period, due_on: the last day for it to come in time is over
    REPORT_MISSING = "report_missing"  # period, due_on: the days of grace are over
    ANSWER_LATE = "answer_late"  # period, answer_by
    REST_BEGAN = "rest_began"  # from_on, to_on
    REST_OVER = "rest_over"  # to_on
    TERMS_CHANGED = "terms_changed"  # from_on
    POLICY_CHANGED = "policy_changed"  # from_on
    END_CAME = "end_came"  # ended_on
    # Neither: the working calendar, the reporting calendar or a policy ahead of its day was changed.
    SETTINGS = "settings"  #


# What explains a status best, where several things happened with one day.
_TELLING = {
    Status.OVERDUE: {Kind.DEADLINE_PASSED},
    Status.UNREPORTED: {Kind.REPORT_MISSING, Kind.ANSWER_LATE},
    Status.SUSPENDED: {Kind.REST_BEGAN},
    Status.VOID: {Kind.END_CAME},
    Status.MISSED: {Kind.PERIOD_CLOSED},
    Status.MET_ON_TIME: {Kind.PERIOD_CLOSED},
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that turned a target, and what it carries."""

    kind: Kind
    figures: dict[str, str]


def of_step(record: Record, from_on: date, *, first: bool, status_only: bool) -> tuple[Cause, ...]:
    """What began the step of that day; never empty. `first`: there was none before it.

    `status_only` asks what changed the status, and leaves out what changed only the score that day.
    """
    if first:
        return (Cause(Kind.SIGNED, {}),)
    ledger, stretches, eve = Ledger(record.facts), Stretches(), from_on - ONE_DAY
    then, now = ledger.known(eve), ledger.known(from_on)
    judged = [(then, eve), (then, from_on), (now, from_on)]
    answers = [judge(stretches.at(known, day), day)[0] for known, day in judged]
    said: list[tuple[object, ...]] = [(answer.status,) for answer in answers]
    if not status_only:
        said = [(answer, weight_on(*of)) for answer, of in zip(answers, judged, strict=True)]
    found: list[Cause] = []
    if said[1] != said[2]:
        found += _recorded(record.facts, from_on)
    if said[0] != said[1]:
        found += _days(then, from_on, answers[-1].status)
    return tuple(found) or (Cause(Kind.SETTINGS, {}),)


def _recorded(facts: Facts, day: date) -> Iterator[Cause]:
    """Everything that became known on the day."""
    for extension in facts.extensions:
        if extension.recorded_on == day:
            yield _fact(Kind.EXTENDED, day, extension.granted_on, due_on=extension.due_on)
    for rest in facts.suspensions:
        if rest.recorded_on == day:
            yield _fact(Kind.SUSPENDED, day, rest.decided_on, from_on=rest.from_on, to_on=rest.to_on)
    for amendment in facts.amendments:
        if amendment.recorded_on == day:
            yield _fact(Kind.AMENDED, day, amendment.signed_on, from_on=amendment.from_on)
    if facts.end is not None and facts.end.recorded_on == day:
        yield _fact(Kind.ENDED, day, facts.end.decided_on, ended_on=facts.end.on)
    for report in facts.reports:
        for revision in report.revisions:
            yield from _of_revision(report, revision, day)


def _of_revision(report: Report, revision: Revision, day: date) -> Iterator[Cause]:
    period = report.period or ""
    if revision.recorded_on == day:
        figures = {"period": period, "revision": str(revision.seq), **_figure(revision)}
        yield _fact(Kind.SENT, day, revision.submitted_on, **figures)
    for decision in revision.decisions:
        if decision.recorded_on == day:
            figures = _figure(decision) if decision.outcome is Outcome.ACCEPTED else {}
            yield _fact(Kind(decision.outcome), day, decision.decided_on, period=period, **figures)


def _figure(of: Any) -> dict[str, str]:
    named = {name: getattr(of, name) for name in ("value", "numerator", "denominator")}
    return {name: format(figure, "f") for name, figure in named.items() if figure is not None}


def _fact(kind: Kind, day: date, own_on: date, **figures: date | str) -> Cause:
    told = {name: value if isinstance(value, str) else value.isoformat() for name, value in figures.items()}
    return Cause(kind, told if own_on == day else {**told, "own_on": own_on.isoformat()})


def _days(known: Known, day: date, status: Status) -> list[Cause]:
    """What came with the day, as the day before knew it: what tells of the status, else all of it."""
    came = [*_of_target(known, day), *_of_periods(known, day), *_of_returns(known, day)]
    return [cause for cause in came if cause.kind in _TELLING.get(status, ())] or came


def _of_target(known: Known, day: date) -> Iterator[Cause]:
    facts = known.facts
    if day in (facts.starts_on, facts.in_force_from):
        yield Cause(Kind.BEGAN, {})
    if settled_deadline(known) + ONE_DAY == day:
        yield _day(Kind.DEADLINE_PASSED, due_on=settled_deadline(known))
    for rest in known.rests.suspensions:
        if rest.from_on == day:
            yield _day(Kind.REST_BEGAN, from_on=rest.from_on, to_on=rest.to_on)
        if rest.to_on + ONE_DAY == day:
            yield _day(Kind.REST_OVER, to_on=rest.to_on)
    if terms_on(known, day) != terms_on(known, day - ONE_DAY):
        yield _day(Kind.TERMS_CHANGED, from_on=day)
    if any(version.from_on == day for version in facts.policies):
        yield _day(Kind.POLICY_CHANGED, from_on=day)
    if known.end is not None and known.end.on == day:
        yield _day(Kind.END_CAME, ended_on=known.end.on)


def _of_periods(known: Known, day: date) -> Iterator[Cause]:
    for one in owed_periods(known, day):
        period = one.period.code
        if one.owed and one.grace_ends_on + ONE_DAY == day:
            if one.answer_by is None:
                yield _day(Kind.REPORT_MISSING, period=period, due_on=one.due_on)
            elif one.answer_by < one.grace_ends_on:  # the day after answer_by is told of returns
                yield _day(Kind.ANSWER_LATE, period=period, answer_by=one.answer_by)
        if one.sent_on is None and one.due_on + ONE_DAY == day:
            yield _day(Kind.REPORT_DUE, period=period, due_on=one.due_on)
        if one.period.cut_off == day:
            yield _day(Kind.PERIOD_CLOSED, period=period, cut_off=day)


def _of_returns(known: Known, day: date) -> Iterator[Cause]:
    answer_by = Stretches().at(known, day).days.answer_by
    for sent in known.sent:
        for last in {answer_by(returned_on) for returned_on, _answered_on in sent.returns}:
            if last + ONE_DAY == day:
                yield _day(Kind.ANSWER_LATE, period=sent.report.period or "", answer_by=last)


def _day(kind: Kind, **figures: date | str) -> Cause:
    return Cause(kind, {name: v if isinstance(v, str) else v.isoformat() for name, v in figures.items()})
