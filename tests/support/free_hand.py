"""The hand of whoever owns a database, and changes in it what the product never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

STANDING = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def free_hand(connection: sa.Connection) -> Iterator[None]:
    """In the block, triggers of the database refuse nothing; afterwards they stand again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        return
    standing = connection.exec_driver_sql(STANDING).all()
    for name, _statement in standing:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, statement in standing:
        connection.exec_driver_sql(statement)
