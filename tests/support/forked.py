"""A process of its own for a test, which need not start: a copy of the test's own, where every module is loaded.

It may be killed, and what it holds of the database goes with it, as with any process. What starting costs, and what a
start loads, has tests of its own (`tests/architecture/test_starting.py`). It can make no documents: the threads that
lay them out are the test's, and do not come along.
"""

from __future__ import annotations

import contextvars
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from flask import Flask

from tracker.cli import main
from tracker.core.db import database


def forked(app: Flask, work: Callable[[], object], *, out: int, err: int) -> int:
    """Let `work` be done in another process, with these files as its output and errors; returns its number.

    The application's connections are closed first, for no two processes may have one.
    """
    with app.app_context():
        database.session().close()
        database.db.engine.dispose()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _end_with(work, out, err)
    return child


def command(app: Flask, words: Sequence[str], environment: Mapping[str, str], *, out: int, err: int) -> int:
    """The same for `tracker …`, as a shell starts it in this environment."""

    def run() -> None:
        os.environ.update(environment)
        sys.argv = ["tracker", *words]
        main()

    return forked(app, run, out=out, err=err)


def status_of(child: int) -> int:
    """Wait for a process to end: its exit code, or the number of the signal that ended it, below zero."""
    _child, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _end_with(work: Callable[[], object], out: int, err: int) -> NoReturn:
    """Do the work, and nothing of what the test's process would do at its end."""
    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        contextvars.Context().run(work)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
