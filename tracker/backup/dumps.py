"""The database as a stream, while others write, and back: SQLite's online backup, pg_dump and pg_restore."""

import os
import re
import select
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tracker.backup.faults import BackupError
from tracker.backup.streams import CHUNK, chunks_of
from tracker.settings import Settings

PAGES = 2_000  # of SQLite at a time; between them a stop is heard
POLL_SECONDS = 0.5
SETS_MORE = 17  # from this version on pg_restore sets a parameter that older servers do not have
LOCK_WAIT = "60s"  # pg_dump waits so long for a migration that is under way
_TABLES = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ({})"
_SYSTEM = "'pg_catalog', 'information_schema'"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a database: first all of `content`, then `session`, which reads that same state."""

    content: Iterator[bytes]
    session: Session


class _Stopped(Exception):
    """Whoever wanted the copy does not want it any more."""


@contextmanager
def snapshot(settings: Settings, scratch: Path) -> Iterator[Snapshot]:
    """The state of the database now. `scratch`: an empty folder for a copy. Nobody who writes is kept waiting.

    Raises BackupError where there is no database or no pg_dump that can read it.
    """
    with _of_sqlite(settings, scratch) if settings.on_sqlite else _of_postgresql(settings) as taken:
        yield taken


def kind(settings: Settings) -> str:
    """The kind of database that the settings name: sqlite or postgresql."""
    return "sqlite" if settings.on_sqlite else "postgresql"


def sqlite_path(settings: Settings) -> Path:
    """The file of the embedded database."""
    return Path(sa.make_url(settings.database_url).database or "")


def standing(settings: Settings) -> list[str]:
    """What stands in the place of the database already: tables, or the file; nothing where it is empty."""
    if settings.on_sqlite:
        path = sqlite_path(settings)
        names = [path, *(path.with_name(path.name + ending) for ending in ("-wal", "-journal"))]
        return [str(name) for name in names if name.exists()]
    engine = sa.create_engine(settings.as_owner().database_url, poolclass=NullPool, hide_parameters=True)
    with _connected(engine) as connection:
        return list(connection.exec_driver_sql(_TABLES.format(_SYSTEM)).scalars())


def fits(settings: Settings) -> None:
    """See that the program that fills the place is there and speaks the server's language. Raises BackupError."""
    if settings.on_sqlite:
        return
    program = _program(settings, "pg_restore")
    engine = sa.create_engine(settings.as_owner().database_url, poolclass=NullPool, hide_parameters=True)
    with _connected(engine) as connection:
        server = _version_of(connection)
    if server < SETS_MORE <= _version(program):
        raise BackupError(
            f"{program} is of version {_version(program)}, and says what the server ({server}) does not know: install "
            f"the client programs of version {server} and set TRACKER_PG_DUMP, or take a newer server"
        )


def check(settings: Settings, dump: Path) -> Generator[None, None, None]:
    """See that a dump can be read. Raises BackupError."""
    if not settings.on_sqlite:
        yield from _run([_program(settings, "pg_restore"), "--list", str(dump)], sa.make_url(settings.database_url))


