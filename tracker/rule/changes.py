"""When an answer can change, and the first day on which it does.

Section "What must always hold", 2 of docs/rule.md.
"""

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Status
from tracker.rule.ledger import Known
from tracker.rule.score import scores
from tracker.rule.status import Finding, finding
from tracker.rule.stretch import Stretch, Stretches
from tracker.rule.trace import Trace


class Answer(NamedTuple):
    """What a step is made of."""

    status: Status
    score: Decimal | None
    delivery: Decimal | None
    punctuality: Decimal | None


def judge(at: Stretch, on: date, trace: Trace | None = None) -> tuple[Answer, Finding]:
    """The answer on a day of the stretch, and what it rests on; how it came about is written into the trace."""
    found = finding(at, on, trace)
    return Answer(found.status, *scores(at, on, found, trace)), found


def turning_days(stretches: Stretches, known: Known, after: date, until: date) -> list[date]:
    """The days in (after, until] that are to be judged: the candidate days less those of which reports leave nothing.

    Where other terms or another policy come into force on the way, all candidate days.
    """
    at = stretches.at(known, after)
    if until != after and stretches.at(known, until) is not at:
        days = candidate_days(known)
        return days[bisect_right(days, after) : bisect_right(days, until)]
    return sorted(at.turns(after, until))


def next_change_on(stretches: Stretches, known: Known, on: date, answer: Answer) -> date | None:
    """The first day after `on` with another answer than this one, that of `on`; none where no such day comes."""
    days = candidate_days(known)
    for day in days[bisect_right(days, on) :]:
        if judge(stretches.at(known, day), day)[0] != answer:
            return day
    return None


def candidate_days(known: Known) -> list[date]:
    """Every day on which the answer can change while these facts are held fixed, in order."""
    facts, ledger = known.facts, known.ledger
    days = {facts.starts_on, facts.in_force_from, known.deadline.settled_on + ONE_DAY}
    days.update(known.timeline.changes)
    days.update(ledger.policies.changes)
    if known.end is not None:
        days.add(known.end.on)
    for rest in known.rests.suspensions:
        days.update((rest.from_on, rest.to_on + ONE_DAY))
    days.update(*(history.days(known.day) for history in ledger.reports))
    returned_on = [t for sent in known.sent for t, _ in sent.returns]
    for policy in range(len(ledger.policies.policies)):
        of_policy = known.days(policy)
        days.update(of_policy.changes())
        days.update(of_policy.answer_by(t) + ONE_DAY for t in returned_on)
    return sorted(days)
