"""All rows of a database at once: removed before each test, kept as they stand, and put back.

A scene that many tests begin with is entered once and put back in a few milliseconds. On SQLite all of the file is
copied; on PostgreSQL rows are removed and copied within the server, for there TRUNCATE of every table takes 200 ms.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

# Removed rows leave room behind that is not used again (no vacuum runs here): once there is so much, tables go anew.
GROWN_BYTES = 8_000_000
KEPT_IN = "kept_{}"  # a schema, for each state that was kept

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%%' ORDER BY 1"
# A table that nobody wrote to since it was made or truncated has no pages.
USED = """SELECT relname, pg_relation_size(oid) AS size FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic%%'
    AND pg_relation_size(oid) > 0"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


class SQLite:
    """A file. What is kept stands in memory, page by page."""

    def __init__(self, engine: sa.Engine) -> None:
        self._file = str(engine.url.database)
        self._kept: list[sqlite3.Connection] = []
        self._nothing = self.keep()

    def remove(self) -> None:
        """Let the database be as it was when this object was made."""
        self.put_back(self._nothing)

    def keep(self) -> int:
        """Keep all rows as they stand; returns what to ask for them by."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self._file)) as database:
            database.backup(copy)
        self._kept.append(copy)
        return len(self._kept) - 1

    def put_back(self, kept: int) -> None:
        """Let the rows be those again, and no others."""
        with closing(sqlite3.connect(self._file)) as database:
            database.execute("PRAGMA synchronous=OFF")
            self._kept[kept].backup(database)

    def close(self) -> None:
        """Let go of what was kept."""
        for copy in self._kept:
            copy.close()


@dataclass(frozen=True)
class Kept:
    """What a schema of PostgreSQL holds, and where each sequence stood."""

    tables: Sequence[str]
    sequences: dict[str, int]


class PostgreSQL:
    """A database of the tests' server. What is kept stands in schemas beside it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._kept: list[Kept] = []
        with engine.connect() as connection:
            self._tables = list(connection.exec_driver_sql(TABLES).scalars())

    def remove(self) -> None:
        """Remove every row, also of the append-only tables, and let numbers begin at one."""
        with self._with_a_free_hand() as connection:
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
        with self._with_a_free_hand() as connection:
            self._remove(connection)
            copies = [f'INSERT INTO "{table}" SELECT * FROM {schema}."{table}"' for table in state.tables]
            connection.exec_driver_sql("; ".join(copies))
            self._restart(connection, state.sequences)

    def close(self) -> None:
        """Nothing to let go of: it all goes with the server."""

    @contextmanager
    def _with_a_free_hand(self) -> Iterator[sa.Connection]:
        """A transaction in which triggers and references are set aside."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection

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


Rows = SQLite | PostgreSQL


def rows_of(engine: sa.Engine) -> Rows:
    """The rows of a database that was just migrated, and holds none yet."""
    return SQLite(engine) if engine.dialect.name == "sqlite" else PostgreSQL(engine)
