"""Reading the codes of scanned pages in a process of its own, which is let no more time and memory than pages take: a
file that ends it, or keeps it, ends nobody else.

    python -m tracker.signing.paper.reading_apart FILE FIRST LAST

Prints what it found as one line of JSON. Knows neither the database nor any secret.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from tracker.core.files.kinds import ContentError, damaged
from tracker.core.files.pages.apart import Apart, Ended, confine
from tracker.core.languages import _l, format_number
from tracker.signing.paper import scans

MOST_PAGES = 1_000  # of one file
MEMORY: Final = 1 << 30
SECONDS, SECONDS_A_PAGE = 15, 3  # of the processor: a page takes a tenth of one, at the worst half of one
WAIT = 60.0  # by the clock: of whoever asks within a request
_DAMAGED, _TOO_MANY = "damaged", "too_many"


class Reading(Apart):
    """A process that reads pages of a file."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        super().__init__([sys.executable, "-m", __name__, str(path), str(first), str(last)])

    def answer(self, seconds: float) -> Any | None:
        """What it found; none where it is still at it after so many seconds. Raises Ended, and ContentError of a file
        that cannot be read."""
        found = self.told(seconds)
        if found == _TOO_MANY:
            raise ContentError(_l("The file has more than %(most)s pages. Divide it", most=format_number(MOST_PAGES)))
        if found == _DAMAGED:
            raise damaged()
        return found


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
    confine(MEMORY, SECONDS + SECONDS_A_PAGE * pages)
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
