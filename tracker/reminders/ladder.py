"""The ladder of reminders: on which day somebody is told about an owed report. Pure: no clock, no database, no web."""

from enum import StrEnum

AHEAD_WORKING_DAYS = 3  # told this many working days before the day it is owed
LATE_WORKING_DAYS = 5  # older ones are on the board, not in the mail: nobody is flooded with the past


class Rung(StrEnum):
    """Where on the ladder an owed report stands; a person is told once on each."""

    AHEAD = "ahead"
    TODAY = "today"
    LATE = "late"


def rung(left: int) -> Rung | None:
    """The rung for something with `left` working days to go (negative: late by so many); none: too early, or long ago.

    A missed day loses nothing: "ahead" reaches to the day before, "late" over the first days after, and what was told
    on a rung is not told on it again.

    >>> [str(rung(left)) for left in (4, 3, 1, 0, -1, -5, -6)]
    ['None', 'ahead', 'ahead', 'today', 'late', 'late', 'None']
    """
    if left == 0:
        return Rung.TODAY
    if left > 0:
        return Rung.AHEAD if left <= AHEAD_WORKING_DAYS else None
    return Rung.LATE if left >= -LATE_WORKING_DAYS else None
