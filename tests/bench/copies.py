"""Copying model bodies until a database is as large as wanted: rows are selected into their tables with shifted ids.

Indexes that can be left out meanwhile are, and are made anew at the end, as after any large load.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

from tracker.core.db import database

CHUNK = 250  # bodies copied by one statement
SHIFTED = ("id", "commitment_id", "target_id", "report_id", "revision_id")
UNIQUE_TEXTS = ("token", "number")
# In the order of their foreign keys, each with the way to the row that names its body.
WAYS = {
    "commitment": "",
    "target": "",
    "report": "",
    "revision": "JOIN report ON report.id = o.report_id",
    "decision": "JOIN revision ON revision.id = o.revision_id JOIN report ON report.id = revision.report_id",
    "status_span": "",
    "span_ahead": "JOIN target ON target.id = o.target_id",
    "agency_sum": "",
}
WITHOUT_ID = ("span_ahead",)


class Raw(Protocol):
    """A connection to either database that runs a statement at once."""

    def execute(self, statement: Any) -> Any:
        """Run one statement."""


def copy(address: str, like: Mapping[int, int]) -> None:
    """Make every body (id → id of the model that it is like) a copy of its model, in a database nobody else uses."""
    tables = [name for name in WAYS if name in database.Base.metadata.tables]
    with connection_to(address, careless=True) as raw:
        shift = _shift(raw, tables)
        raw.execute("CREATE TABLE bench_body (number INTEGER PRIMARY KEY, agency_id BIGINT, model_id BIGINT)")
        numbers = {agency_id: number for number, agency_id in enumerate(sorted(like))}
        for agency_id, model_id in like.items():
            if agency_id != model_id:
                raw.execute(f"INSERT INTO bench_body VALUES ({numbers[agency_id]}, {agency_id}, {model_id})")
        indexes = _drop_indexes(raw, tables)
        for name in tables:
            _copy(raw, name, shift, len(like))
        raw.execute("DROP TABLE bench_body")
        for statement in indexes:
            raw.execute(statement)
        _settle(raw, tables)


def _shift(raw: Raw, tables: list[str]) -> int:
    """A power of ten above every id of the models."""
    most = max(
        raw.execute(f"SELECT max(id) FROM {name}").fetchone()[0] or 0 for name in tables if name not in WITHOUT_ID
    )
    return int(10 ** len(str(most)))


def _copy(raw: Raw, name: str, shift: int, bodies: int) -> None:
    table = database.Base.metadata.tables[name]
    names = [column.name for column in table.columns]
    body = (
        "o.agency_id" if "agency_id" in names else "report.agency_id" if "report" in WAYS[name] else "target.agency_id"
    )
    key = "target_id" if name in WITHOUT_ID else "id"
    raw.execute(f"CREATE TABLE bench_origin AS SELECT o.*, {body} AS body FROM {name} o {WAYS[name]}")
    raw.execute(f"CREATE INDEX bench_origin_body ON bench_origin (body, {key})")
    columns = ", ".join(_moved(column, shift) for column in names)
    for start in range(0, bodies, CHUNK):
        raw.execute(
            f"INSERT INTO {name} ({', '.join(names)}) SELECT {columns} "
            f"FROM bench_body b CROSS JOIN bench_origin o "
            f"WHERE o.body = b.model_id AND b.number >= {start} AND b.number < {start + CHUNK} "
            f"ORDER BY b.number, o.{key}"
        )
    raw.execute("DROP TABLE bench_origin")


def _moved(column: str, shift: int) -> str:
    if column in SHIFTED:
        return f"o.{column} + b.number * CAST({shift} AS BIGINT)"
    if column == "agency_id":
        return "b.agency_id"
    if column in UNIQUE_TEXTS:
        return f"CAST(b.number + 100000 AS TEXT) || '-' || o.{column}"
    return f"o.{column}"


@contextlib.contextmanager
def connection_to(address: str, *, careless: bool = False) -> Iterator[Raw]:
    """A connection that commits each statement. A careless one does not wait for the disk and looks up no foreign key:
    what it writes can be made again."""
    url = sa.make_url(address)
    if url.get_backend_name() == "sqlite":
        safe = ("journal_mode=WAL", "synchronous=FULL")
        fast = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-2000000", "threads=2")
        with contextlib.closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            for pragma in fast if careless else safe:
                connection.execute(f"PRAGMA {pragma}")
            yield connection
            connection.execute("PRAGMA journal_mode=WAL")
        return
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as running:
        if careless:
            for setting in ("session_replication_role = replica", "maintenance_work_mem = '1GB'", "work_mem = '256MB'"):
                running.execute(f"SET {setting}".encode())
        yield running


def _drop_indexes(raw: Raw, tables: list[str]) -> list[str]:
    """Drop the indexes that stand behind no constraint; returns the statements that make them again."""
    among = ", ".join(f"'{name}'" for name in tables)
    if isinstance(raw, sqlite3.Connection):
        found = raw.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({among})"
        ).fetchall()
    else:
        found = raw.execute(
            "SELECT indexname, indexdef FROM pg_indexes LEFT JOIN pg_constraint ON conname = indexname "
            f"WHERE conname IS NULL AND schemaname = 'public' AND tablename IN ({among})"
        ).fetchall()
    for name, _ in found:
        raw.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


def _settle(raw: Raw, tables: list[str]) -> None:
    """Statistics for the planner; PostgreSQL's sequences behind the ids that were written."""
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA analysis_limit=1000")
        raw.execute("ANALYZE")
        return
    for name in tables:
        if name not in WITHOUT_ID:
            raw.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
    raw.execute("VACUUM ANALYZE")


def size_of(address: str) -> int:
    """Bytes that a database takes."""
    with connection_to(address) as raw:
        if isinstance(raw, sqlite3.Connection):
            pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
            return int(pages) * int(size)
        return int(raw.execute("SELECT pg_database_size(current_database())").fetchone()[0])
