"""Which backups stay: the last of each of so many days, and of so many weeks. Pure; names carry the instant."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tracker.core import clock

_NAME = re.compile(r"backup-(\d{8}-\d{6})Z")
_FORM = "%Y%m%d-%H%M%S"
BEGINNING = "backup-"


def name_of(at: datetime) -> str:
    """The folder's name of a backup that was begun at an instant."""
    return f"{BEGINNING}{at.astimezone(UTC).strftime(_FORM)}Z"


def taken_at(name: str) -> datetime | None:
    """The instant in a name; none where it is no name of a backup."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    try:
        return datetime.strptime(found.group(1), _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def in_order(names: Iterable[str]) -> list[str]:
    """The names of backups among these, the latest first."""
    return sorted((name for name in names if taken_at(name)), reverse=True)


def superfluous(names: Iterable[str], daily: int, weekly: int) -> Iterator[str]:
    """The backups that need not stay.

    Of each of the last `daily` days (in Vietnam) that have one its last one stays, and of each of the last `weekly`
    weeks. Days without a backup do not count, so that a long pause removes nothing.
    """
    days: set[object] = set()
    weeks: set[object] = set()
    for name in in_order(names):
        day = clock.day_of(taken_at(name))  # type: ignore[arg-type] # in_order has asked
        week = day.isocalendar()[:2]
        kept = (day not in days and len(days) < daily) or (week not in weeks and len(weeks) < weekly)
        if len(days) < daily:
            days.add(day)
        if len(weeks) < weekly:
            weeks.add(week)
        if not kept:
            yield name
