"""What of a table's rows never changes, declared beside the model: the database refuses to change it
(`audit.triggers`), and its digest stands in the record of who did it (`audit.digests`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_KEY = "facts"


@dataclass(frozen=True, slots=True)
class Change:
    """Columns that may change all the same, in rows of which `when` is true (SQL that both databases read, on OLD and
    NEW)."""

    columns: tuple[str, ...]
    when: str = "TRUE"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One fact in a row: the columns `only` (the id among them), or all but `without`, of rows that are `where`."""

    kind: str
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    where: str = "TRUE"

    def has(self, column: str) -> bool:
        """Whether a column is part of it."""
        return column in self.only if self.only else column not in self.without


@dataclass(frozen=True, slots=True)
class Facts:
    """What is sealed of each row of a table, what may change all the same, and which rows may be removed."""

    sealed: tuple[Sealed, ...]
    changes: tuple[Change, ...] = ()
    removable: str | None = None  # SQL, on OLD; none: no row ever is

    @property
    def never_change(self) -> bool:
        """Whether rows are added and read, and nothing else."""
        return not self.changes and self.removable is None

    @property
    def free(self) -> tuple[str, ...]:
        """Every column that may change at some time."""
        return tuple(column for change in self.changes for column in change.columns)


def facts(*sealed: Sealed, changes: tuple[Change, ...] = (), removable: str | None = None) -> dict[str, Any]:
    """For the end of a model's `__table_args__`."""
    return {"info": {_KEY: Facts(sealed, changes, removable)}}


def told_once(kind: str, later: str, columns: tuple[str, ...]) -> dict[str, Any]:
    """The same, of rows of which one thing more is told later, once: `columns`, of which the first says that it was."""
    told = f"{columns[0]} IS NOT NULL"
    return facts(
        Sealed(kind, without=columns),
        Sealed(later, only=("id", *columns), where=told),
        changes=(Change(columns, when=f"OLD.{columns[0]} IS NULL"),),
    )


def declared(metadata: sa.MetaData) -> Iterator[tuple[sa.Table, Facts]]:
    """Every table that holds facts, each after those that it points at."""
    return ((table, table.info[_KEY]) for table in metadata.sorted_tables if _KEY in table.info)


def of_table(table: sa.Table) -> Facts | None:
    """What a table declares, if it does."""
    found: Facts | None = table.info.get(_KEY)
    return found
