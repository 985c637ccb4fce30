"""The only reader of the machine's clock. Instants are UTC; days are days in Vietnam (UTC+7, no daylight saving)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock, handed to services as a parameter: the instant `at` (UTC) and the day `on`
    (Vietnam)."""

    at: datetime
    on: date


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """This day in Vietnam."""
    return day_of(now())


def moment() -> Moment:
    """This instant and its day."""
    at = now()
    return Moment(at, day_of(at))


def day_of(at: datetime) -> date:
    """The day in Vietnam on which an instant falls."""
    return at.astimezone(VIETNAM).date()
