"""XLSX of what a list shows, written row by row in bounded memory. Knows no web framework; `downloads` sends it."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from tracker.core.clock import VIETNAM
from tracker.core.tables import Column

MOST_ROWS = 1_048_000  # a sheet takes few more
LONGEST_TITLE = 31
_KEPT_IN_MEMORY = 4 * 1024 * 1024
_OPTIONS = {  # nothing that somebody typed is taken for a formula, a link or a number
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(columns: Sequence[Column], rows: Iterable[Any], title: str) -> IO[bytes]:
    """The rows as a file with one sheet, at its beginning. Days and instants (in Vietnam's time) are dates there."""
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    book = xlsxwriter.Workbook(file, _OPTIONS)
    sheet = book.add_worksheet(title[:LONGEST_TITLE])
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    write = _writer(sheet, book)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 18)
    sheet.write_row(0, 0, [str(column.label) for column in columns], heading)
    getters, last = [column.getter for column in columns], 0
    for last, row in enumerate(rows, start=1):
        if last > MOST_ROWS:
            break
        for place, get in enumerate(getters):
            write(last, place, get(row))
    sheet.autofilter(0, 0, max(1, min(last, MOST_ROWS)), len(columns) - 1)
    book.close()
    file.seek(0)
    return file


def _writer(sheet: Any, book: Any) -> Callable[[int, int, Any], None]:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})

    def write(row: int, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, place, value.astimezone(VIETNAM).replace(tzinfo=None), instant)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, datetime.combine(value, time.min), day)
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, place, value)
        else:
            sheet.write_string(row, place, str(value))

    return write
