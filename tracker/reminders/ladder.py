"""The ladder of reminders: on which day somebody is told about an owed report. Pure: no clock, no database, no web."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

AHEAD_WORKING_DAYS = 3  # told this many working days before the day it is owed
LATE_WORKING_DAYS = 5  # older ones are on the board, not in the mail: nobody is flooded with the past


class Rung(StrEnum):
    """Where on the ladder a report stands; each is told once to a person."""

    AHEAD = "ahead"
    TODAY = "today"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Owed:
    """One owed report: the day by which it (or the answer to its return) has to be in, a working day."""

    target_id: int
    period_id: int | None
    by: date
    returned: bool


WorkingDays = Callable[[date, date], int]  # working days in (a, b]


def rung(by: date, on: date, working_days: WorkingDays) -> Rung | None:
    """The rung on which something owed by a day stands on a working day `on`; none: too early, or too long ago.

    A missed day loses nothing: "ahead" reaches to the day before, "late" over the first days after, and what was told
    on a rung is not told on it again.

    >>> from datetime import date
    >>> weekdays = lambda a, b: (b - a).days  # as if every day were worked
    >>> [rung(date(2021, 3, 20), date(2021, 3, day), weekdays) for day in (16, 17, 20, 21, 26)]
    [None, <Rung.AHEAD: 'ahead'>, <Rung.TODAY: 'today'>, <Rung.LATE: 'late'>, None]
    """
    if on == by:
        return Rung.TODAY
    if on < by:
        return Rung.AHEAD if working_days(on, by) <= AHEAD_WORKING_DAYS else None
    return Rung.LATE if working_days(by, on) <= LATE_WORKING_DAYS else None
