"""The public holidays and swapped days of Vietnam, as the `holidays` package knows them."""

from collections.abc import Iterable
from datetime import date

import holidays

SATURDAY = 5


def of_vietnam(years: Iterable[int]) -> tuple[dict[date, str], list[date]]:
    """What differs from "Monday to Friday" in these years: weekdays off with their names, rest days that are worked."""
    wanted = sorted(years)
    public = holidays.country_holidays("VN", years=wanted, language="vi")
    off = {day: name for day, name in sorted(public.items()) if day.weekday() < SATURDAY}
    return off, sorted(day for day in public.weekend_workdays if day.year in wanted)
