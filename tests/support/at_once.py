"""Several people press at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from tracker.core.errors import DomainError


def at_once(app: Flask, *presses: Callable[[], object]) -> list[str]:
    """Run each in a thread and an application context of its own, none before all are there: "done", or the name of the
    refusal, in the order of letters."""
    barrier, outcomes = threading.Barrier(len(presses)), list[str]()

    def run(press: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                press()
                outcomes.append("done")
            except DomainError as refusal:
                outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
