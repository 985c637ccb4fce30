"""When what somebody asks for leaves: at once in working hours, else on the next working morning."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from tracker.core.clock import VIETNAM

MORNING, EVENING = time(7, 30), time(17, 0)  # of a working day, in Vietnam
_A_DAY = timedelta(days=1)


def is_open(at: datetime, is_working: Callable[[date], bool]) -> bool:
    """Whether an instant lies within the working hours of a working day."""
    here = at.astimezone(VIETNAM)
    return is_working(here.date()) and MORNING <= here.time() < EVENING


def next_morning(at: datetime, is_working: Callable[[date], bool]) -> date:
    """The day on whose morning leaves what could not leave at an instant: this day before its morning, else the next
    working day after it."""
    here = at.astimezone(VIETNAM)
    day = here.date() if here.time() < MORNING else here.date() + _A_DAY
    while not is_working(day):
        day += _A_DAY
    return day
