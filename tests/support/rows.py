"""All rows of a database at once: removed before each test, kept as they stand, and put back.

A scene that many tests begin with is entered once and put back in a millisecond or two: rows are removed, and copied
from tables beside them. (A copy of all of a SQLite file takes 4 ms, and the product's connections need 2 more to
read its schema anew; TRUNCATE of every table of PostgreSQL takes 200 ms.)
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

# Removed rows leave room behind that is not used again (no vacuum runs here): once there is so much, tables go anew.
GROWN_BYTES = 8_000_000
KEPT_IN = "kept_{}"  # a schema, for each state that was kept

SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
VERSION = "PRAGMA main.schema_version"

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%%' ORDER BY 1"
# A table that nobody wrote to since it was made or truncated has no pages.
USED = """SELECT relname, pg_relation_size(oid) AS size FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic%%'
    AND pg_relation_size(oid) > 0"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


class SQLite:
    """A file. What is kept stands in a file of its own.

    Rows are written by a connection that stays open. It leaves the schema as it is, so that the product's connections
    need not read that again and may go on with the statements that they prepared.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._file = Path(str(engine.url.database))
        self._open: tuple[sqlite3.Connection, int, int] | None = None
        self._kept_in = tempfile.TemporaryDirectory(prefix="kept-")
        self._kept: list[list[str]] = []
        self._as_made = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self._file)) as database:
            database.backup(self._as_made)
        self._schema = self._as_made.execute(SCHEMA).fetchall()
        self._tables = [name for kind, name, _text in self._schema if kind == "table" and "alembic" not in name]
        os.register_at_fork(before=self._let_go)  # a connection must not be taken into another process

    def remove(self) -> None:
        """Let the database be as it was when this object was made."""
        self._be([])

    def keep(self) -> int:
        """Keep all rows as they stand; returns what to ask for them by."""
        database, number = self._database(), len(self._kept)
        used = self._used(database)
        for table in used:
            database.execute(f'CREATE TABLE kept."{number} {table}" AS SELECT * FROM main."{table}"')
        self._kept.append(used)
        return number

    def put_back(self, kept: int) -> None:
        """Let the rows be those again, and no others."""
        self._be([f'INSERT INTO main."{it}" SELECT * FROM kept."{kept} {it}"' for it in self._kept[kept]])

    def close(self) -> None:
        """Let go of what was kept."""
        self._let_go()
        self._as_made.close()
        self._kept_in.cleanup()

    def _be(self, filled: Sequence[str]) -> None:
        database = self._database()
        database.execute("BEGIN IMMEDIATE")
        for statement in [*(f'DELETE FROM main."{table}"' for table in self._used(database)), *filled]:
            database.execute(statement)
        database.execute("COMMIT")

    def _used(self, database: sqlite3.Connection) -> list[str]:
        some = ", ".join(f'EXISTS (SELECT 1 FROM main."{table}")' for table in self._tables)
        holds = database.execute(f"SELECT {some}").fetchone()
        return [table for table, has_rows in zip(self._tables, holds, strict=True) if has_rows]

    def _database(self) -> sqlite3.Connection:
        """The connection. It is opened again where a test put another file in the place, or another schema into it."""
        stands, version = self._file.stat().st_ino, -1
        if self._open is not None:
            version = self._open[0].execute(VERSION).fetchone()[0]
            if self._open[1:] == (stands, version):
                return self._open[0]
            self._let_go()
        database = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        if database.execute(SCHEMA).fetchall() != self._schema:
            self._as_made.backup(database)
        database.execute("PRAGMA synchronous=OFF")
        database.execute("ATTACH ? AS kept", (str(Path(self._kept_in.name) / "kept.db"),))
        database.execute("PRAGMA kept.journal_mode=OFF").close()
        database.execute("PRAGMA kept.synchronous=OFF")
        database.set_authorizer(_without_triggers)
        self._open = database, stands, database.execute(VERSION).fetchone()[0]
        return database

    def _let_go(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None


def _without_triggers(_action: int, _one: str | None, _two: str | None, _of: str | None, trigger: str | None) -> int:
    return sqlite3.SQLITE_OK if trigger is None else sqlite3.SQLITE_IGNORE


@dataclass(frozen=True)
class Kept:
    """What a schema of PostgreSQL holds, and where each sequence stood."""

    tables: Sequence[str]
    sequences: dict[str, int]


class PostgreSQL:
    """A database of the tests' server. What is kept stands in schemas beside it.

    Rows are written by a connection that nobody else has: triggers and references are set aside in it, and wherever
    they are set aside or minded again, PostgreSQL throws away the plans of a connection.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = sa.create_engine(engine.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
        sa.event.listen(self._engine, "connect", _without_references)
        os.register_at_fork(before=self._engine.dispose)  # a connection must not be taken into another process
        self._kept: list[Kept] = []
        with engine.connect() as connection:
            self._tables = list(connection.exec_driver_sql(TABLES).scalars())

    def remove(self) -> None:
        """Remove every row, also of the append-only tables, and let numbers begin at one."""
        with self._engine.begin() as connection:
            self._remove(connection)
            self._restart(connection, {})

    def keep(self) -> int:
        """Keep all rows as they stand; returns what to ask for them by."""
        schema = KEPT_IN.format(len(self._kept))
        with self._engine.begin() as connection:
            some = ", ".join(f'EXISTS (SELECT FROM "{table}")' for table in self._tables)
            holds = connection.exec_driver_sql(f"SELECT {some}").one()
            tables = [table for table, has_rows in zip(self._tables, holds, strict=True) if has_rows]
            copies = [f'CREATE TABLE {schema}."{table}" AS TABLE "{table}"' for table in tables]
            connection.exec_driver_sql("; ".join([f"CREATE SCHEMA {schema}", *copies]))
            sequences = {name: last for name, last in connection.exec_driver_sql(SEQUENCES) if last is not None}
        self._kept.append(Kept(tables, sequences))
        return len(self._kept) - 1

    def put_back(self, kept: int) -> None:
        """Let the rows be those again, and no others."""
        schema, state = KEPT_IN.format(kept), self._kept[kept]
        with self._engine.begin() as connection:
            self._remove(connection)
            copies = [f'INSERT INTO "{table}" SELECT * FROM {schema}."{table}"' for table in state.tables]
            connection.exec_driver_sql("; ".join(copies))
            self._restart(connection, state.sequences)

    def close(self) -> None:
        """Let go of the connection. What was kept goes with the server."""
        self._engine.dispose()

    def _remove(self, connection: sa.Connection) -> None:
        used = {row.relname: row.size for row in connection.exec_driver_sql(USED)}
        if sum(used.values()) > GROWN_BYTES:
            names = ", ".join(f'"{table}"' for table in self._tables)
            connection.exec_driver_sql(f"TRUNCATE {names}")
        elif used:
            connection.exec_driver_sql("; ".join(f'DELETE FROM "{table}"' for table in used))

    def _restart(self, connection: sa.Connection, last: dict[str, int]) -> None:
        """Let each sequence go on after the number that it stood at, or begin."""
        used = [name for name, now in connection.exec_driver_sql(SEQUENCES) if now is not None or name in last]
        if used:
            again = (f"setval('\"{name}\"', {last.get(name, 1)}, {name in last})" for name in used)
            connection.exec_driver_sql(f"SELECT {', '.join(again)}")


def _without_references(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    connection.commit()


Rows = SQLite | PostgreSQL


def rows_of(engine: sa.Engine) -> Rows:
    """The rows of a database that was just migrated, and holds none yet."""
    return SQLite(engine) if engine.dialect.name == "sqlite" else PostgreSQL(engine)
