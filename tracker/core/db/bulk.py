"""Adding many rows of one table at once, for loading: by COPY on PostgreSQL, else by one prepared statement.

Single changes go through the session as objects.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.core.db.database import Base

Rows = Sequence[Mapping[str, Any]]
Heard = Callable[[sa.Table, Rows], None]  # a table, and the rows that were added to it, each with its id

_HEARD = "rows_heard"


@contextmanager
def hearing(session: Session, heard: Heard) -> Iterator[None]:
    """Let `heard` hear of all rows with an id that are added in the block."""
    session.info[_HEARD] = heard
    try:
        yield
    finally:
        del session.info[_HEARD]


def insert(session: Session, model: type[Base], rows: Rows) -> list[int]:
    """Add rows to a table with an `id`, as `add` does; returns their ids in order.

    To be called in a unit of work: on SQLite the ids are free because nobody else writes meanwhile.
    """
    if not rows:
        return []
    table = cast(sa.Table, model.__table__)
    ids = _next_ids(session, table, len(rows))
    # Asking each row for the id that it got would make each a statement of its own.
    numbered = [{**row, "id": row_id} for row, row_id in zip(rows, ids, strict=True)]
    add(session, model, numbered)
    heard: Heard | None = session.info.get(_HEARD)
    if heard is not None:
        heard(table, numbered)
    return ids


def add(session: Session, model: type[Base], rows: Rows) -> None:
    """Add rows: column → value, the same columns in each, and every one that the database does not fill by itself.

    Raises IntegrityError, OperationalError and so on as the session does.
    """
    if not rows:
        return
    table, connection = cast(sa.Table, model.__table__), session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.execute(sa.insert(table), rows)


def analyse(session: Session, *models: type[Base]) -> None:
    """Let PostgreSQL see, in this transaction, what was added: by the old statistics it would read whole tables.

    Who does not own the tables may not, so it is also told to prefer indexes until the transaction ends. SQLite does so
    anyway.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql("ANALYZE " + ", ".join(quote(cast(sa.Table, model.__table__).name) for model in models))
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def _copy(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    quote, names = connection.dialect.identifier_preparer.quote, list(rows[0])
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    driver: Any = connection.connection.driver_connection  # psycopg's, which SQLAlchemy has loaded
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in _written(table, names, rows, connection.dialect):
                copy.write_row(row)
    except errors as error:
        # Of the kinds that every other statement raises, by which it is told what passes, and what is wrong.
        raise DBAPIError.instance(statement, None, error, errors, hide_parameters=True) from error


def _written(table: sa.Table, names: list[str], rows: Rows, dialect: sa.Dialect) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them, each value as its column's type writes it."""
    columns = []
    for name in names:
        values = [row[name] for row in rows]
        write = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        columns.append(values if write is None else [write(value) for value in values])
    return zip(*columns, strict=True)


def _next_ids(session: Session, table: sa.Table, count: int) -> list[int]:
    """Ids that no row of the table has, in order."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        taken = sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.scalars(taken, {"name": table.name, "count": count}))
    last = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0
    return list(range(last + 1, last + 1 + count))
