"""A target's status as a step function of time, derived from its whole record: on each day by what was known then.

Pure: reads and writes no database. Candidate days are judged, not every day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from tracker.rule import changes, ledger
from tracker.rule.assess import Assessment
from tracker.rule.changes import Answer, judge
from tracker.rule.facts import Facts
from tracker.rule.ledger import Known, Ledger
from tracker.rule.reasons import reason
from tracker.rule.status import Finding
from tracker.rule.stretch import stretch

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """The answer that holds from `from_on` until the day before `to_on`, or until further notice.

    The reason is that of `from_on`, less what it says of the next report. `assessment.next_change_on` and `wake_on` are
    known of the open step only, as the last day sees them: the rule's next change, and that or an earlier change of
    the weight. `deadline_on` is the deadline in force on the step's last day.

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
    answer: Answer
    found: Finding
    weight: Decimal
    begins: bool = True


def candidate_days(record: Facts) -> list[date]:
    """Every day on which a step can begin: each day that something was recorded, and what followed from it."""
    of = ledger.of(record)
    days = set(of.recorded_on)
    for known_on in (date.min, *of.recorded_on):
        days.update(changes.candidate_days(of.known(known_on)))
    return sorted(days)


def steps(record: Facts, until: date, since: date | None = None) -> list[Step]:
    """The steps from `since` (if not given, `first_day`) to `until`, included, on every day with k = on.

    The last one is open; there is none where `until` lies before the first day.
    """
    return unfold(record, until, since)[0]


def unfold(record: Facts, until: date, since: date | None = None) -> tuple[list[Step], list[Step]]:
    """The steps, and every day after `until` on which the open step is another or is seen anew, to the end of time.

    What is recorded so far is held fixed, so the days ahead come as told here unless something else becomes known.
    """
    of = ledger.of(record)
    start = first_day(record) if since is None else since
    if start > until:
        return [], []
    rises: list[_Rise] = []
    ahead: list[_Rise] = []
    before: _Rise | None = None
    known_before: Known | None = None
    for known, on in _days_to_judge(of, start, date.max):
        answer, found = judge(known, on)
        weight = _weight_on(known, on)
        begins = before is None or answer != before.answer or weight != before.weight
        if begins or (on > until and known is not known_before):
            before = _Rise(on, known, answer, found, weight, begins)
            (rises if on <= until else ahead).append(before)
        known_before = known
    found_steps = [_closed(of, rise, after.on) for rise, after in pairwise(rises)]
    changes_on = _changes_on(rises[-1], ahead)
    found_steps.append(_open(of, rises[-1], until, ahead, changes_on))
    opened = [_open(of, rise, rise.on, ahead[n:], changes_on[n:]) for n, rise in enumerate(ahead, start=1)]
    return found_steps, opened


def first_day(record: Facts) -> date:
    """The first day with anything to say: the target's start, its coming into force or the first fact."""
    return min([record.starts_on, record.in_force_from, *ledger.of(record).recorded_on[:1]])


def wake_on(known: Known, on: date, answer: Answer, weight: Decimal) -> tuple[date | None, date | None]:
    """The rule's next change after a day, and the day to look again: that, or an earlier change of the weight."""
    next_change_on = changes.next_change_on(known, on, answer)
    reweighted = (day for day in known.timeline.changes if day > on and _weight_on(known, day) != weight)
    days = [day for day in (next_change_on, next(reweighted, None)) if day is not None]
    return next_change_on, min(days, default=None)


def _days_to_judge(of: Ledger, start: date, until: date) -> Iterator[tuple[Known, date]]:
    """Each day that matters, with what was known on it."""
    known_days = [start, *(day for day in of.recorded_on if start < day <= until)]
    for place, known_on in enumerate(known_days):
        if known_on > until:
            return
        last = known_days[place + 1] - ONE_DAY if place + 1 < len(known_days) else until
        known = of.known(known_on)
        yield known, known_on
        for day in changes.turning_days(known, known_on, last):
            yield known, day


def _closed(of: Ledger, rise: _Rise, to_on: date) -> Step:
    last = of.known(to_on - ONE_DAY)
    return Step(rise.on, to_on, _assessment(rise, None), rise.weight, last.deadline.due_on, None)


def _open(of: Ledger, rise: _Rise, seen_on: date, ahead: Sequence[_Rise], changes_on: Sequence[date | None]) -> Step:
    """The open step as a day sees it; `ahead` are the rises after that day, `changes_on` begins with this one's."""
    known = of.known(seen_on)
    if ahead and ahead[-1].known is not known:
        # More becomes known later, of which the rule's next change must not know yet.
        next_change_on, look_again_on = wake_on(known, seen_on, rise.answer, rise.weight)
    else:
        next_change_on, look_again_on = changes_on[0], ahead[0].on if ahead else None
    assessment = _assessment(rise, next_change_on)
    return Step(rise.on, None, assessment, rise.weight, known.deadline.due_on, look_again_on, rise.begins)


def _changes_on(last: _Rise, ahead: Sequence[_Rise]) -> list[date | None]:
    """For the open step and each rise ahead, the day of the first later one with another answer; none without one."""
    found: list[date | None] = [None]
    for rise, after in reversed(list(pairwise([last, *ahead]))):
        found.append(after.on if after.answer != rise.answer else found[-1])
    return found[::-1]


def _assessment(rise: _Rise, next_change_on: date | None) -> Assessment:
    why = reason(stretch(rise.known, rise.on), rise.on, rise.found, ahead=False)
    return Assessment(*rise.answer, why, next_change_on)


def _weight_on(known: Known, on: date) -> Decimal:
    return known.timeline.terms[known.timeline.index_on(on)].weight