def put(settings: Settings, dump: Path) -> Generator[None, None, None]:
    """Fill the empty place of the database from a dump, which is moved or read.

    Raises BackupError; then the place is empty still.
    """
    if settings.on_sqlite:
        path = sqlite_path(settings)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(dump, path)
        return
    url = sa.make_url(settings.as_owner().database_url)
    command = [
        _program(settings, "pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={_address(url)}",
        str(dump),
    ]
    yield from _run(command, url)
    # A dump holds no statistics, and without them whole tables are read where a few rows are asked for.
    with sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


@contextmanager
def _of_sqlite(settings: Settings, scratch: Path) -> Iterator[Snapshot]:
    source = sqlite_path(settings)
    if not source.is_file():
        raise BackupError(f"there is no database {source}")
    copy = scratch / "copy.db"
    engine = sa.create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with closing(_copied(source, copy)) as content, Session(engine) as session:
        yield Snapshot(content, session)


def _copied(source: Path, copy: Path) -> Generator[bytes, None, None]:
    """Copy the database in a thread, with signs of life, then give the copy."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(_copy, source, copy, stop)
        try:
            while not work.done():
                wait([work], POLL_SECONDS)
                yield b""
        finally:
            stop.set()
        work.result()
    yield from chunks_of(copy)


def _copy(source: Path, copy: Path, stop: Event) -> None:
    def go_on(_status: int, _left: int, _pages: int) -> None:
        if stop.is_set():
            raise _Stopped

    reading, writing = sqlite3.connect(source, isolation_level=None), sqlite3.connect(copy, isolation_level=None)
    try:
        # Inside one read transaction: what others write meanwhile neither gets in nor starts the copy anew.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master")
        reading.backup(writing, pages=PAGES, progress=go_on)
        writing.execute("PRAGMA journal_mode=DELETE")
        fault = writing.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        reading.close()
        writing.close()
    if fault != "ok":
        raise BackupError(f"the database {source} is damaged: {fault}")


@contextmanager
def _of_postgresql(settings: Settings) -> Iterator[Snapshot]:
    url = sa.make_url(settings.database_url)
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", hide_parameters=True)
    program = _program(settings, "pg_dump")
    with _connected(engine) as connection, connection.begin(), Session(connection) as session:
        if _version(program) < _version_of(connection):
            raise BackupError(
                f"{program} is of version {_version(program)}, older than the server ({_version_of(connection)}): "
                "install the client programs of that version, or set TRACKER_PG_DUMP"
            )
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        command = [
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--lock-wait-timeout={LOCK_WAIT}",
            f"--dbname={_address(url)}",
        ]
        with closing(_piped(command, url)) as content:
            yield Snapshot(content, session)


def _connected(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except sa.exc.OperationalError as fault:
        raise BackupError(f"the database does not answer: {' '.join(str(fault.orig).split())}") from None


def _piped(command: list[str], url: sa.URL) -> Generator[bytes, None, None]:
    with _running(command, url, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        while True:
            ready, _, _ = select.select([process.stdout], [], [], POLL_SECONDS)
            chunk = os.read(process.stdout.fileno(), CHUNK) if ready else b""
            if ready and not chunk:
                return
            yield chunk


def _run(command: list[str], url: sa.URL) -> Generator[None, None, None]:
    with _running(command, url) as process:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLL_SECONDS)
            yield


@contextmanager
def _running(command: list[str], url: sa.URL, stdout: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    """A program that works on a database; ended when the block is left early. Raises BackupError where it fails."""
    # The password goes through the environment: a command line can be read by everybody on the machine.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=words, env=environment)
        try:
            yield process
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if code:
            words.seek(0)
            told = " ".join(words.read(2_000).decode(errors="replace").split())
            raise BackupError(f"{Path(command[0]).name} failed: {told}")


def _program(settings: Settings, name: str) -> str:
    """Where pg_dump or pg_restore stands: beside what TRACKER_PG_DUMP names, or on PATH."""
    wanted = Path(settings.pg_dump)
    found = shutil.which(str(wanted.with_name(name)) if wanted.name != settings.pg_dump else name)
    if found is None:
        raise BackupError(f"there is no {name}: install PostgreSQL's client programs, or set TRACKER_PG_DUMP")
    return found


def _version(program: str) -> int:
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"\d+", told)
    return int(found.group()) if found else 0


def _version_of(connection: sa.Connection) -> int:
    """The server's main version."""
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


def _address(url: sa.URL) -> str:
    """A database's address for PostgreSQL's own programs, without the password."""
    parts: dict[str, Any] = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    parts |= {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    return make_conninfo(**{name: value for name, value in parts.items() if value is not None})
