"""A target's status as a step function of time, derived from its whole record: on each day by what was known then.

Pure: reads and writes no database. Candidate days are judged, not every day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tracker.rule import changes
from tracker.rule.assess import Assessment, weight_on
from tracker.rule.calendar import ONE_DAY
from tracker.rule.changes import Answer, judge
from tracker.rule.ledger import Known, Ledger
from tracker.rule.reasons import reason
from tracker.rule.status import Finding
from tracker.rule.stretch import Stretch, Stretches


@dataclass(frozen=True, slots=True)
class Step:
    """The answer that holds from `from_on` until the day before `to_on`, or until further notice.

    The reason is that of `from_on`, less what it says of the next report. `assessment.next_change_on` and `wake_on` are
    known of the open step only, as the last day sees them: the rule's next change, and that or an earlier change of
    the weight. `deadline_on` is the day that D is rolled from, as the step's last day knew it.

    Of a day ahead: what the open step will be on it, seen from that day; without `begins` it goes on, seen anew.
    """

    from_on: date
    to_on: date | None
    assessment: Assessment
    weight: Decimal
    deadline_on: date
    wake_on: date | None
    begins: bool = True


@dataclass(slots=True)
class _Rise:
    """Where a step begins, or (ahead, without `begins`) where something more is known of the one that goes on."""

    on: date
    known: Known
    at: Stretch
    answer: Answer
    found: Finding
    weight: Decimal
    begins: bool = True


def unfold(ledger: Ledger, since: date, until: date) -> tuple[list[Step], list[Step]]:
    """The steps from `since` to `until`, included, on every day with k = on, the last one open; and what follows it:
    every day after `until` on which the open step is another or is seen anew, to the end of time.

    What is recorded so far is held fixed, so the days ahead come as told here unless something else becomes known.
    There is nothing where `until` lies before `since`.
    """
    if since > until:
        return [], []
    stretches = Stretches()
    rises: list[_Rise] = []
    ahead: list[_Rise] = []
    before: _Rise | None = None
    known_before: Known | None = None
    for known, on in _days_to_judge(ledger, stretches, since, date.max):
        at = stretches.at(known, on)
        answer, found = judge(at, on)
        weight = weight_on(known, on)
        begins = before is None or answer != before.answer or weight != before.weight
        if begins or (on > until and known is not known_before):
            before = _Rise(on, known, at, answer, found, weight, begins)
            (rises if on <= until else ahead).append(before)
        known_before = known
    found_steps = [_closed(ledger, rise, after.on) for rise, after in pairwise(rises)]
    changes_on = _changes_on(rises[-1], ahead)
    seen = ledger.known(until)
    found_steps.append(_open(stretches, seen, rises[-1], until, ahead, changes_on))
    opened = [
        _open(stretches, rise.known, rise, rise.on, ahead[n:], changes_on[n:]) for n, rise in enumerate(ahead, start=1)
    ]
    return found_steps, opened


def wake_on(
    stretches: Stretches, known: Known, on: date, answer: Answer, weight: Decimal
) -> tuple[date | None, date | None]:
    """The rule's next change after a day, and the day to look again: that, or an earlier change of the weight."""
    next_change_on = changes.next_change_on(stretches, known, on, answer)
    reweighted = (day for day in known.timeline.changes if day > on and weight_on(known, day) != weight)
    days = [day for day in (next_change_on, next(reweighted, None)) if day is not None]
    return next_change_on, min(days, default=None)


def _days_to_judge(ledger: Ledger, stretches: Stretches, start: date, until: date) -> Iterator[tuple[Known, date]]:
    """Each day that matters, with what was known on it."""
    known_days = [start, *(day for day in ledger.recorded_on if start < day <= until)]
    for place, known_on in enumerate(known_days):
        if known_on > until:
            return
        last = known_days[place + 1] - ONE_DAY if place + 1 < len(known_days) else until
        known = ledger.known(known_on)
        yield known, known_on
        for day in changes.turning_days(stretches, known, known_on, last):
            yield known, day


def _closed(ledger: Ledger, rise: _Rise, to_on: date) -> Step:
    last = ledger.known(to_on - ONE_DAY)
    return Step(rise.on, to_on, _assessment(rise, None), rise.weight, last.deadline.passed_on, None)


def _open(
    stretches: Stretches,
    seen: Known,
    rise: _Rise,
    seen_on: date,
    ahead: Sequence[_Rise],
    changes_on: Sequence[date | None],
) -> Step:
    """The open step as a day sees it; `ahead` are the rises after that day, `changes_on` begins with this one's."""
    if ahead and ahead[-1].known.place != seen.place:
        # More becomes known later, of which the rule's next change must not know yet.
        next_change_on, look_again_on = wake_on(stretches, seen, seen_on, rise.answer, rise.weight)
    else:
        next_change_on, look_again_on = changes_on[0], ahead[0].on if ahead else None
    assessment = _assessment(rise, next_change_on)
    return Step(rise.on, None, assessment, rise.weight, seen.deadline.passed_on, look_again_on, rise.begins)


def _changes_on(last: _Rise, ahead: Sequence[_Rise]) -> list[date | None]:
    """For the open step and each rise ahead, the day of the first later one with another answer; none without one."""
    found: list[date | None] = [None]
    for rise, after in reversed(list(pairwise([last, *ahead]))):
        found.append(after.on if after.answer != rise.answer else found[-1])
    return found[::-1]


def _assessment(rise: _Rise, next_change_on: date | None) -> Assessment:
    return Assessment(*rise.answer, reason(rise.at, rise.on, rise.found, ahead=False), next_change_on)
