"""Rows to remove, change and add, gathered and then written in few statements. Knows nothing of what they say."""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.db import bulk
from tracker.core.db.database import Base, insert_or_update

Names = tuple[str, ...]
_MANY = 20  # rows, from which on PostgreSQL is sooner given all of them at once


class Changed:
    """What is to be written of one table.

    `shapes` are the groups of columns that mostly change together: a change within one of them writes that group
    (each column costs its indexes), any other writes the whole row. So there are few statements. `ends` is the shape of
    a step that ends: where some end, others begin and nothing else changes, as when a report was sent, it is one.
    """

    def __init__(self, model: type[Base], *shapes: Names, ends: Names = ()) -> None:
        self._model = model
        self._table = cast(sa.Table, model.__table__)
        self._shapes = [(frozenset(shape), shape) for shape in shapes]
        self._ends = ends
        self._changed: dict[tuple[bool, Names], list[tuple[int, Mapping[str, Any]]]] = defaultdict(list)
        self._count = 0
        self.gone: list[int] = []
        self.new: list[dict[str, Any]] = []

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len(self.gone) + len(self.new) + self._count

    def change(self, row_id: int, stored: Mapping[Any, Any], columns: Mapping[str, Any]) -> bool:
        """A stored row is to have these columns; returns whether any differs."""
        differing = {name for name, value in columns.items() if stored[name] != value}
        if not differing:
            return False
        shape = next((shape for names, shape in self._shapes if differing <= names), tuple(columns))
        opens = columns.get("to_on", row_id) is None
        self._changed[opens, shape].append((row_id, columns))
        self._count += 1
        return True

    def write(self, session: Session) -> int:
        """Write everything and forget it; returns how many rows differed. What closes goes first: one is open."""
        connection = session.connection()
        many = _MANY if connection.dialect.name == "postgresql" else sys.maxsize
        if self.gone:
            _run(connection, _delete(self._table), [{"row_id": row_id} for row_id in self.gone])
        count = self.count
        ended = self._changed.get((False, self._ends), [])
        if self.new and len(self._changed) == 1 and 0 < len(ended) < many - len(self.new):
            self._changed.clear()
            rows = [*(columns for _, columns in ended), *self.new]
            _run(connection, _end_or_insert(self._table, self._ends, connection.dialect), rows)
            self.new = []
        for (_, shape), changed in sorted(self._changed.items(), key=itemgetter(0)):
            given = [{"row_id": key, **{f"new_{name}": row[name] for name in shape}} for key, row in changed]
            if len(given) >= many:
                columns = {name: [row[name] for row in given] for name in given[0]}
                connection.execute(_update_many(self._table, shape), columns)
            else:
                _run(connection, _update(self._table, shape), given)
        if len(self.new) >= many:
            bulk.add(session, self._model, self.new)
        elif self.new:
            _run(connection, _insert(self._table), self.new)
        self.gone, self.new, self._count = [], [], 0
        self._changed.clear()
        return count


def _run(connection: sa.Connection, statement: sa.UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """For each row. One alone is no `executemany`, for which psycopg begins and ends a pipeline of its own."""
    connection.execute(statement, rows if len(rows) > 1 else rows[0])


# Building a statement takes longer than running it for one row.
@lru_cache(maxsize=64)
def _update(table: sa.Table, names: Names) -> sa.Update:
    statement = sa.update(table).where(_key(table) == sa.bindparam("row_id"))
    return statement.values({name: sa.bindparam(f"new_{name}") for name in names})


@lru_cache(maxsize=64)
def _update_many(table: sa.Table, names: Names) -> sa.Update:
    """The same of many rows, each parameter a list of what stands in them: one statement, where PostgreSQL would else
    run one for each row."""
    given_types = {"row_id": _key(table).type, **{f"new_{name}": table.c[name].type for name in names}}
    lists = (sa.cast(sa.bindparam(name, type_=sa.ARRAY(of)), sa.ARRAY(of)) for name, of in given_types.items())
    columns = (sa.column(name, of) for name, of in given_types.items())
    given = sa.func.unnest(*lists).table_valued(*columns).render_derived(name="given")
    statement = sa.update(table).where(_key(table) == given.c.row_id)
    return statement.values({name: given.c[f"new_{name}"] for name in names})


@lru_cache(maxsize=16)
def _delete(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(_key(table) == sa.bindparam("row_id"))


@lru_cache(maxsize=16)
def _insert(table: sa.Table) -> sa.Insert:
    return sa.insert(table).inline()  # nobody asks for the number of a row


@lru_cache(maxsize=16)
def _end_or_insert(table: sa.Table, ends: Names, dialect: sa.Dialect) -> sa.Insert:
    """A row whose days stand there already is ended; any other is new. In the order of the rows."""
    insert = insert_or_update(dialect, table).inline()
    (days,) = (found for found in table.constraints if isinstance(found, sa.UniqueConstraint))
    ending = {name: insert.excluded[name] for name in ends}
    return cast(sa.Insert, insert.on_conflict_do_update(index_elements=list(days.columns), set_=ending))


def _key(table: sa.Table) -> sa.ColumnElement[int]:
    (key,) = table.primary_key
    return key
