"""Working days: what the rule calls `roll`, `plus` and `wd`. Suspensions and deadlines live in `days`.

Section "Words" (working day) of docs/rule.md.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class WorkingCalendar:
    """Monday to Friday, less the off days, plus the swapped working days; a day named as both is worked."""

    __slots__ = ("_plus", "_rolled", "_taken", "_worked", "off_days", "own_periods", "working_days")

    def __init__(self, off_days: Iterable[date] = (), working_days: Iterable[date] = ()) -> None:
        self.off_days = frozenset(off_days)
        self.working_days = frozenset(working_days)
        # Only the exceptions to "Monday to Friday" matter to a count, so these two short lists carry it over any span.
        self._taken = sorted(d for d in self.off_days - self.working_days if d.weekday() < _SATURDAY)
        self._worked = sorted(d for d in self.working_days if d.weekday() >= _SATURDAY)
        self._plus: dict[tuple[date, int], date] = {}
        self._rolled: dict[date, date] = {}
        # What `days` has worked out by it: most targets of a programme begin and end on the same days.
        self.own_periods: dict[Hashable, Any] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkingCalendar):
            return NotImplemented
        return self.off_days == other.off_days and self.working_days == other.working_days

    def __hash__(self) -> int:
        return hash((self.off_days, self.working_days))

    def __repr__(self) -> str:
        return f"WorkingCalendar({len(self.off_days)} off days, {len(self.working_days)} swapped working days)"

    def is_working(self, day: date) -> bool:
        return day in self.working_days or (day.weekday() < _SATURDAY and day not in self.off_days)

    def roll(self, day: date) -> date:
        """The day itself, or the next working day where it is none."""
        found = self._rolled.get(day)
        if found is None:
            found = day
            while not self.is_working(found):
                found += ONE_DAY
            self._rolled[day] = found
        return found

    def plus(self, day: date, count: int) -> date:
        """The count-th working day after the day; with a count of 0 the day itself, working or not."""
        found = self._plus.get((day, count))
        if found is None:
            found = day
            for _ in range(count):
                found = self.roll(found + ONE_DAY)
            self._plus[(day, count)] = found
        return found

    def left(self, on: date, due_on: date) -> int:
        """The working days left from a day to another; below 0 where that has passed, and then by one at least."""
        return self.wd(on, due_on) if due_on >= on else -max(1, self.wd(due_on, on))

    def wd(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 where that is empty."""
        if until <= after:
            return 0
        taken = bisect_right(self._taken, until) - bisect_right(self._taken, after)
        worked = bisect_right(self._worked, until) - bisect_right(self._worked, after)
        return _weekdays_to(until) - _weekdays_to(after) - taken + worked


def _weekdays_to(day: date) -> int:
    """Mondays to Fridays from the calendar's beginning (1 January of year 1, a Monday) to the day, included."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
