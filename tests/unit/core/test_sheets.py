"""CSV: guarded against formulas, numbers plain, streamed in chunks."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest

from tracker.core.files.sheets import ROWS_A_CHUNK, cell, stream_csv
from tracker.core.tables import Column


class Mark(StrEnum):
    ODD = "=odd"


COLUMNS = (Column("name", "Tên"), Column("figure", "Số liệu", value=lambda row: row.figure))


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+84 123", "'+84 123"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r\n=1", "'\r\n=1"),
        ("  =cmd|'/C calc'!A0", "'  =cmd|'/C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("|x", "'|x"),
        ("Sở Nội vụ", "Sở Nội vụ"),
        ("a=b", "a=b"),
        ("", ""),
        (" ", " "),
        (" a", " a"),
        (True, 1),
        (Mark.ODD, "'=odd"),
        (None, None),
        (-2, -2),
        (Decimal("-1447.50"), "-1447.50"),
        (Decimal("1E+3"), "1000"),
        (date(2021, 6, 20), "2021-06-20"),
        (datetime(2021, 6, 20, 17, 0, tzinfo=UTC), "2021-06-21T00:00:00+07:00"),
    ],
)
def test_cells(value: Any, written: Any) -> None:
    assert cell(value) == written


def test_headings_and_rows_are_utf_8_that_excel_knows() -> None:
    rows = [SimpleNamespace(name='Sở "A", B', figure=Decimal("85.28")), SimpleNamespace(name="x\ny", figure=None)]
    content = b"".join(stream_csv(COLUMNS, rows))
    assert content.startswith(b"\xef\xbb\xbf")
    assert table(content) == [["Tên", "Số liệu"], ['Sở "A", B', "85.28"], ["x\ny", ""]]


def test_rows_are_read_as_they_are_sent() -> None:
    read = 0

    def rows() -> Iterator[Any]:
        nonlocal read
        for number in range(5 * ROWS_A_CHUNK):
            read += 1
            yield SimpleNamespace(name="x", figure=number)

    lines = stream_csv(COLUMNS, rows())
    next(lines)
    assert read == ROWS_A_CHUNK
    assert len(table(b"\xef\xbb\xbf" + b"".join(lines))) == 4 * ROWS_A_CHUNK
