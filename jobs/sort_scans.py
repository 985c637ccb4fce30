"""sort_scans: every minute, the codes on the pages of scans that came in are read, and the files are sorted by them.

A process of its own reads, some pages at a time. What one of them ends at is read alone, and then left out.
"""

from collections.abc import Generator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from jobs.work import Occasion, breathe
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.files.kinds import ContentError
from tracker.core.files.pages.apart import Ended
from tracker.core.files.store import path_of
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.paper import readings
from tracker.signing.paper.reading_apart import Reading
from tracker.signing.paper.readings import REFUSED, SORTED, Work

LONGEST = timedelta(minutes=5)  # then the next minute's run goes on
AT_ONCE = 20  # pages that one process reads: what is begun for nothing when it is cut short
BREATH = 10.0  # seconds: how long the run's lease waits for it
LONGEST_READING = timedelta(minutes=4)  # by the clock, whatever else the machine does


def run(occasion: Occasion) -> Units[Remark | None]:
    """Sort what came in, the oldest first."""
    until, folder = clock.now() + LONGEST, occasion.settings.files_folder
    came = dict.fromkeys((SORTED, REFUSED), 0)
    at_once, begun = AT_ONCE, False
    while clock.now() < until:
        work: Work | None = yield readings.take
        if work is None:
            break
        begun = True
        try:
            step = yield from _step(work, at_once, folder)
            at_once = AT_ONCE
        except Ended:
            alone, at_once = at_once == 1, 1
            if not alone:
                continue
            step = partial(readings.lose, work=work)
        outcome: str | None = yield partial(step, now=clock.moment())
        if outcome is not None:
            came[outcome] += 1
    return Remark(RemarkCode.SCANS_SORTED, came) if begun else None


def _step(work: Work, at_once: int, folder: Path) -> Generator[Any, Any, Any]:
    """What is to be noted next of a file. Raises Ended."""
    last = min(work.next_page + at_once - 1, work.pages)
    if work.next_page > last:
        return partial(readings.sort, work=work, folder=folder)
    reading, until = Reading(path_of(folder, work.sha256), work.next_page, last), clock.now() + LONGEST_READING
    try:
        while (found := reading.answer(BREATH)) is None:
            if clock.now() > until:
                raise Ended
            yield breathe
    except ContentError as fault:
        return partial(readings.refuse, work=work, reason=fault.message)
    finally:
        reading.end()
    return partial(readings.note, work=work, texts=found)
