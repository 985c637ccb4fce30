"""Reading the codes of scanned pages in a process of its own, which is let no more time and memory than pages take: a
file that ends it, or keeps it, ends nobody else.

    python -m tracker.signing.paper.reading_apart FILE FIRST LAST

Prints what it found as one line of JSON. Knows neither the database nor any secret.
"""

import json
import resource
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tracker.core.files.kinds import ContentError, damaged
from tracker.core.languages import _l, format_number
from tracker.signing.paper import scans

HOME = Path(__file__).parents[3]
MOST_PAGES = 1_000  # of one file
MEMORY: Final = 1 << 30
SECONDS, SECONDS_A_PAGE = 15, 3  # of the processor: a page takes a tenth of one, at the worst half of one
WAIT = 60.0  # by the clock: of whoever asks within a request
_DAMAGED, _TOO_MANY = "damaged", "too_many"


class Ended(Exception):
    """The process ended, or was ended, before it had an answer."""


class Reading:
    """A process that reads pages of a file; nobody waits for it who does not want to."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        command = [sys.executable, "-m", __name__, str(path), str(first), str(last)]
        # Nothing of the environment: the product's stands there, with its secrets.
        self._child = subprocess.Popen(
            command, cwd=HOME, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def answer(self, seconds: float) -> Any | None:
        """What it found; none where it is still at it after so many seconds. Raises Ended, and ContentError of a file
        that cannot be read."""
        try:
            written, _nothing = self._child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._child.returncode != 0:
            raise Ended
        try:
            found = json.loads(written)
        except ValueError:
            raise Ended from None
        if found == _TOO_MANY:
            raise ContentError(_l("The file has more than %(most)s pages. Divide it", most=format_number(MOST_PAGES)))
        if found == _DAMAGED:
            raise damaged()
        return found

    def end(self) -> None:
        """End it, whatever it is at."""
        with suppress(ProcessLookupError):
            self._child.kill()
        self._child.communicate()


def count(path: Path) -> int:
    """How many pages a PDF has. Raises ContentError where it is none that can be read, or has too many."""
    reading, until = Reading(path, 1, 0), time.monotonic() + WAIT
    try:
        found = reading.answer(until - time.monotonic())
    except Ended:
        found = None
    finally:
        reading.end()
    if not isinstance(found, int):
        raise damaged()
    return found


def _main(path: str, first: int, last: int) -> None:
    pages = max(0, last - first + 1)
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS + SECONDS_A_PAGE * pages)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found: Any
    try:
        content = Path(path).read_bytes()
        number = scans.count_pages(content)
        if number > MOST_PAGES:
            found = _TOO_MANY
        else:
            found = scans.texts(content, range(first, last + 1)) if pages else number
    except ContentError:
        found = _DAMAGED
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
