"""The database: base class, column types, and how connections begin. Knows no feature's tables."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

from tracker.core.db import timeouts

BUSY_TIMEOUT_MS = 15_000
CHECKPOINT_PAGES = 8_000  # of SQLite's log, 32 MB: a save writes 50, and one in twenty would wait for a checkpoint
CACHE_KIB = 24_576  # of pages, for each process: with twice as many nothing was quicker (pages, CSV, a nightly run)

Condition = sa.ColumnElement[bool]  # on rows: what may stand in a WHERE

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. SQLite drops zones, so what goes in must carry one and what comes out is in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Figure(sa.types.TypeDecorator[Decimal]):
    """A figure as text, digit for digit: SQLite's NUMERIC loses digits, PostgreSQL's drops how it was written."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[str | None], Decimal | None]:
        """Without the step between that SQLAlchemy would put in: a page reads thousands, and most are none."""
        return _decimal


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


class Json(sa.types.TypeDecorator[Any]):
    """A small JSON value, stored as text with sorted keys, alike on both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else self.written(value)

    @staticmethod
    def written(value: Any) -> str:
        """The text that is stored."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


class LanguageTexts(Json):
    """A text by language. A list repeats the same few names, so what was read is kept: nobody changes it in place."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else _read_once(value)


@lru_cache(maxsize=20_000)
def _read_once(value: str) -> Any:
    return json.loads(value)


Text16 = Annotated[str, mapped_column(sa.String(16))]
Text40 = Annotated[str, mapped_column(sa.String(40))]
Text80 = Annotated[str, mapped_column(sa.String(80))]
Text255 = Annotated[str, mapped_column(sa.String(255))]
LongText = Annotated[str, mapped_column(sa.Text)]
Key = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)]
BigId = Annotated[int, mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"))]
SearchKey = Annotated[str, mapped_column(sa.Text, server_default="", deferred=True)]  # made by `folding.search_key`
Texts = Annotated[dict[str, str], mapped_column(LanguageTexts)]
Value = Annotated[Decimal, mapped_column(Figure)]

# On the registry and not on the Base: there it crashes Flask-SQLAlchemy 3.1.
_registry = registry(type_annotation_map={datetime: UTCDateTime, date: sa.Date, Decimal: Figure})


class Base(DeclarativeBase):
    """Every table's base. Constraints are named, so that a violated one can be told to the person."""

    registry = _registry
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def session() -> Session:
    """The session of this application context."""
    return cast(Session, db.session())


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin inside take SQLite's write lock at once: a deferred one that turns writer late loses
    updates."""
    mark = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(mark)


def read_one_state(session: Session) -> None:
    """Let all reads of the transaction that begins now see one state. SQLite's transactions always do."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def begin_as_writer(writer: bool) -> None:
    """Set for the rest of this context (a web request) whether transactions begin as writers, or only read."""
    _writing.set(writer)
    _only_reads.set(not writer)


def begin_as_ever() -> None:
    """The request is over: what its thread begins later is no part of it."""
    _writing.set(False)
    _only_reads.set(False)


def with_cursor(session: Session) -> sa.Connection:
    """The session's connection, in a transaction from here on: PostgreSQL's cursors, which read bit by bit, live in
    one."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql" and driver.autocommit:
        driver.autocommit = False
    return connection


def insert_or_update(dialect: sa.Dialect, table: Any) -> Any:
    """INSERT that can go on with ON CONFLICT … DO UPDATE, which each database has in a dialect of its own."""
    return (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(table)


def options(database_url: str) -> dict[str, Any]:
    """Engine options for an address."""
    if database_url.startswith("sqlite:"):
        return {
            "hide_parameters": True,
            "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None, "check_same_thread": False},
        }
    return {
        "hide_parameters": True,
        "pool_size": 5,
        "pool_use_lifo": True,
        "max_overflow": 5,
        "pool_recycle": 1800,
        "pool_timeout": timeouts.POOL_SECONDS,
        "connect_args": {"connect_timeout": timeouts.CONNECT_SECONDS, **timeouts.KEEP_ALIVE},
    }


def prepare(engine: Engine) -> None:
    """Wire how connections of an engine begin; called once for each engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begins)
    else:
        timeouts.prepare(engine)
        event.listen(engine, "begin", _postgres_begins)


def _sqlite_connected(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


def _sqlite_begins(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _postgres_begins(connection: sa.Connection) -> None:
    """What only reads needs no transaction, and spares the trips for its begin and its end: each statement sees what
    is committed when it begins, as it does in one. Who wants a state or a cursor that stays gets a transaction."""
    asked = connection.get_execution_options()
    if "isolation_level" not in asked:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = _only_reads.get() and not _writing.get() and not asked.get("stream_results")
