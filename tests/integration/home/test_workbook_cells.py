"""Cells as programs write them that say nothing for certain: each is told beside its cell, none is guessed, and what
stands there stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories.filled_workbooks import SHEET, Value, filled, packed, parts_of, place_of, table
from tests.integration.home.conftest import Browser, Town
from tests.integration.home.test_workbook import BOOK, T01, T02, downloaded, drafts, given, refused, sent, text, write
from tracker.agencies.offices import Office

pytestmark = pytest.mark.one_database

STYLES = "xl/styles.xml"


@pytest.fixture
def officer(town: Town) -> Browser:
    return town.browser("SXD", Office.OFFICER)


def shown_as(content: bytes, place: str, value: str, form: str) -> bytes:
    """A number in a cell of another format, as Excel changes it when somebody types 33,3% or 3/5."""
    parts = parts_of(content)
    styles = parts[STYLES].decode()
    count = len(re.findall(r"<xf ", styles.partition("<cellXfs")[2].partition("</cellXfs>")[0]))
    styles = styles.replace("</cellXfs>", f'<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0"/></cellXfs>')
    return filled(
        packed(parts | {STYLES: styles.encode()}), {}, raw={place: f'<c r="{place}" s="{count}"><v>{value}</v></c>'}
    )


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="{place}" t="e"><v>#DIV/0!</v></c>', "lỗi"),
        ('<c r="{place}" t="e"><f>1/0</f><v>#N/A</v></c>', "lỗi"),
        ('<c r="{place}"><f>SUM(E4:E5)</f></c>', "công thức"),
        ('<c r="{place}" t="inlineStr"><is><t>=1+1</t></is></c>', "công thức"),
        ('<c r="{place}"><v>1234567890123456</v></c>', "Excel đã cắt"),
    ],
)
def test_a_cell_without_a_value_is_told_and_not_taken(officer: Browser, session: Session, cell: str, told: str) -> None:
    write(officer, T01, value="30")
    content = downloaded(officer)
    place = place_of(content, "T01", "value")
    page = sent(officer, filled(content, {}, raw={place: cell.format(place=place)}))
    assert "1 ô của tệp không được lấy" in page
    assert told in page.casefold() or told in page, page
    assert drafts(session)["T01"].typed == {"value": "30"}
    assert "Lưu 1 số liệu" not in page


def test_a_percentage_and_a_day_are_asked_for_anew(officer: Browser) -> None:
    content = downloaded(officer)
    place = place_of(content, "T01", "value")
    assert "chứa giá trị 0,333" in sent(officer, shown_as(content, place, "0.333", "10"))
    assert "Trong ô là một ngày (03/05/2021)" in sent(officer, shown_as(content, place, "44319", "14"))
    assert "Lưu" not in officer.page.partition("t-actions")[2][:200]


def test_numbers_as_text_are_read_by_the_custom_of_the_file_and_told(officer: Browser, session: Session) -> None:
    content = given(downloaded(officer), {("T01", "value"): "3.330", ("T02", "numerator"): "33.3"})
    page = sent(officer, content)
    assert "Ô đang ở dạng văn bản, được đọc là 3.330" in page
    assert "Viết phần thập phân sau dấu phẩy" in page, "what is no number is told as everywhere"
    officer.post(BOOK + "/keep")
    assert drafts(session)["T01"].typed == {"value": "3.330"}
    assert drafts(session)["T02"].typed == {"numerator": "33.3"}


def test_all_faults_at_once(officer: Browser) -> None:
    content = downloaded(officer)
    cells = {
        place_of(content, "T01", "value"): '<c r="{}" t="e"><v>#REF!</v></c>',
        place_of(content, "T02", "numerator"): '<c r="{}" t="e"><v>#N/A</v></c>',
        place_of(content, "T03", "as_at"): '<c r="{}" t="e"><v>#N/A</v></c>',
    }
    page = sent(officer, filled(content, {}, raw={place: cell.format(place) for place, cell in cells.items()}))
    assert "3 ô của tệp không được lấy" in page


def test_rows_that_are_not_ours_are_shown_and_not_lost(officer: Browser) -> None:
    content = downloaded(officer)
    first, second, third = (seal_of(content, code) for code in ("T01", "T02", "T03"))
    changed: dict[str, Value] = {first: seals(content)[first][:-2] + "zz", second: seals(content)[third]}
    changed |= {"C40": "Tổng cộng", "E40": 99}
    page = sent(officer, filled(content, changed))
    assert "3 dòng của tệp không được lấy" in page
    assert "Tổng cộng | 99" in page
    assert "Ô ẩn của dòng này đã bị sửa" in page
    assert "Chỉ tiêu này đã có ở dòng" in page
    assert "2 số liệu của biểu không có trong tệp" in page


def seal_of(content: bytes, code: str) -> str:
    """The hidden cell of a target's row."""
    return "A" + place_of(content, code, "code")[1:]


