"""A scheduler that is killed at each step of a run of documents, one process after the other, and two that end it.

    python -m tests.jobs.cut_short DAY

Each process is a fork of this one, which has loaded everything and spoken with no database. Prints how each ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy.orm import Session

from jobs import freeze, runner
from jobs.timetable import TIMETABLE, Entry
from tracker.commitments.life import concluding
from tracker.core import clock
from tracker.core.files import store
from tracker.headless import headless_app
from tracker.signing.documents import bulk, documents, freezing, register, rendering

LINE = Entry("freeze", freeze.run, TIMETABLE[0].trigger)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, call: int = 1) -> Callable[[], None]:
    """Dies instead of that call."""
    return lambda: _change(owner, name, call, first=True)


def after(owner: Any, name: str, call: int = 1) -> Callable[[], None]:
    """Dies as soon as that call is done."""
    return lambda: _change(owner, name, call, first=False)


def _change(owner: Any, name: str, call: int, *, first: bool) -> None:
    real, calls = getattr(owner, name), []

    def dying(*given: Any, **named: Any) -> Any:
        calls.append(name)
        if first and len(calls) == call:
            die()
        answer = real(*given, **named)
        if len(calls) == call:
            die()
        return answer

    setattr(owner, name, dying)


def after_the_commit() -> None:
    """Dies once the first document stands for good, before anybody heard of it."""
    real_settle, real_commit = bulk._settle, Session.commit
    settled: list[int] = []

    def settle(*given: Any, **named: Any) -> None:
        real_settle(*given, **named)
        settled.append(1)

    def commit(session: Session) -> None:
        real_commit(session)
        if settled:
            die()

    bulk._settle, Session.commit = settle, commit  # type: ignore[assignment, method-assign]


# Which step, and with which call: with a second one a document stands before it.
STEPS: dict[str, Callable[[], None]] = {
    "taken": before(bulk, "compose"),
    "composed": before(freezing.Composed, "made"),
    "file made": before(bulk, "store"),
    "number drawn": after(register, "draw", 2),
    "content in the store": after(store, "keep"),
    "both files in the store": after(store, "keep", 4),
    "dossier frozen": after(concluding, "freeze"),
    "document kept": after(documents, "keep", 2),
    "noted": after(bulk, "_settle"),
    "committed": after_the_commit,
}


def scheduler(minute: int, prepare: Callable[[], None]) -> int:
    """The process of one that runs the job in that minute."""
    child = os.fork()
    if child:
        return child
    code = 2
    try:
        prepare()
        bulk.MOST_TRIES = 99  # what is given up after some tries is tested elsewhere
        done = runner.run(APP, LINE, clock.now() + timedelta(minutes=minute))
        code = 0 if done == "done" else 1
    finally:
        os._exit(code)  # nothing of the parent's is done twice


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    year, month, day = map(int, sys.argv[1].split("-"))
    APP = headless_app()
    rendering.fonts(rendering.FONTS)
    with time_machine.travel(datetime(year, month, day, 2, tzinfo=UTC)):
        how = {step: ended(scheduler(minute, kill)) for minute, (step, kill) in enumerate(STEPS.items())}
        both = [scheduler(len(STEPS) + number, lambda: None) for number in range(2)]
        how |= {f"one of two ({number})": ended(child) for number, child in enumerate(both)}
    sys.stdout.write(json.dumps(how))
