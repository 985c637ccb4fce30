"""How fast one origin may ask for what costs much: some at once, then one every few seconds. Nobody is locked out, and
nothing is stored: it is forgotten with the process."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MOST_ORIGINS = 10_000


class Pace:
    """A bucket for each origin: `burst` at once, and one more every `seconds`."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], float]) -> None:
        self.burst, self.seconds, self.clock = burst, seconds, clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how many, as of when

    def wait(self, origin: str) -> int:
        """For how many seconds an origin is to wait; 0: it may go on, and one less is left."""
        now = self.clock()
        with self._lock:
            left, since = self._left.pop(origin, (float(self.burst), now))
            left = min(float(self.burst), left + (now - since) / self.seconds)
            may = left >= 1
            self._left[origin] = (left - 1 if may else left, now)
            while len(self._left) > _MOST_ORIGINS:
                self._left.popitem(last=False)
        return 0 if may else max(1, round((1 - left) * self.seconds))


class Gate:
    """So many at a time, and nobody queues up: who comes then is told to come again."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """Whether there was room."""
        may = self._free.acquire(blocking=False)
        try:
            yield may
        finally:
            if may:
                self._free.release()
