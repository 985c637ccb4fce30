"""The digest of a fact: what its record holds of it, so that a changed, added or removed one shows.

A column without a value is no part of it, so that one that a later version adds leaves older digests as they are.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from tracker.core.db.database import Base, Figure, Json
from tracker.core.db.facts import Sealed, declared, of_table

SIZE = 20  # bytes of SHA-256 that are kept: nobody finds another fact with the same ones
Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact by its kind and number, and its digest."""

    kind: str
    id: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Kind:
    """How facts of one kind are read: their table, which rows, and each column with how it is written."""

    name: str
    table: sa.Table
    where: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def digest(self, row: Row) -> bytes:
        """Of a row, by the names of its columns: as one hands it to the database, or as it is stored."""
        values = {
            name: value if write is None else write(value)
            for name, write in self.columns
            if (value := row.get(name)) is not None
        }
        text = json.dumps([self.name, values], ensure_ascii=False, separators=(",", ":"), default=repr)
        return hashlib.sha256(text.encode()).digest()[:SIZE]

    def select(self, *conditions: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
        """Its facts as they are stored, by number: a forged value must not stop whoever looks for it."""
        columns = (sa.type_coerce(self.table.c[name], sa.String).label(name) for name, _write in self.columns)
        return sa.select(*columns).where(sa.text(self.where), *conditions).order_by(self.table.c.id)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of fact by its name."""
    found = (kind for table, _facts in declared(Base.metadata) for kind, _sealed in of(table))
    return {kind.name: kind for kind in found}


@cache
def of(table: sa.Table) -> tuple[tuple[Kind, Sealed], ...]:
    """The kinds of fact that rows of a table hold."""
    facts = of_table(table)
    return tuple((_kind(table, sealed), sealed) for sealed in (facts.sealed if facts else ()))


def facts_of(table: sa.Table, rows: Sequence[Row]) -> Iterator[Fact]:
    """The facts in rows of a table, each with its id, as they were handed to the database."""
    for kind, sealed in of(table):
        some = rows if sealed.where == "TRUE" else [row for row in rows if _is(sealed, row)]
        for row in some:
            yield Fact(kind.name, row["id"], kind.digest(row))


def of_rows(model: type[Base], rows: Sequence[Row]) -> Iterator[Fact]:
    """The same, of a model's rows."""
    return facts_of(cast(sa.Table, model.__table__), rows)


def of_objects(*objects: Base) -> Iterator[Fact]:
    """The facts in rows that the session holds and has written."""
    for one in objects:
        mapper = sa.inspect(type(one))
        row = {column.name: getattr(one, mapper.get_property_by_column(column).key) for column in mapper.columns}
        yield from of_rows(type(one), [row])


def _is(sealed: Sealed, row: Row) -> bool:
    """`where` says of one column that it is not empty."""
    column = sealed.where.removesuffix(" IS NOT NULL")
    return row.get(column) is not None


def _kind(table: sa.Table, sealed: Sealed) -> Kind:
    names = sorted(column.name for column in table.columns if sealed.has(column.name))
    return Kind(sealed.kind, table, sealed.where, tuple((name, _writer(table.c[name].type)) for name in names))


def _writer(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """How a value is written: the same for what is handed to the database and for what either database gives back."""
    if isinstance(kind, Json):
        return _json
    plain = kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind
    if isinstance(plain, sa.DateTime):
        return _instant
    if isinstance(plain, sa.Date):
        return _day
    if isinstance(plain, sa.Boolean):
        return _yes
    return _figure if isinstance(kind, Figure) else None


def _json(value: Any) -> str:
    return str(value if isinstance(value, str) else Json.written(value))


def _instant(value: Any) -> str:
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return str(value)
    at: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _yes(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _figure(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
