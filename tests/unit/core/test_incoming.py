"""Tables as spreadsheets write them: encodings, separators, days; and what is no table."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.workbooks import cell, row, workbook
from tracker.core import letters
from tracker.core.files import incoming, worksheets
from tracker.core.files.incoming import Row, read
from tracker.core.files.kinds import ContentError
from tracker.core.files.sheets import stream_csv
from tracker.core.tables import Column

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
        TEXT.encode("utf-16-le"),  # without the mark
        TEXT.replace(",", "\t").encode("utf-16-be"),
        TEXT.encode("utf-32"),
        b"\xef\xbb\xbfsep=;\r\n" + TEXT.replace(",", ";").encode(),
        b"sep=|\n" + TEXT.replace(",", "|").replace("\r", "").encode(),
        ('"sep=,"\r\n' + TEXT).encode(),
        TEXT.encode() + b"\x1a",  # as programs of DOS end a file
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("SXD", "S\u200bX\u00adD\u2060").replace("Sở Y", "Sở\u00a0Y").encode(),
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
        b"Ten,Ma\r\n\xcf\xee,\xf0\xe8\xe2\xe5\xf2",  # Russian of before Unicode
        b"Ma,Ten\r\n",  # headings alone
        b"sep=;\r\nMa;Ten\r\n",
        b'a,b\r\n"open,1\r\n',
        b"a\r\n" + b"x," * 100 + b"x",
        b"a\r\n" + b"x\r\n" * (incoming.MOST_ROWS + 1),
        b"a" * (incoming.MOST_BYTES + 1),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ContentError) as refused:
        read(content, "bang.csv")
    assert refused.value.message is not None


DATES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd\\/mm\\/yyyy;@"/><numFmt numFmtId="165" formatCode="000"/>\
<numFmt numFmtId="166" formatCode="&quot;SD&quot;0"/></numFmts><cellXfs>'
)
STYLES = DATES + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 164, 165, 166, 14, 9, 1, 49, 11)) + "</cellXfs>"
GENERAL, DAY, ZEROS, TEXT_BEFORE, SHORT_DAY, PERCENT, WHOLE, AS_TEXT, SCIENTIFIC = range(9)


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        (cell("A2", "46357", "n", DAY), "2026-12-01"),
        (cell("A2", "46357.75", "n", SHORT_DAY), "2026-12-01"),
        (cell("A2", "2026-12-01T00:00:00", "d"), "2026-12-01"),
        (cell("A2", "12", "n"), "12"),
        (cell("A2", "1.50", "n"), "1.5"),
        (cell("A2", "1E3", "n"), "1000"),
        (cell("A2", "12", "n", WHOLE), "12"),
        (cell("A2", "12", "n", AS_TEXT), "12"),
        (cell("A2", "1", "b"), "TRUE"),
        (cell("A2", "SXD", "str", formula='"S"&amp;"XD"'), "SXD"),
        (cell("A2", "7", "n", formula="3+4"), "7"),
        (cell("A2", "S_x0058_D"), "SXD"),
        ('<c t="inlineStr"><is><r><t>S</t></r><r><t>X</t></r><rPh sb="0" eb="1"><t>es</t></rPh></is></c>', "SX"),
        (cell("A2", "0", "s"), "SYT"),
        ('<c r="A2" t="s"/><c r="B2" t="inlineStr"><is><t>SYT</t></is></c>', ""),
    ],
)
def test_a_cell_of_each_kind_is_read_as_one_sees_it(given: str, read_as: str) -> None:
    content = workbook(row(2, given), styles=STYLES, strings="<si><r><t>S</t></r><r><t>YT</t></r></si>")
    assert read(content, "a.xlsx").rows[0].cells[0] == read_as
    assert read(content, "a.xlsx").faults == ()


def test_what_cannot_be_shown_is_shown_as_lost() -> None:
    found = read(workbook(row(2, cell("A2", "S_xD800_X"), cell("B2", "2958465", "n"))), "a.xlsx")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 0)]
    assert found.rows[0].cells[0] == "S\ufffdX"


@pytest.mark.parametrize("last", ["2958465", "2957004", "2957003", "-1", "1e9"])
@pytest.mark.parametrize("since", ["0", "1"])
def test_a_day_beyond_all_calendars_is_a_number(last: str, since: str) -> None:
    given = workbook(row(2, cell("A2", last, "n", DAY)), styles=STYLES, properties=f'<workbookPr date1904="{since}"/>')
    assert read(given, "a.xlsx").rows[0].number == 2


def test_days_of_a_mac_are_four_years_later() -> None:
    content = workbook(row(2, cell("A2", "46357", "n", DAY)), styles=STYLES, properties='<workbookPr date1904="1"/>')
    assert read(content, "a.xlsx").rows[0].cells[0] == "2030-12-02"


ERRORS = (
    *("#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!"),
    *("#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA", "#NV", "#BEZUG!", "#PYTHON!", "#TIMEOUT!", "#EXTERNAL!"),
    *("#N/D", "#Н/Д", "#N/DISP", "#YOK", "#I/T", "#¡DIV/0!", "#¿NOMBRE?", "#IKKETILGJ.", "#REF"),  # other languages
)
FORMULAS = [
    '<c r="B2"><f>EDATE(F2,12)-1</f><v /></c>',
    '<c r="B2"><f>EDATE(F2,12)-1</f></c>',
    '<c r="B2" t="n"><f t="shared" si="0"/><v></v></c>',
    '<c r="B2" t="b"><f>A2=1</f><v></v></c>',
]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_no_empty_cell(error: str) -> None:
    for content in (
        workbook(row(2, cell("A2", "X"), cell("B2", error, "e"))),
        workbook(row(2, cell("A2", "X"), cell("B2", error))),
        f"code,name\nX,{error}".encode(),
    ):
        found = read(content, "a")
        assert [(fault.number, fault.place) for fault in found.faults] == [(2, 1)], error
        assert found.rows == (Row(2, ("X", error)),), "it is shown"


@pytest.mark.parametrize(
    "error", ["Err:502", "#####", "=A1+1", "\u200b=A1", "=VLOOKUP(A2;X;2)", "Loading...", "Đang tải…"]
)
def test_what_a_sheet_writes_in_place_of_a_value_is_none(error: str) -> None:
    found = read(f"code\tname\nX\t{error}".encode(), "a.csv")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 1)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_without_its_value_is_no_empty_cell(formula: str) -> None:
    found = read(workbook(row(2, cell("A2", "X"), formula)), "a.xlsx")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 1)]


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell() -> None:
    found = read(workbook(row(2, cell("A2", "X"), cell("B2", "", "str", formula='""'))), "a.xlsx")
    assert (found.rows, found.faults) == ((Row(2, ("X", "")),), ())


def test_a_zero_for_every_formula_is_no_value_where_the_program_says_that_it_reckons_nothing() -> None:
    rows = row(2, cell("A2", "X"), cell("B2", "0", "n", formula="1+1"))
    assert read(workbook(rows), "a.xlsx").faults == ()
    for said in ("fullCalcOnLoad='1'", "calcMode='manual' calcOnSave='0'"):
        told = read(workbook(rows, properties=f"<calcPr {said}/>"), "a.xlsx").faults
        assert [(fault.number, fault.place) for fault in told] == [(2, 1)]


def test_what_is_struck_through_is_told() -> None:
    fonts = '<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>'
    styles = (
        fonts + "<cellXfs>" + "".join(f'<xf numFmtId="0" fontId="{number}"/>' for number in range(3)) + "</cellXfs>"
    )
    cells = [cell(f"A{number + 2}", "X", style=number) for number in range(3)]
    found = read(workbook(*(row(number, one) for number, one in enumerate(cells, 2)), styles=styles), "a.xlsx")
    assert [(fault.number, fault.place) for fault in found.faults] == [(3, 0)]


@given(
    st.text(st.one_of(st.sampled_from("=+-@'|aở1 "), st.characters(categories=["Lu", "Nd"])), min_size=1, max_size=8)
)
def test_what_we_export_is_read_back_as_it_was(text: str) -> None:
    """Though a cell that a spreadsheet could run is written with an apostrophe in front."""
    name = letters.line(text)
    if not name or letters.fault(name) or incoming._ERROR.fullmatch(name):
        return
    columns = [Column("code", "code", value=lambda _row: "X"), Column("name", "name", value=str)]
    file = b"".join(stream_csv(columns, [name]))
    found = read(file, "a.csv")
    assert (found.rows[0].cells, found.faults) == (("X", name), ())


@pytest.mark.parametrize(
    ("value", "style"),
    [
        ("7", ZEROS),
        ("7", TEXT_BEFORE),
        ("0.5", PERCENT),
        ("12345", SCIENTIFIC),
        ("1234567890123456789", GENERAL),
        ("1E-999999999", GENERAL),
        ("1E999999999", DAY),
    ],
)
def test_a_number_that_shows_as_something_else_is_told(value: str, style: int) -> None:
    found = read(workbook(row(2, cell("A2", value, "n", style)), styles=STYLES), "a.xlsx")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 0)]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"rows": row(2, cell("A2", "X"), more='hidden="1"')}, (2, None)),
        ({"rows": row(2, cell("A2", "X"), more='ht="0" customHeight="1"')}, (2, None)),
        ({"before": '<cols><col min="1" max="1" hidden="1"/></cols>'}, (1, 0)),
        ({"before": '<cols><col min="2" max="2" width="0" customWidth="1"/></cols>'}, (1, 1)),
        ({"behind": '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'}, (2, 0)),
        ({"behind": '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'}, (1, 0)),
    ],
)
def test_what_one_does_not_see_does_not_come_in_unsaid(more: dict[str, str], where: tuple[int, int | None]) -> None:
    more = {"rows": row(2, cell("A2", "X")), **more}
    found = read(workbook(more.pop("rows"), **more), "a.xlsx")  # type: ignore[arg-type]
    assert [(fault.number, fault.place) for fault in found.faults] == [where]


def test_names_of_elements_may_have_a_prefix() -> None:
    """As programs on .NET write them, and those that keep to the strict kind of the standard."""
    content = workbook(row(2, cell("A2", "X")), strings="<si><t>x</t></si>")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            if name.startswith("xl/") and not name.endswith(".rels"):
                text = re.sub(r"<(/?)(?=\w)", r"<\1x:", text).replace(' xmlns="', ' xmlns:x="')
            archive.writestr(name, text.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml"))
    assert read(file.getvalue(), "a.xlsx").rows == read(content, "a.xlsx").rows


def test_hidden_rows_and_columns_in_which_nothing_stands_are_nothing() -> None:
    before = '<cols><col min="3" max="16384" hidden="1"/></cols>'
    behind = '<mergeCells><mergeCell ref="D5:E9"/></mergeCells>'
    hidden = row(3, cell("A3", " "), more='hidden="1"')
    found = read(workbook(row(2, cell("A2", "X")), hidden, before=before, behind=behind), "a.xlsx")
    assert (found.rows, found.faults) == ((Row(2, ("X", "")),), ())


def test_rows_that_a_filter_hides_are_told() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, name in enumerate(["code", "A", "B", "C"]):
        sheet.write(number, 0, name)
    sheet.autofilter(0, 0, 3, 0)
    sheet.filter_column(0, "x == B")
    for number in (1, 3):
        sheet.set_row(number, options={"hidden": True})
    book.close()
    found = read(file.getvalue(), "a.xlsx")
    assert [fault.number for fault in found.faults] == [2, 4]


def test_the_first_sheet_that_one_sees_is_read_and_the_others_are_named() -> None:
    sheets = [("2024", "veryHidden"), ("2025", "hidden"), ("2026", "visible"), ("Ghi chú", "visible")]
    found = read(workbook(row(2, cell("A2", "X")), sheets=sheets), "a.xlsx")
    assert (found.sheet, found.unread, found.rows) == ("2026", ("Ghi chú",), (Row(2, ("X", "")),))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (workbook(sheets=[("A", "hidden")]), "a.xlsx", "visible"),
        (workbook(), "a.xlsx", "below the headings"),
        (workbook(sheets=[("Bìa", "visible"), ("2026", "visible")]), "a.xlsx", "“Bìa” holds no table"),
        (b'code,name\nA,B\nC,"open\n', "a.csv", "Row 3 "),
        (b'code,name\nA,"B"x\n', "a.csv", "Row 2 "),
        (workbook(row(2, cell("BJ2", "x"))), "a.xlsx", "BJ2"),
        (workbook(row(1048575, cell("XFD1048575", "x"))), "a.xlsx", "XFD1048575"),
        (workbook(*(row(n, cell(f"A{n}", "x")) for n in range(2, 5003))), "a.xlsx", "5000 rows"),
        (workbook(row(2, cell("A2", "9", "s")), strings=""), "a.xlsx", "damaged"),
        (workbook(row(2, cell("A2", "-1", "s")), strings="<si><t>x</t></si>"), "a.xlsx", "damaged"),
        (workbook(row(2, cell("A2", "x", "n"))), "a.xlsx", "damaged"),
        (workbook(row(2, cell("2A", "x"))), "a.xlsx", "damaged"),
        (workbook(row(2, "<c")), "a.xlsx", "damaged"),
        (workbook(row(2, cell("A2", "x"), cell("A2", "y"))), "a.xlsx", "damaged"),
        (workbook(row(2, cell("A2", "x")), row(2, cell("A2", "y"))), "a.xlsx", "damaged"),
        (workbook(strings='<!DOCTYPE a [<!ENTITY b "c">]>&b;'), "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
        (b"<html><table><tr><td>code", "a.xls", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "a.xls", "web page"),
        (b"%PDF-1.4\n%%EOF\n", "a.xlsx", "Excel file (.xlsx) or CSV"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a.xlsx", "Excel file (.xlsx) or CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(content, name)
    assert said in str(refused.value.message)


def test_cells_in_which_nothing_stands_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worksheets, "MOST_CELLS", 10)
    with pytest.raises(ContentError, match="too many cells"):
        read(workbook(row(2, "<c/>" * 9)), "a.xlsx")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_letters_of_old_fonts_are_told_by_row(encoding: str) -> None:
    text = "code,name\r\nSXD,Së X©y dùng\r\nSYT,So Y te\r\n"
    found = read(text.encode(encoding), "a.csv")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 1)]
    assert "TCVN3" in str(found.faults[0].message)


def test_a_long_cell_is_told_by_row_and_cut() -> None:
    found = read(b"code,name\r\nSXD," + b"x" * 2000, "a.csv")
    assert [(fault.number, fault.place) for fault in found.faults] == [(2, 1)]
    assert len(found.rows[0].cells[1]) == incoming.LONGEST_CELL


PIECES = [
    "<",
    ">",
    '"',
    "&",
    "</c>",
    "<c>",
    "<f>",
    't="e"',
    's="99"',
    's="-1"',
    'r="ZZZZ9"',
    'min="x"',
    "1e999",
    "-",
    "9" * 50,
]


@settings(max_examples=60, deadline=None)
@given(where=st.integers(0, 2_000), what=st.sampled_from(PIECES), cut=st.integers(0, 6))
def test_whatever_is_changed_in_a_sheet_it_is_read_or_refused(where: int, what: str, cut: int) -> None:
    inner = row(2, cell("A2", "46357", "n", DAY), cell("B2", "0", "s"), cell("C2", "", "n", formula="1+1"))
    whole = f'<cols><col min="1" max="2" hidden="1"/></cols>|{inner}|<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'
    where %= len(whole)
    before, rows, behind = (whole[:where] + what + whole[where + cut :] + "||").split("|")[:3]
    content = workbook(rows, before=before, behind=behind, styles=STYLES, strings="<si><t>x</t></si>")
    with contextlib.suppress(ContentError):
        assert read(content, "a.xlsx").rows
