"""A clock that was moved while the scheduler runs is noticed, not believed at once, and believed at last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from jobs import scheduler
from jobs.clock_guard import BELIEVED_AFTER, Steadiness

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Machine:
    """A machine whose clock anybody may set."""

    clock: datetime = datetime(2021, 6, 16, 2, 0, tzinfo=UTC)
    ran: timedelta = HOUR

    def pass_by(self, time: timedelta) -> None:
        self.clock += time
        self.ran += time

    def steadiness(self) -> Steadiness:
        return Steadiness(lambda: self.clock, lambda: self.ran)


@pytest.mark.parametrize("by", [-DAY, 30 * DAY], ids=["back", "ahead"])
def test_moved_it_is_noticed_and_right_again_it_is_trusted_at_once(by: timedelta) -> None:
    machine = Machine()
    steadiness = machine.steadiness()
    machine.pass_by(8 * HOUR)
    assert (steadiness.moved(), steadiness.jumped()) == (None, False)
    machine.clock += by
    assert (steadiness.moved(), steadiness.jumped()) == (by, True)
    machine.pass_by(HOUR / 2)
    assert (steadiness.moved(), steadiness.jumped()) == (by, False)
    machine.clock -= by
    assert (steadiness.moved(), steadiness.jumped()) == (None, True)


def test_a_clock_that_was_wrong_when_the_machine_started_is_believed_after_an_hour() -> None:
    machine = Machine()
    steadiness = machine.steadiness()
    machine.clock += 30 * DAY
    assert steadiness.moved() == 30 * DAY
    machine.pass_by(BELIEVED_AFTER)
    assert steadiness.moved() is None
    machine.clock -= 30 * DAY
    assert steadiness.moved() == -30 * DAY


def test_a_clock_that_is_set_right_bit_by_bit_is_steady() -> None:
    machine = Machine()
    steadiness = machine.steadiness()
    for _hour in range(100):
        machine.pass_by(HOUR)
        machine.clock += timedelta(minutes=1)
        assert (steadiness.moved(), steadiness.jumped()) == (None, False)


def test_by_a_moved_clock_nothing_is_done() -> None:
    machine, done = Machine(), list[str]()
    work = scheduler.unless(machine.steadiness(), lambda: done.append("work"))
    machine.clock += DAY
    work()
    assert done == []
    machine.clock -= DAY
    work()
    assert done == ["work"]
