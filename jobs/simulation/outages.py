"""What can go wrong on a day that is played, drawn by a number. Pure, but for the process that dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

LONGEST_OFF = 5  # days
LONGEST_AWAY = 70  # hours
STATEMENTS = 300  # before one of so many a process dies
MINUTES = 24 * 60


class Died(BaseException):
    """The process of a job was killed: nothing of it goes on, and nothing is tidied up."""


@dataclass
class Day:
    """One day: from which minute on the scheduler runs (none: not at all), between which minutes no mail leaves, and
    before which statement a process dies that runs at a minute (negative: one that sends mails then)."""

    runs_from: int | None = 0
    no_mail: tuple[int, int] = (0, 0)
    dies: dict[int, int] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """In words; nothing where nothing went wrong."""
        if self.runs_from is None:
            return "nothing runs all day"
        found = [f"nothing runs before {_hour(self.runs_from)}"] if self.runs_from else []
        found += [f"no mail leaves {_hour(self.no_mail[0])}-{_hour(self.no_mail[1])}"] if self.no_mail[1] else []
        found += [f"killed at {_hour(abs(at))} before statement {number}" for at, number in sorted(self.dies.items())]
        return "; ".join(found)


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def drawn(days: list[date], seed: int | None) -> dict[date, Day]:
    """What goes wrong on each of these days; nothing without a number, and nothing on the last one."""
    found = {day: Day() for day in days}
    if seed is None:
        return found
    random, off, away, begins = Random(seed), 0, 0, 0
    for day in days[:-1]:
        plan = found[day]
        if off == 0 and random.random() < 0.08:
            off = random.randint(1, LONGEST_OFF)
        if off:
            off, plan.runs_from = off - 1, None
        elif random.random() < 0.25:
            plan.runs_from = random.randint(1, MINUTES - 60)
        if away == 0 and random.random() < 0.15:
            begins, away = 7 * 60, random.randint(1, LONGEST_AWAY) * 60
        if away:
            plan.no_mail = begins, min(begins + away, MINUTES)
            begins, away = 0, away - (plan.no_mail[1] - begins)
        for minute in (15, 7 * 60 + 30, 7 * 60 + 45, -(7 * 60 + 31)):
            if random.random() < 0.3:
                plan.dies[minute] = random.randint(1, STATEMENTS)
    return found


@contextmanager
def dying(statement: int | None) -> Iterator[None]:
    """Die before that statement; nowhere where none is named."""
    seen = 0

    def before(*_given: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise Died

    if statement is None:
        yield
        return
    sa.event.listen(Engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        sa.event.remove(Engine, "before_cursor_execute", before)


def all_days(first: date, last: date) -> list[date]:
    """From one day to another, both too."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
