"""The real product for the browser: `tracker serve` in demo mode, on a free port, with an instance folder of its own.

It starts once, which makes up for the rest of a first start that was cut short (tests/factories/first_start.py); for
each test that counts on the demo, what it held then is put back.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from jobs import __main__ as jobs
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.cli import tracker

ROOT = Path(__file__).parents[2]
SECRET = "a key for browser tests only, forty letters"
START_SECONDS = 600  # a first start on a machine that is busy with the other tests
STOP_SECONDS = 120
HOST = "localhost"  # 127.0.0.1 is a party to no passkey
FIRST_BODY = "code,name,kind\nVPUBND,Văn phòng Ủy ban nhân dân tỉnh,department\n"
ADMINISTRATORS = {"Quản trị thứ nhất": "quan-tri-1@tinh.example", "Quản trị thứ hai": "quan-tri-2@tinh.example"}
DATABASE, HEADS = "tracker.db", "audit-heads.txt"


@dataclass(frozen=True)
class Product:
    """One running product: where it answers, and where its files are."""

    address: str
    instance: Path

    def asked(self, statement: str) -> list[str]:
        """The first column of what its database answers."""
        with closing(sqlite3.connect(self.instance / DATABASE)) as connection:
            return [str(row[0]) for row in connection.execute(statement)]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `tracker …` or a job on the same instance."""
        line = [sys.executable, "-m", *arguments]
        return subprocess.run(
            line, cwd=ROOT, env=environment(self), capture_output=True, text=True, check=False, timeout=START_SECONDS
        )

    def empty(self, migrated: Path) -> None:
        """Nothing but tables from now on (those of a database in which all migrations have run), and what a first start
        enters by commands: the People's Committee's office, and two administrators. Its processes go on."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(migrated, Path(folder) / DATABASE)
            with closing(sqlite3.connect(Path(folder) / DATABASE)) as connection:
                connection.execute("INSERT INTO scheduler_beat (id, at, process) VALUES (1, '2000-01-01', 'x')")
                connection.commit()
            _copy_database(Path(folder) / DATABASE, self.instance / DATABASE)
            sheet = Path(folder) / "bodies.csv"
            sheet.write_text(FIRST_BODY, encoding="utf-8")
            self.cli("import", "agencies", str(sheet))
        for name, email in ADMINISTRATORS.items():
            office = ("--office", "administrator", "--agency", "VPUBND")
            self.cli("add-account", "--name", name, "--email", email, "--password", DEMO_PASSWORD, *office)

    def cli(self, *arguments: str) -> None:
        """`tracker …` in this process."""
        done = CliRunner().invoke(tracker, arguments, env=self._settings())
        assert done.exit_code == 0, done.output

    def _settings(self) -> dict[str, str | None]:
        others: dict[str, str | None] = {name: None for name in os.environ if name.startswith("TRACKER_")}
        return others | environment(self)

    def job(self, name: str) -> Result:
        """The same for a job, in this process: what a process of its own costs is its start (test_policy has one)."""
        return CliRunner().invoke(jobs.main, ["run", name], env=self._settings())


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


@dataclass(frozen=True)
class Kept:
    """What a product holds at one moment: its database and files, to be put back while it runs."""

    folder: Path

    @classmethod
    def of(cls, product: Product, folder: Path) -> Kept:
        """As it is now."""
        folder.mkdir()
        _copy_database(product.instance / DATABASE, folder / DATABASE)
        _copy_files(product.instance, folder)
        return cls(folder)

    def put_back(self, product: Product) -> None:
        """As it was then. Its processes go on: they hold nothing of their own, so nobody is signed in any more."""
        _copy_database(self.folder / DATABASE, product.instance / DATABASE)
        _copy_files(self.folder, product.instance)


@dataclass(frozen=True)
class Scenes:
    """States of a product that several tests begin with: entered once, and then put back."""

    product: Product
    folder: Path
    kept: dict[str, Kept] = field(default_factory=dict)

    def enter(self, name: str, build: Callable[[], None]) -> None:
        """Let it be as `build` leaves it."""
        if name in self.kept:
            self.kept[name].put_back(self.product)
            return
        build()
        self.kept[name] = Kept.of(self.product, self.folder / str(len(self.kept)))


def _copy_database(source: Path, target: Path) -> None:
    """By SQLite itself, which lets whoever writes there finish first; the scheduler's sign of life is of now."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("UPDATE scheduler_beat SET at = ?", [datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")])
        new.commit()


def _copy_files(source: Path, target: Path) -> None:
    for name in ("files", "mail"):
        shutil.rmtree(target / name, ignore_errors=True)
        if (source / name).exists():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)  # its processes may have made it anew
    (target / HEADS).unlink(missing_ok=True)
    if (source / HEADS).exists():  # at the beginning of a day none was published yet
        shutil.copyfile(source / HEADS, target / HEADS)


@contextmanager
def serving(instance: Path) -> Iterator[Product]:
    """`tracker serve`, as `make run` starts it; ended at the end, with its web server and scheduler."""
    instance.mkdir(parents=True, exist_ok=True)
    product = Product(f"http://{HOST}:{_free_port()}", instance)
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
