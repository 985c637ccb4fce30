"""The real product for the browser: `tracker serve` in demo mode, on a free port, with an instance folder of its own.

The demo is filled once and copied: each module of tests may then change what it likes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRET = "a key for browser tests only, forty letters"
START_SECONDS = 600  # a first start on a machine that is busy with the other tests
STOP_SECONDS = 120
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Product:
    """One running product: where it answers, and where its files are."""

    address: str
    instance: Path

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `tracker …` or a job on the same instance."""
        line = [sys.executable, "-m", *arguments]
        return subprocess.run(
            line, cwd=ROOT, env=environment(self), capture_output=True, text=True, check=False, timeout=START_SECONDS
        )


def environment(product: Product) -> dict[str, str]:
    """What its processes see: nothing of the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return clean | {
        "TRACKER_DEMO": "1",
        "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_INSTANCE": str(product.instance),
        "TRACKER_BASE_URL": product.address,
        "TRACKER_SIGN_IN_LIMIT": "1000 per minute",  # a whole office signs in from one machine here
    }


def filled(folder: Path) -> Path:
    """An instance folder with the demo in it, made once for all test processes that share `folder`."""
    made = folder / "demo"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            new = folder / "demo-new"
            with serving(new):
                pass
            new.rename(made)
    return made


@contextmanager
def copy_of(made: Path, folder: Path, host: str = LOOPBACK) -> Iterator[Product]:
    """The product on a copy of a filled instance."""
    instance = folder / "instance"
    shutil.copytree(made, instance)
    with serving(instance, host) as product:
        yield product


@contextmanager
def serving(instance: Path, host: str = LOOPBACK) -> Iterator[Product]:
    """`tracker serve`, as `make run` starts it; ended at the end, with its web server and scheduler."""
    instance.mkdir(parents=True, exist_ok=True)
    product = Product(f"http://{host}:{_free_port()}", instance)
    log = instance.with_name(instance.name + ".log")
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from tracker.cli import main; main()", "serve"],
            cwd=ROOT,
            env=environment(product),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, product, log)
        yield product
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], product: Product, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{product.address}/readyz", timeout=5):  # noqa: S310 - an address made here
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the product did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
