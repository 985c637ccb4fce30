"""Whether the machine's clock was moved while the scheduler ran. Who is told something on a wrong day is told falsely.

A clock that was moved is not believed for an hour: time to set it right. Then it is: it was right to be moved.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tracker.core import clock

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)  # any instant
MOST = timedelta(minutes=30)  # slewing and leap seconds are nothing beside it
BELIEVED_AFTER = timedelta(hours=1)


def running() -> timedelta:
    """How long this machine runs, asleep or awake: nobody sets that."""
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))


class Steadiness:
    """Compares the clock with how long the machine runs, from the first look on."""

    def __init__(self, now: Callable[[], datetime] = clock.now, ran: Callable[[], timedelta] = running) -> None:
        self._now, self._ran = now, ran
        self._base = self._moved_to = self._seen = self._offset()
        self._moved_at = ran()

    def jumped(self) -> bool:
        """Whether the clock was moved since this was asked last: whatever waits for an instant waits wrongly now."""
        offset, before = self._offset(), self._seen
        self._seen = offset
        return abs(offset - before) > MOST

    def moved(self) -> timedelta | None:
        """By how much the clock is off what it was; none where it is steady, right again, or believed by now."""
        offset = self._offset()
        if abs(offset - self._base) <= MOST:
            self._base = self._moved_to = offset
            return None
        if abs(offset - self._moved_to) > MOST:
            self._moved_to, self._moved_at = offset, self._ran()
        if self._ran() - self._moved_at >= BELIEVED_AFTER:
            self._base = self._moved_to = offset
            return None
        return offset - self._base

    def _offset(self) -> timedelta:
        return self._now() - BEGIN - self._ran()
