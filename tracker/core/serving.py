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

FIRST_PORT, PORTS = 8000, 50
WORKERS = 2
THREADS = 4  # of each worker: they wait for the database and for slow readers
LONGEST_LINE = 8190  # of a request: with the 800 letters that a search takes, nine bytes each; gunicorn's most
STOP_SECONDS = 15
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LAST_PORT = 65_536
LOOK_SECONDS = 0.5
RESTART_SECONDS = 2


class NoPort(Refusal):
    """Nobody can listen there: it is taken, or not ours."""


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


def address_of(bind: str) -> tuple[str, int]:
    """Host and port of "host:port"; a host with colons stands in brackets. Raises ValueError where it is none."""
    host, _, port = bind.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < LAST_PORT):
        raise ValueError("must be host:port, such as 127.0.0.1:8000 or [::1]:8000")
    return host.removeprefix("[").removesuffix("]"), int(port)


def try_to_listen(bind: str) -> None:
    """Raises NoPort where nobody can listen there now."""
    host, port = address_of(bind)
    try:
        family, kind, protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen()
    except OSError as fault:
        raise NoPort(f"{bind}: {fault.strerror}; --bind says where to listen") from None


def serve(bind: str, ready: Callable[[], None]) -> int:
    """Prepare, then run both until a signal comes or the web server ends. A scheduler that dies is started again.

    `bind`: where to listen, "host:port". `ready` is called once, when the web server takes connections.
    Returns the exit code: 0 after a signal, 1 where something could not be prepared or the web server ended by itself,
    whatever it says of that. Raises NoPort.
    """
    for number in STOPPING:
        signal.signal(number, _stop)
    running: list[subprocess.Popen[bytes]] = []
    try:
        try_to_listen(bind)
        running.append(_start(prepare_command()))
        if running[0].wait():
            return 1  # it has said why
        running[:] = [_start(web_command(bind)), _start(scheduler_command())]
        code = _watch(running, bind, ready)
        print(f"web server ended ({code})", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    except Ended:
        return 0
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # a second one would leave them running
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
        "--worker-class=tracker.core.connections.PatientWorker",
        f"--threads={THREADS}",
        "--keep-alive=0",
        "--preload",  # the workers share the memory of what is loaded once
        f"--limit-request-line={LONGEST_LINE}",
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
    try:
        socket.create_connection(address_of(bind), LOOK_SECONDS).close()
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
