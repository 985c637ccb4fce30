"""CSV of what a list shows, streamed row by row. Knows no web framework; `downloads` sends it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tracker.core.clock import VIETNAM
from tracker.core.tables import Column, ListQuery

BOM = "\ufeff"  # by this Excel knows that the file is UTF-8
ROWS_A_CHUNK = 1000
# A cell that begins so may be run as a formula by a spreadsheet; an apostrophe in front makes it text.
FORMULA_SIGNS = frozenset("=+-@\t\r\n|＝＋－＠")


def stream_csv(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """The lines of a CSV file, in chunks of some thousand rows: UTF-8 with BOM, commas, CRLF, headings first.

    Numbers are written plainly (1447.5), days as 2021-06-20, instants with Vietnam's offset. Headings are translated
    when this is called, cells when they are read.
    """
    return _lines([cell(str(column.label)) for column in columns], [column.getter for column in columns], rows)


def _lines(headings: list[Any], getters: list[Callable[[Any], Any]], rows: Iterable[Any]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    write = csv.writer(buffer).writerow
    buffer.write(BOM)
    write(headings)
    for count, row in enumerate(rows, start=1):
        write([cell(get(row)) for get in getters])
        if count % ROWS_A_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def cell(value: Any) -> Any:
    """A value as it stands in a cell: text guarded against formulas, numbers plain, nothing for none."""
    write = _WRITERS.get(type(value))
    return write(value) if write else guarded(str(value))


def guarded(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet could take it for a formula, or a reader of ours an
    apostrophe of its own for that one."""
    bare = text.lstrip("'")
    first = bare[:1]
    if first not in FORMULA_SIGNS and not first.isspace():
        return text
    return "'" + text if first in FORMULA_SIGNS or bare.lstrip()[:1] in FORMULA_SIGNS else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` has put in front."""
    return text[1:] if text[:1] == "'" and guarded(text[1:]) == text else text


def _as_it_is(value: Any) -> Any:
    return value


# By exact type, which is what a hundred thousand rows have time for.
_WRITERS: dict[type, Callable[[Any], Any]] = {
    str: guarded,
    int: _as_it_is,
    type(None): _as_it_is,
    bool: int,
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    datetime: lambda value: value.astimezone(VIETNAM).isoformat(timespec="seconds"),
}


def in_order(statement: sa.Select[Any], query: ListQuery) -> sa.Select[Any]:
    """Everything that a list query asks for, in its order and without pages: a file is in the order of its page."""
    ordered = []
    for key in query.keys():  # noqa: SIM118 - no mapping
        column = key.expression.desc() if query.descending else key.expression.asc()
        ordered.append(column.nulls_last() if key.nullable else column)
    return statement.where(*query.conditions()).order_by(*ordered)


def every_row(engine: sa.Engine, statement: sa.Select[Any], query: ListQuery) -> Iterator[sa.Row[Any]]:
    """All rows of a list, on whatever page they stand, streamed in its order."""
    return stream_rows(engine, in_order(statement, query))


def stream_rows(engine: sa.Engine, statement: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    """The rows of a statement by a server-side cursor, on a connection of their own that closes with them.

    It needs no session, so it outlives the request in which it began.
    """
    with engine.connect() as connection:
        streaming = connection.execution_options(stream_results=True, yield_per=ROWS_A_CHUNK)
        yield from streaming.execute(statement)
