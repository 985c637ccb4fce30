"""Web server and scheduler as processes that start and stop together. Knows no feature: only what to start."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from tracker.core.errors import Refusal
from tracker.settings import Settings

FIRST_PORT, PORTS = 8000, 50
WORKERS = 2
THREADS = 4  # of each worker: they wait for the database and for slow readers
KEPT_SECONDS = 5  # for so long a connection waits for the next request
STOP_SECONDS = 15
LOOK_SECONDS = 0.5
RESTART_SECONDS = 2


class NoPort(Refusal):
    """Every port that was tried is taken."""


class Ended(Exception):
    """A signal asked to stop."""


def free_port() -> int:
    """The first port from 8000 on that nobody listens on. Raises NoPort where all of fifty are taken."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NoPort(f"ports {FIRST_PORT} to {FIRST_PORT + PORTS - 1} are all taken: set TRACKER_BASE_URL")


def serve(settings: Settings, ready: Callable[[], None], bind: str | None = None) -> int:
    """Prepare, then run both until a signal comes or the web server ends. A scheduler that dies is started again.

    `ready` is called once, when the web server takes connections.
    Returns the exit code: 0 after a signal, else that of what could not be prepared, or the web server's own.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    bind = bind or f"127.0.0.1:{settings.port}"
    running: list[subprocess.Popen[bytes]] = []
    try:
        running.append(_start(prepare_command()))
        if failed := running[0].wait():
            return failed
        running[:] = [_start(web_command(bind)), _start(scheduler_command())]
        return _watch(running, bind, ready)
    except Ended:
        return 0
    finally:
        _end(running)


def _watch(running: list[subprocess.Popen[bytes]], bind: str, ready: Callable[[], None]) -> int:
    """Keep web server and scheduler running, in this order in the list, until the web server ends."""
    told = False
    while running[0].poll() is None:
        if not told and _answers(bind):
            told = True
            ready()
        if (code := running[1].poll()) is not None:
            print(f"scheduler ended ({code}), starting it again", file=sys.stderr, flush=True)  # noqa: T201
            time.sleep(RESTART_SECONDS)
            running[1] = _start(scheduler_command())
        time.sleep(LOOK_SECONDS)
    return running[0].returncode


def web_command(bind: str) -> list[str]:
    """The web server: gunicorn with its workers, on an address "host:port"."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "tracker:create_app()",
        "--config=python:tracker.core.workers",
        f"--bind={bind}",
        f"--workers={WORKERS}",
        "--worker-class=gthread",
        f"--threads={THREADS}",
        f"--keep-alive={KEPT_SECONDS}",
        "--preload",  # the workers share the memory of what is loaded once
        "--timeout=60",
        "--graceful-timeout=10",
        "--log-level=warning",
        "--no-control-socket",
    ]


def prepare_command() -> list[str]:
    """What brings the database up, and fills the demo; in a process of its own, so that this one stays small."""
    return [sys.executable, "-m", "tracker.cli", "prepare"]


def scheduler_command() -> list[str]:
    """The scheduler process."""
    return [sys.executable, "-m", "jobs"]


def _answers(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), LOOK_SECONDS).close()
    except OSError:
        return False
    return True


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # Its own session: Ctrl-C reaches this process alone, which then stops both in good order.
    return subprocess.Popen(command, env=os.environ, start_new_session=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Ended


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
