"""Adding many rows of one table in few statements, for loading. Single changes go through the session as objects."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.database import Base

Rows = Sequence[Mapping[str, Any]]


def insert(session: Session, model: type[Base], rows: Rows) -> list[int]:
    """Add rows (column → value, the same columns in each) to a table with an `id`; returns their ids in order."""
    if not rows:
        return []
    table = cast(sa.Table, model.__table__)
    statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(rows)))


def add(session: Session, model: type[Base], rows: Rows) -> None:
    """Add rows whose ids nobody asks for."""
    if rows:
        session.execute(sa.insert(cast(sa.Table, model.__table__)), list(rows))
