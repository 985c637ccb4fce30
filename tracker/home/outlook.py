"""What a decision would make of a target, before it counts: the rule's answer of today without it and with it."""

from dataclasses import dataclass, replace
from typing import Any

from tracker.commitments.terms import words as target_words
from tracker.core.clock import Moment
from tracker.core.languages import format_score
from tracker.progress.appraisal import Verdict
from tracker.rule import Known, Ledger, assess, figures_on
from tracker.rule.facts import Decision, Facts, Outcome


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands: the figure that counts for the report, status and score, in words."""

    figure: str
    status: str
    score: str


@dataclass(frozen=True, slots=True)
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
