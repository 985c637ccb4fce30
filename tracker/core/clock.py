"""The only reader of the machine's clock. Instants are UTC; days are days in Vietnam (UTC+7, no daylight saving)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock, handed to services as a parameter: the instant `at` (UTC) and the day `on`
    (Vietnam)."""

    at: datetime
    on: date


def _of_the_machine() -> datetime:
    return datetime.now(UTC)


_source: list[Callable[[], datetime]] = [_of_the_machine]


def now() -> datetime:
    """This instant, in UTC."""
    return _source[-1]()


@contextmanager
def read_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Read another clock in the machine's place, in this whole process: for days that are played in a copy."""
    _source.append(source)
    try:
        yield
    finally:
        _source.pop()


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


def beginning(day: date) -> datetime:
    """The first instant of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
