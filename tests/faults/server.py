"""The product as it runs in production: gunicorn with two workers on loopback, and the scheduler beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.faults.browser import Browser
from tests.faults.world import PASSWORD, SECRET, email
from tracker.agencies.offices import Office
from tracker.core import serving

ROOT = Path(__file__).parents[2]
START_SECONDS = 240  # a machine that is busy with much else
STOP_SECONDS = 60
PRODUCT = "tracker:create_app()"


@dataclass(frozen=True)
class Server:
    """A running web server: where it answers, which database it has, and its master process."""

    port: int
    database: str
    instance: Path
    process: psutil.Process

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return [child for child in self.process.children() if child.status() != psutil.STATUS_ZOMBIE]

    def browser(self, language: str = "vi") -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(self.port, language)

    def person(self, body: str, office: Office, language: str = "vi") -> Browser:
        """Somebody's browser, signed in."""
        return self.browser(language).sign_in(email(body, office), PASSWORD)


def environment(database: str, instance: Path, port: int, **more: str) -> dict[str, str]:
    """What the processes see: nothing of the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return clean | {
        "TRACKER_DATABASE_URL": database,
        "TRACKER_INSTANCE": str(instance),
        "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_BASE_URL": f"http://localhost:{port}",
        "TRACKER_SIGN_IN_LIMIT": "1000 per minute",  # a whole province signs in from one machine here
        "TRACKER_SECOND_FACTOR_FOR": "",
        **more,
    }


@contextmanager
def serving_web(
    database: str,
    instance: Path,
    application: str = PRODUCT,
    more: Mapping[str, str] | None = None,
    host: str = "localhost",
) -> Iterator[Server]:
    """Gunicorn, as `tracker serve` starts it; ended at the end."""
    port = free_port()
    command = serving.web_command(f"127.0.0.1:{port}")
    command[command.index(PRODUCT)] = application
    with running(command, environment(database, instance, port, **(more or {})), instance / "web.log") as process:
        _wait(port, process, instance / "web.log", host)
        yield Server(port, database, instance, psutil.Process(process.pid))


@contextmanager
def running(command: list[str], seen: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, whose words go to a file; ended at the end, by its id."""
    with log.open("ab") as words:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(seen), stdout=words, stderr=words)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path, host: str) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        if Browser(port, name=host).get("/healthz").status == 200:
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def full_disk(server: Server, largest: int) -> Iterator[None]:
    """The workers can write nothing behind so many bytes of any file: so a full disk looks to them."""
    for worker in server.workers:
        worker.rlimit(psutil.RLIMIT_FSIZE, (largest, psutil.RLIM_INFINITY))
    try:
        yield
    finally:
        for worker in server.workers:
            worker.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
