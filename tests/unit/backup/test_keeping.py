"""Which backups stay: the last of a day, the last of a week, and never fewer because of a pause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.backup.retention import in_order, name_of, superfluous, taken_at
from tracker.core import clock

NIGHT = datetime(2021, 6, 30, 20, 30, tzinfo=UTC)  # 03:30 on 1 July in Vietnam, a Thursday


def nights(count: int) -> list[str]:
    return [name_of(NIGHT - timedelta(days=number)) for number in range(count)]


def test_a_name_tells_the_instant_and_sorts_by_it() -> None:
    assert name_of(NIGHT) == "backup-20210630-203000Z"
    assert taken_at("backup-20210630-203000Z") == NIGHT
    assert in_order(["notes.txt", *reversed(nights(3)), ".making-backup-20210630-203000Z"]) == nights(3)


@pytest.mark.parametrize("name", ["", "backup-", "backup-20211330-203000Z", "backup-20210630-203000Z.old", "x"])
def test_other_names_are_no_backups(name: str) -> None:
    assert taken_at(name) is None
    assert list(superfluous([name], 1, 0)) == []


def test_fourteen_nights_and_eight_weeks_stay() -> None:
    names = nights(100)
    gone = list(superfluous(names, 14, 8))
    kept = [name for name in names if name not in gone]
    assert kept[:14] == names[:14]
    days = [clock.day_of(taken_at(name)).isoformat() for name in kept[14:]]  # type: ignore[arg-type] # all are names
    assert days == ["2021-06-13", "2021-06-06", "2021-05-30", "2021-05-23", "2021-05-16"], "Sundays, to the eighth week"
    assert all(clock.day_of(taken_at(name)).isoweekday() == 7 for name in kept[14:])  # type: ignore[arg-type]


def test_of_a_day_the_last_one_stays() -> None:
    names = [name_of(NIGHT + timedelta(hours=hour)) for hour in (0, 1, 2)]
    assert list(superfluous(names, 14, 8)) == [names[1], names[0]]


def test_a_pause_removes_nothing() -> None:
    names = [name_of(NIGHT - timedelta(days=400 + number)) for number in range(14)]
    assert list(superfluous(names, 14, 8)) == []


@given(hours=st.sets(st.integers(0, 3000), max_size=60), daily=st.integers(1, 20), weekly=st.integers(0, 10))
def test_the_newest_always_stays_and_thinning_out_twice_changes_nothing(
    hours: set[int], daily: int, weekly: int
) -> None:
    names = [name_of(NIGHT - timedelta(hours=hour)) for hour in sorted(hours)]
    gone = set(superfluous(names, daily, weekly))
    kept = [name for name in names if name not in gone]
    assert kept[:1] == names[:1]
    assert len(kept) <= daily + weekly
    assert list(superfluous(kept, daily, weekly)) == []
