"""Tables as spreadsheets write them: encodings, separators, days; and what is no table."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tracker.core.files import incoming
from tracker.core.files.incoming import Row, read
from tracker.core.files.kinds import ContentError

TEXT = "Mã,Tên\r\nSXD,Sở Xây dựng\r\n\r\nSYT,Sở Y tế\r\n"
READ = (Row(2, ("SXD", "Sở Xây dựng")), Row(4, ("SYT", "Sở Y tế")))
# Windows-1258 writes tones as marks of their own, behind the letter.
CP1258 = "Ma\u0303,Tên\r\nSXD,Sơ\u0309 Xây dư\u0323ng\r\n\r\nSYT,Sơ\u0309 Y tê\u0301\r\n".encode("cp1258")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),  # Excel's “Unicode text”
        b"\xfe\xff" + TEXT.replace(",", "\t").encode("utf-16-be"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("SXD", '"SXD"').encode(),
        CP1258,
    ],
)
def test_the_same_table_in_each_way_of_writing_it(content: bytes) -> None:
    found = read(content, "bang.csv")
    assert found.headings == ("Mã", "Tên")
    assert found.rows == READ


def test_cells_of_excel_are_read_as_they_would_be_typed() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Mã", "Ngày", "Số", "Ô"])
    sheet.write(1, 0, 12)
    sheet.write_datetime(1, 1, date(2026, 1, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write(1, 2, 1.5)
    sheet.write(1, 3, "  hai   dấu cách ")
    sheet.write(4, 0, "cuối")
    book.close()
    found = read(file.getvalue(), "bang.xlsx")
    assert found.rows == (
        Row(2, ("12", date(2026, 1, 31).isoformat(), "1.5", "hai dấu cách")),
        Row(5, ("cuối", "", "", "")),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n,,\r\n",
        b"%PDF-1.4\n%%EOF\n",
        b"PK\x03\x04 no archive at all",
        b"<html><body>",
        b"a,b\r\n\x00,1",
        "Mã,Tên\r\nSXD,Së X©y dùng".encode("cp1252"),  # TCVN3, a font that draws other letters
        b'a,b\r\n"open,1\r\n',
        b"a\r\n" + b"x" * 2000,
        b"a\r\n" + b"x\r\n" * (incoming.MOST_ROWS + 1),
        b"a" * (incoming.MOST_BYTES + 1),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ContentError) as refused:
        read(content, "bang.csv")
    assert refused.value.message is not None