def seals(content: bytes) -> dict[str, str]:
    return {f"A{number}": str(row[0]) for number, row in enumerate(table(content), start=1)}


def test_a_row_of_another_sheet_is_not_taken(town: Town, officer: Browser) -> None:
    other = downloaded_of(town.browser("SNV", Office.HEAD), "SNV")
    content = downloaded(officer)
    seal = seals(other)[seal_of(other, "T01")]
    page = sent(officer, filled(content, {seal_of(content, "T01"): seal}))
    assert "Ô ẩn của dòng này đã bị sửa, hoặc dòng này lấy từ biểu khác" in page


def downloaded_of(browser: Browser, code: str) -> bytes:
    content: bytes = browser.client.get(f"/sheets/{code}/2021-H1/workbook.xlsx").data
    return content


def test_a_cell_that_a_figure_does_not_have_is_shown(officer: Browser) -> None:
    page = sent(officer, given(downloaded(officer), {("T02", "value"): 95}))
    assert "Số liệu: 95 Số liệu này không có ô đó" in page


def test_a_column_that_was_deleted_changes_nothing(officer: Browser, session: Session) -> None:
    write(officer, T02, numerator="85", denominator="90", narrative="Giữ lại")
    content = downloaded(officer)
    column = place_of(content, "T02", "narrative")[0]
    parts = parts_of(content)
    sheet = re.sub(rf'<c r="{column}\d+"[^>]*?(?:/>|>.*?</c>)', "", parts[SHEET].decode(), flags=re.DOTALL)
    page = sent(officer, packed(parts | {SHEET: sheet.encode()}))
    assert "Tệp thiếu các cột sau" in page
    assert "Tệp không thay đổi gì" in page


def test_a_row_that_a_filter_hides_is_not_taken_without_being_seen(officer: Browser) -> None:
    content = given(downloaded(officer), {("T01", "value"): 20})
    number = place_of(content, "T01", "value")[1:]
    parts = parts_of(content)
    sheet = parts[SHEET].decode().replace(f'<row r="{number}"', f'<row r="{number}" hidden="1"', 1)
    assert "Dòng này đang bị ẩn" in sent(officer, packed(parts | {SHEET: sheet.encode()}))


def test_what_the_rules_say_stands_beside_and_the_draft_is_kept(officer: Browser, session: Session) -> None:
    page = sent(officer, given(downloaded(officer), {("T02", "numerator"): 90, ("T02", "denominator"): 80}))
    assert "Số đạt lớn hơn tổng số" in page
    officer.post(BOOK + "/keep")
    assert drafts(session)["T02"].typed == {"numerator": "90", "denominator": "80"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("error_cell.xlsx", "không phải là bảng tính của biểu"),
        ("formula_without_value.xlsx", "không phải là bảng tính của biểu"),
        ("stray_far_cell.xlsx", "không phải là bảng tính của biểu"),
        ("hidden_first_sheet.xlsx", "Không đọc các trang tính ẩn"),
        ("code_as_number_format.xlsx", "không phải là bảng tính của biểu"),
        ("tcvn3.xlsx", "không phải là bảng tính của biểu"),
        ("honest_chart.xlsx", "không phải là bảng tính của biểu"),
        ("sep_line.csv", "Đây không phải bảng tính Excel"),
    ],
)
def test_files_of_the_trials_are_refused_by_a_sentence(officer: Browser, shared: Path, name: str, told: str) -> None:
    assert told in refused(officer, (shared / "data/trials" / name).read_bytes(), name)


def test_a_stray_cell_far_beside_our_table_is_named(officer: Browser) -> None:
    content = downloaded(officer)
    stray = '<row r="1048575"><c r="XFD1048575"><v>1</v></c></row></sheetData>'
    parts = parts_of(content)
    sheet = parts[SHEET].decode().replace("</sheetData>", stray)
    assert "XFD1048575" in refused(officer, packed(parts | {SHEET: sheet.encode()}))


def test_letters_that_cannot_be_taken_are_told_beside_their_cell(officer: Browser) -> None:
    page = sent(officer, given(downloaded(officer), {("T01", "narrative"): "§· c¾t gi¶m thñ tôc hµnh chÝnh"}))
    assert "1 ô của tệp không được lấy" in page, text(page)
