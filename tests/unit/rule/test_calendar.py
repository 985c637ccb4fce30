"""Working days: roll, plus and wd, also against counting day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.rule_records import calendars, day
from tests.factories.targets_by_hand import on
from tests.unit.rule.test_invariants import trying
from tracker.rule import WorkingCalendar

TET = WorkingCalendar(
    off_days=[on("02-10"), on("02-11"), on("02-12"), on("02-15"), on("02-16"), on("04-21")], working_days=[on("02-27")]
)


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        ("02-09", "02-09"),  # a Tuesday
        ("02-10", "02-17"),  # the first of the holidays
        ("02-27", "02-27"),  # a Saturday that is worked
        ("02-28", "03-01"),  # a Sunday
    ],
)
def test_roll(day: str, rolled: str) -> None:
    assert TET.roll(on(day)) == on(rolled)


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [("02-09", 0, "02-09"), ("02-13", 0, "02-13"), ("02-09", 1, "02-17"), ("02-13", 1, "02-17"), ("02-26", 1, "02-27")],
)
def test_plus(day: str, count: int, reached: str) -> None:
    assert TET.plus(on(day), count) == on(reached)


@pytest.mark.parametrize(
    ("after", "until", "count"),
    [("02-09", "02-09", 0), ("02-09", "02-16", 0), ("02-08", "02-17", 2), ("02-26", "03-01", 2), ("03-05", "03-01", 0)],
)
def test_wd(after: str, until: str, count: int) -> None:
    assert TET.wd(on(after), on(until)) == count


@trying(2)
@given(calendars(), day(), st.integers(0, 200))
def test_wd_counts_what_one_would_count_by_hand(calendar: WorkingCalendar, after: date, length: int) -> None:
    days = [after + timedelta(days=n) for n in range(1, length + 1)]
    assert calendar.wd(after, after + timedelta(days=length)) == sum(calendar.is_working(d) for d in days)


@trying(2)
@given(calendars(), day(), st.integers(1, 30))
def test_plus_and_wd_agree(calendar: WorkingCalendar, after: date, count: int) -> None:
    reached = calendar.plus(after, count)
    assert calendar.is_working(reached)
    assert calendar.wd(after, reached) == count


@trying(2)
@given(calendars(), day(), st.integers(-60, 60))
def test_left_counts_forward_and_says_late_by_one_day_at_least(calendar: WorkingCalendar, at: date, days: int) -> None:
    due_on = at + timedelta(days=days)
    left = calendar.left(at, due_on)
    if days >= 0:
        assert left == calendar.wd(at, due_on)
    else:
        assert left < 0
        assert -left in (calendar.wd(due_on, at), 1)


def test_calendars_are_equal_where_both_lists_are() -> None:
    off, worked = [on("02-10"), on("02-11")], [on("02-27")]
    same = WorkingCalendar(off[::-1], worked)
    assert WorkingCalendar(off, worked) == same
    assert hash(WorkingCalendar(off, worked)) == hash(same)
    assert WorkingCalendar(off, worked) != WorkingCalendar(off)
    assert WorkingCalendar(off, worked) != WorkingCalendar(off[:1], worked)
    assert WorkingCalendar() != "Monday to Friday"
