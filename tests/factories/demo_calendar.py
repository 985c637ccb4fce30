"""The working calendar that the demo seeds, as a record of a package: for tests of what is built on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import holidays


def calendar_record(years: Iterable[int]) -> dict[str, Any]:
    """Public holidays and swapped days of these years."""
    wanted = sorted(years)
    public = holidays.country_holidays("VN", years=wanted, language="vi")
    return {
        "name": "Việt Nam",
        "off_days": sorted(day.isoformat() for day in public if day.weekday() < 5),
        "working_days": sorted(day.isoformat() for day in public.weekend_workdays if day.year in wanted),
    }
