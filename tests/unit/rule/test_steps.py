"""Steps of a target against judging every single day with k = on."""

from datetime import date, timedelta

from hypothesis import given

from tests.factories.rule_records import FIRST, LAST, records
from tests.factories.told_by_hand import candidate_days, steps
from tests.unit.rule.test_invariants import trying
from tracker.compliance.steps.spans import settled
from tracker.rule import Facts, Ledger, assess, settled_deadline, weight_on

ONE_DAY = timedelta(days=1)
Day = tuple[object, ...]


def as_judged_daily(record: Facts, first: date, last: date) -> list[tuple[date, Day]]:
    """Where the answer or the weight changes, found day by day from nothing but what was known on each day."""
    found: list[tuple[date, Day]] = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        known = Ledger(record).known(day)
        told = assess(known, day)
        answer = (told.status, told.score, told.delivery, told.punctuality, weight_on(known, day))
        if not found or found[-1][1] != answer:
            found.append((day, answer))
    return found


@trying(0.4)
@given(records())
def test_steps_are_what_judging_every_day_gives(record: Facts) -> None:
    found = steps(record, LAST, since=FIRST)
    told = [(s.from_on, (*_answer_of(s.assessment), s.weight)) for s in found]
    assert told == as_judged_daily(record, FIRST, LAST)
    assert {day for day, _ in told[1:]} <= set(candidate_days(record))
    assert [s.to_on for s in found] == [*(s.from_on for s in found[1:]), None]


def _answer_of(told: object) -> Day:
    return tuple(getattr(told, name) for name in ("status", "score", "delivery", "punctuality"))


@trying(0.4)
@given(records())
def test_a_longer_derivation_only_adds(record: Facts) -> None:
    """What was derived up to a day is the beginning of what is derived later: nothing stored has to be rewritten."""
    until = date(2021, 9, 15)
    early, late = steps(record, until), steps(record, LAST)
    closed = len(early) - 1
    assert late[:closed] == early[:closed]
    assert early == [] or _answer_of(late[closed].assessment) == _answer_of(early[closed].assessment)


@trying(0.4)
@given(records())
def test_the_open_step_says_when_to_look_again(record: Facts) -> None:
    until = date(2021, 9, 15)
    step = steps(record, until, since=FIRST)[-1]
    known = Ledger(record).known(until)
    assert step.assessment.next_change_on == assess(known, until).next_change_on
    assert settled(step.deadline_on, record.calendar) == settled_deadline(known)
    later = [until + timedelta(days=n) for n in range(1, 400)]
    same = (*_answer_of(step.assessment), step.weight)
    changed = (d for d in later if (*_answer_of(assess(known, d)), weight_on(known, d)) != same)
    assert step.wake_on == next(changed, None)
