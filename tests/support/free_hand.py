"""The hand of whoever owns a database, and changes in it what the product never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tracker.audit import triggers


@contextmanager
def free_hand(connection: sa.Connection) -> Iterator[None]:
    """In the block, triggers of the database refuse nothing; afterwards they stand again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        return
    for table in triggers.guarded():
        triggers.remove(connection, table)
    yield
    triggers.install(connection)
