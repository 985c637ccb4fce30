"""What a decision, or a figure that is sent, would make of a target, before it counts: the rule's answer with it."""

from dataclasses import replace
from datetime import date
from typing import Any

from tracker.commitments.terms import words as target_words
from tracker.compliance.telling.explain import why
from tracker.compliance.telling.trying import one_more
from tracker.core.clock import Moment
from tracker.core.languages import format_score
from tracker.progress.appraisal import Verdict
from tracker.progress.queries import ReportSlot
from tracker.progress.rules import Entry
from tracker.rule import Known, Ledger, View, assess, figures_on
from tracker.rule.facts import Decision, Facts, Outcome
from tracker.rule.records import record


@record(frozen=True, slots=True)
class Standing:
    """Where a target stands: the figure that counts for the report, status and score, in words."""

    figure: str
    status: str
    score: str


@record(frozen=True, slots=True)
class Outlook:
    """Before the decision and after it, as today sees both."""

    before: Standing
    after: Standing


def outlook(target: Any, known: Known, code: str | None, seq: int, verdict: Verdict, now: Moment) -> Outlook:
    """What a verdict on the revision `seq` of a target's report (by its period's code; none: the completion) makes of
    it. The rule is asked twice, and nothing is written."""
    decision = Decision(Outcome(verdict.outcome), now.on, now.on, *verdict.numbers)
    decided = Ledger(_with(known.facts, code, seq, decision)).known(now.on)
    return Outlook(_standing(target, known, code, now), _standing(target, decided, code, now))


@record(frozen=True, slots=True)
class Stands:
    """Where a target stands, without its figure."""

    status: str
    score: str


def once_accepted(view: View) -> Stands:
    """Where a target stands on a day once what waits of it is accepted as it was reported: where it stands now, since a
    figure counts from the day on which it was sent until it is returned (the rule: figure in force)."""
    answer = view.judged()
    return Stands(answer.status.value, format_score(answer.score))


def _with(facts: Facts, code: str | None, seq: int, decision: Decision) -> Facts:
    """The facts with one decision more; nothing of the revision stands decided, so that it is the last word."""
    reports = [
        replace(
            report,
            revisions=tuple(
                replace(sent, decisions=(*sent.decisions, decision)) if sent.seq == seq else sent
                for sent in report.revisions
            ),
        )
        if report.period == code
        else report
        for report in facts.reports
    ]
    return replace(facts, reports=tuple(reports))


def _standing(target: Any, known: Known, code: str | None, now: Moment) -> Standing:
    answer = assess(known, now.on)
    counts = next((figure for figure in figures_on(known, now.on) if figure.report.period == code), None)
    return Standing(target_words.in_force(target, counts), answer.status.value, format_score(answer.score))


@record(frozen=True, slots=True)
class Meaning:
    """What a figure would mean if it were sent on a day: status, score, its share of what is asked for, and why."""

    on: date
    status: str
    score: str
    percent: str
    why: str


def if_sent(slot: ReportSlot, view: View, entry: Entry) -> Meaning | None:
    """What a figure would make of its target if it were sent today; where its period still runs, on its last day."""
    if slot.period is None:
        return None
    on = max(view.on, slot.period.cut_off)
    then = view.sending(one_more(view.known.facts, slot.code, entry, on), on)
    answer, told = then.answer()
    amount = entry.amount
    share = None if amount is None else then.measure.ratio(amount, slot.period.cut_off)
    return Meaning(
        on=on,
        status=answer.status.value,
        score=format_score(answer.score),
        percent="" if share is None else target_words.share(share),
        why=why(told.as_json(), target_words.unit_of(slot.target)),
    )
