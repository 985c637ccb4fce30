"""How long reports wait for their appraiser, in working days: the side of the People's Committee, measured as the
bodies are. Pure; a day that is begun counts when it is over, as everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rule import WorkingCalendar

LOOKED_BACK = timedelta(days=91)  # a quarter of a year: the waiting time of now, not of a year ago


@dataclass(frozen=True, slots=True)
class Days:
    """How many reports of a programme were sent on a day; where they were decided, also when."""

    programme_id: int
    sent_on: date
    decided_on: date | None
    count: int


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting times of so many reports: none of them waited longer than `longest`, half of them not longer than
    `middle`."""

    count: int
    middle: int = 0
    longest: int = 0


def waited(calendar: WorkingCalendar, sent_on: date, on: date) -> int:
    """How many working days a report has waited, or had when it was decided on that day."""
    return calendar.wd(sent_on, on)


def measured(days: Iterable[Days], calendars: Mapping[int, WorkingCalendar], on: date) -> Waits:
    """The waiting times in working days: until the decision, or until a day where none was taken."""
    waits: dict[int, int] = {}
    for one in days:
        taken = waited(calendars[one.programme_id], one.sent_on, one.decided_on or on)
        waits[taken] = waits.get(taken, 0) + one.count
    count, passed = sum(waits.values()), 0
    if not count:
        return Waits(0)
    for middle in sorted(waits):
        passed += waits[middle]
        if 2 * passed >= count:
            return Waits(count, middle, max(waits))
    raise AssertionError  # pragma: no cover  # the last one passes all
