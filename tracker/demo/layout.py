"""How the current programme lies around the day of the first start, so that on that day something is due and late.

Pure. Its reporting calendar is made for the demo: months do not run from the 15th to the 14th here, but so that one
month's report is due in two working days, and one quarter's was due two working days ago.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.rule.calendar import ONE_DAY, WorkingCalendar

Record = dict[str, Any]

MONTHS = 12
FEWEST_BEHIND, MOST_BEHIND = 6, 10  # months that are over, the one that is due now included
DAYS_TO_REPORT = timedelta(days=6)  # from cut-off to due day, as from the 14th to the 20th
CUT_OFF_BEFORE_TODAY = timedelta(days=3)
DUE_IN, LATE_SINCE = 2, 2  # working days
SHORTEST = timedelta(days=40)  # a first quarter shorter than this begins nothing
DEADLINE_AFTER_CUT_OFF = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Layout:
    """The days of the current programme. `until`: the last day of which anything is told, the day before today."""

    today: date
    starts_on: date
    ends_on: date
    signed_on: date
    until: date
    periods: tuple[Record, ...]
    due_month: str  # code of the month whose report is due now
    month_before: str  # code of the month before that
    late_quarter: str  # code of the quarter whose report was due just now

    def last_cut_off(self, frequency: str) -> date:
        """The last cut-off at a frequency."""
        return max(date.fromisoformat(p["cut_off"]) for p in self.periods if p["frequency"] == frequency)

    def deadline(self, day_of_2021: date, frequency: str) -> date:
        """The deadline that lies in this programme where that day lay in the one of 2021, and can be reported on."""
        share = (day_of_2021 - date(2020, 12, 15)) / timedelta(days=365)
        length = self.last_cut_off("monthly") - self.starts_on
        return min(self.starts_on + length * share, self.last_cut_off(frequency) + DEADLINE_AFTER_CUT_OFF)


def lay_out(today: date, calendar: WorkingCalendar) -> Layout:
    """The programme of the year of `today`."""
    behind = min(max(today.month, FEWEST_BEHIND), MOST_BEHIND)
    due_now, late_since = due_days(today, calendar)
    newest = today - CUT_OFF_BEFORE_TODAY
    cut_offs = [add_months(newest, count) for count in range(1 - behind, MONTHS - behind + 1)]
    starts_on, last = add_months(newest, -behind) + ONE_DAY, cut_offs[-1]
    quarters = _quarters(late_since - DAYS_TO_REPORT, starts_on, last)
    year = today.year
    monthly = _chain("monthly", [f"{year}-M{place:02}" for place in range(1, MONTHS + 1)], starts_on, cut_offs)
    monthly[behind - 1]["due_on"] = due_now.isoformat()
    quarterly = _chain("quarterly", [f"{year}-Q{place + 1}" for place in range(len(quarters))], starts_on, quarters)
    late = next(p for p in quarterly if p["cut_off"] == (late_since - DAYS_TO_REPORT).isoformat())
    late["due_on"] = late_since.isoformat()
    halves = [add_months(starts_on - ONE_DAY, MONTHS // 2), last]
    others = _chain("half_yearly", [f"{year}-S1", f"{year}-S2"], starts_on, halves)
    others += _chain("yearly", [f"{year}-YR"], starts_on, [last])
    return Layout(
        today=today,
        starts_on=starts_on,
        ends_on=last + timedelta(days=16),
        signed_on=starts_on + timedelta(days=20),
        until=today - ONE_DAY,
        periods=(*monthly, *quarterly, *others),
        due_month=monthly[behind - 1]["code"],
        month_before=monthly[behind - 2]["code"],
        late_quarter=late["code"],
    )


def due_days(today: date, calendar: WorkingCalendar) -> tuple[date, date]:
    """The working day that is two working days ahead, and the one since which two working days have passed."""
    past = today
    while calendar.wd(past, today) < LATE_SINCE or not calendar.is_working(past):
        past -= ONE_DAY
    return calendar.plus(today, DUE_IN), past


def add_months(day: date, count: int) -> date:
    """The same day of another month, or its last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _quarters(newest: date, starts_on: date, last: date) -> list[date]:
    """Cut-offs three months apart, one of them the newest that is over, the last one at the end of the programme."""
    around = [add_months(newest, count) for count in range(-MONTHS, MONTHS + 1, 3)]
    inside = [day for day in around if starts_on + SHORTEST <= day <= last - SHORTEST]
    return [*inside, last]


def _chain(frequency: str, codes: Sequence[str], starts_on: date, cut_offs: Sequence[date]) -> list[Record]:
    """Periods one after the other."""
    found = []
    for code, cut_off in zip(codes, cut_offs, strict=True):
        found.append(
            {
                "frequency": frequency,
                "code": code,
                "starts_on": starts_on.isoformat(),
                "cut_off": cut_off.isoformat(),
                "due_on": (cut_off + DAYS_TO_REPORT).isoformat(),
            }
        )
        starts_on = cut_off + ONE_DAY
    return found
