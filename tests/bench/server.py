"""The product under gunicorn with two workers, as in production, and a static page of the same stack as the floor."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from flask import Flask, render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tracker import create_app
from tracker.core import serving

SECRET = "a key for the bench only, forty characters"
START_SECONDS = 30
TABLE = """<!doctype html><html lang="vi"><title>50</title>
<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"""
ROWS = [[f"Cơ quan {row}", f"Chỉ tiêu số {row}", "Quá hạn", "20/06/2021", "84,50", row] for row in range(50)]


def app_with_floor() -> DispatcherMiddleware:
    """The product, and beside it a static table of 50 rows by Flask and Jinja: the least that this stack can do."""
    plain = Flask("floor")

    @plain.get("/")
    def floor() -> str:
        return render_template_string(TABLE, rows=ROWS)

    return DispatcherMiddleware(create_app(), {"/bench/floor": plain})


def environment(database_url: str, instance: Path, port: int) -> dict[str, str]:
    """What the processes of one run see."""
    return {
        **os.environ,
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_INSTANCE": str(instance),
        "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_BASE_URL": f"http://127.0.0.1:{port}",
        "TRACKER_SIGN_IN_LIMIT": "1000 per minute",
        "TRACKER_SECOND_FACTOR_FOR": "",
    }


@contextmanager
def serve(database_url: str, instance: Path, port: int) -> Iterator[psutil.Process]:
    """Gunicorn on loopback; ended at the end."""
    command = serving.web_command(f"127.0.0.1:{port}")
    command[command.index("tracker:create_app()")] = "tests.bench.server:app_with_floor()"
    with (instance / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment(database_url, instance, port), stderr=log)
    try:
        _wait(port)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def memory(process: psutil.Process) -> float:
    """Memory of the workers, in MB: shared pages are counted once (proportional set size)."""
    return float(sum(child.memory_full_info().pss for child in process.children())) / 1e6


def processor_ms(process: psutil.Process, ask: Callable[[], object], rounds: int = 60, warm_up: int = 10) -> float:
    """Milliseconds of processor time that the workers take for one request: the clock says more of the machine."""
    for _ in range(warm_up):
        ask()
    before = _processor_seconds(process)
    for _ in range(rounds):
        ask()
    return (_processor_seconds(process) - before) / rounds * 1000


def _processor_seconds(process: psutil.Process) -> float:
    return sum(times.user + times.system for times in (child.cpu_times() for child in process.children()))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
