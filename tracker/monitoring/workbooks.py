"""Any list as sheets of one XLSX file, row by row with bounded memory. What a sheet says is its caller's."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

from tracker.core.tables import Column

MOST_ROWS = 1_048_000
_KEPT_IN_MEMORY = 4 * 1024 * 1024
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Any]]], comments: str) -> IO[bytes]:
    """(title, columns, rows) of each sheet as a file, at its beginning. Nothing is taken for a formula or a link."""
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    book = xlsxwriter.Workbook(file, _OPTIONS)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for title, columns, rows in sheets:
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 16)
        sheet.write_row(0, 0, [str(column.label) for column in columns], bold)
        getters, last = [column.getter for column in columns], 0
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                break
            last = number
            for place, get in enumerate(getters):
                _write(sheet, number, place, get(row), day)
        sheet.autofilter(0, 0, max(1, last), len(columns) - 1)
    book.set_properties({"comments": comments})
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, Decimal | int):
        sheet.write_number(row, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime.combine(value, time.min), day)
    else:
        sheet.write_string(row, place, str(value))
