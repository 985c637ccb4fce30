"""Work shared among processes of this machine, each of which takes its own part; knows no feature's work."""

import multiprocessing
from collections.abc import Callable
from datetime import date

WATCH_SECONDS = 1.0


def share_out(work: Callable[[date, int, int], None], day: date, count: int, watch: Callable[[], None]) -> None:
    """Run work(day, number, count) in so many processes, calling `watch` now and then, until all have ended.

    `work` is found by its name in a new process, so it must be a function of a module. None outlives this process,
    save where this one is killed: then it is for the work to look whether its parent is still there.
    """
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=work, args=(day, number, count), daemon=True) for number in range(count)]
    for process in running:
        process.start()
    for process in running:
        while process.is_alive():
            process.join(WATCH_SECONDS)
            watch()
