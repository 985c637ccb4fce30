"""A scheduler that is killed at each step of sealing a document, one process after the other, and one that ends it.

    python -m tests.jobs.seal_cut_short DAY

Each process is a fork of this one, as in `cut_short`. Prints how each ended.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import time_machine

from jobs import runner, seal
from jobs.timetable import TIMETABLE, Entry
from tests.jobs.cut_short import after, before
from tracker.core import clock
from tracker.core.files import store
from tracker.headless import headless_app
from tracker.signing.outside import signed_files
from tracker.signing.sealing import sealer, sealing

LINE = Entry("seal", seal.run, TIMETABLE[0].trigger)
STEPS: dict[str, Callable[[], None]] = {
    "the key was opened": after(sealer, "of_file"),
    "before it is known what goes in": before(sealing, "_signatures"),
    "before the seal": before(sealer, "seal"),
    "after the seal": after(sealer, "seal"),
    "before its bytes are kept": before(store, "keep"),
    "after its bytes are kept": after(store, "keep"),
    "before it is recorded": before(signed_files, "record"),
    "after it is recorded": after(signed_files, "record"),
    "to the end": lambda: None,
}


def main(day: str) -> None:
    """Kill one after the other, each a good while after the one before, so that its lease is over."""
    ended, at = {}, datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=3)
    for name, prepare in STEPS.items():
        at += timedelta(minutes=20)
        child = os.fork()
        if child == 0:
            with time_machine.travel(at, tick=False):
                prepare()
                runner.run(headless_app(), LINE, clock.now())
            os._exit(0)
        ended[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.write(json.dumps(ended) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
