"""XLSX of what lists show, written row by row in bounded memory. Knows no web framework; `downloads` sends it."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from tracker.core.clock import VIETNAM
from tracker.core.tables import Column

MOST_ROWS = 1_048_000  # a sheet takes few more
LONGEST_TITLE = 31
WIDTH = 18
_KEPT_IN_MEMORY = 4 * 1024 * 1024
OPTIONS = {  # nothing that somebody typed is taken for a formula, a link or a number
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file. `widths` of its columns are in characters; those that are not given have the usual one."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    widths: Sequence[int] = ()


def workbook(sheets: Iterable[Sheet], comments: str | None = None) -> IO[bytes]:
    """The sheets as a file, at its beginning; `comments` stand in its properties.

    Days and instants (in Vietnam's time) are dates there, decimals show two places.
    """
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    book = xlsxwriter.Workbook(file, OPTIONS)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
    for one in sheets:
        _fill(book.add_worksheet(one.title[:LONGEST_TITLE]), one, heading, formats)
    if comments:
        book.set_properties({"comments": comments})
    book.close()
    file.seek(0)
    return file


def _fill(sheet: Any, one: Sheet, heading: Any, formats: dict[type, Any]) -> None:
    write = _writer(sheet, formats)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(one.columns) - 1, WIDTH)
    for place, width in enumerate(one.widths):
        sheet.set_column(place, place, width)
    sheet.write_row(0, 0, [str(column.label) for column in one.columns], heading)
    getters, last = [column.getter for column in one.columns], 0
    for last, row in enumerate(one.rows, start=1):
        if last > MOST_ROWS:
            break
        for place, get in enumerate(getters):
            write(last, place, get(row))
    sheet.autofilter(0, 0, max(1, min(last, MOST_ROWS)), len(one.columns) - 1)


_FORMATS: dict[type, str] = {date: "dd/mm/yyyy", datetime: "dd/mm/yyyy hh:mm:ss", Decimal: "0.00"}


def _writer(sheet: Any, formats: dict[type, Any]) -> Callable[[int, int, Any], None]:
    def write(row: int, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, place, value.astimezone(VIETNAM).replace(tzinfo=None), formats[datetime])
        elif isinstance(value, date):
            sheet.write_datetime(row, place, datetime.combine(value, time.min), formats[date])
        elif isinstance(value, Decimal):
            sheet.write_number(row, place, value, formats[Decimal])
        elif isinstance(value, int):
            sheet.write_number(row, place, value)
        else:
            sheet.write_string(row, place, str(value))

    return write
