"""A sheet as a workbook: taken along, filled in, merged with what others wrote meanwhile, seen, and kept."""

from __future__ import annotations

import html
import io
import re
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.filled_workbooks import Value, filled, packed, parts_of, place_of, table
from tests.integration.home.conftest import Browser, Town
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.progress.merging.models import CellMerge
from tracker.progress.models import Draft, Report

SHEET = "/sheets/SXD/2021-H1"
BOOK = SHEET + "/workbook"
CHOSEN: dict[str, Any] = {"side:target-SXD-T01:figure": "yours"}
T01 = "/figures/target-SXD-T01/2021-H1"
T02 = "/figures/target-SXD-T02/2021-H1"


def downloaded(browser: Browser) -> bytes:
    response = browser.client.get(BOOK + ".xlsx")
    assert response.status_code == 200, response.status_code
    content: bytes = response.data
    return content


def given(content: bytes, values: dict[tuple[str, str], Value]) -> bytes:
    """The file with other values: (code of the target, field) → value."""
    return filled(content, {place_of(content, *where): value for where, value in values.items()})


def sent(browser: Browser, content: bytes, name: str = "sheet.xlsx") -> str:
    """The page that shows what the file comes to."""
    browser.get(BOOK)
    address = browser.post(BOOK, file=(io.BytesIO(content), name)).location
    return text(browser.get(address))


def refused(browser: Browser, content: bytes, name: str = "sheet.xlsx", address: str = BOOK) -> str:
    """What stands beside the field of a file that is not taken."""
    browser.get(address)
    browser.post(address, status=422, file=(io.BytesIO(content), name))
    start = browser.page.index('id="file-error"')
    return text(browser.page[start : browser.page.index("</p>", start)])


def text(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page[max(0, page.find("<main")) :]).split()))


def drafts(session: Session) -> dict[str, Draft]:
    session.rollback()
    session.expire_all()
    return {row.target.code: row for row in session.scalars(sa.select(Draft).options(sa.orm.joinedload(Draft.target)))}


def write(browser: Browser, address: str, **typed: Any) -> None:
    browser.get(address)
    browser.post(address, do="save", **typed)


def test_a_workbook_holds_numbers_as_numbers_and_goes_round_unchanged(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    write(officer, T01, value="1.447,5", narrative="Dòng một\nDòng hai")
    write(officer, T02, numerator="85", denominator="1x0")
    content = downloaded(officer)
    rows = table(content)
    by_code = {row[rows[0].index("code")]: dict(zip(rows[0], row, strict=True)) for row in rows}
    assert by_code["T01"]["value"] == 1447.5
    assert by_code["T01"]["narrative"] == "Dòng một\nDòng hai"
    assert by_code["T02"]["numerator"] == 85.0
    assert by_code["T02"]["denominator"] == "1x0", "what is no number stays as it was typed"
    assert by_code["T02"]["state"] == "Cần sửa"
    page = sent(officer, content)
    assert "Tệp không thay đổi gì" in page
    before = {code: (draft.version, draft.typed) for code, draft in drafts(session).items()}
    assert before == {
        "T01": (1, {"value": "1.447,5", "narrative": "Dòng một\nDòng hai"}),
        "T02": (1, {"numerator": "85", "denominator": "1x0"}),
    }


def test_what_is_filled_in_is_shown_and_then_kept(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    content = given(
        downloaded(officer),
        {
            ("T01", "value"): Decimal("33.299999999999997"),  # as Excel writes 33.3
            ("T01", "narrative"): "Đã cắt giảm",
            ("T02", "numerator"): 85,
            ("T02", "denominator"): 90,
        },
    )
    page = sent(officer, content)
    assert "33,3" in page
    assert "85 / 90" in page
    assert drafts(session) == {}, "nothing is kept yet"
    officer.post(BOOK + "/keep")
    kept = drafts(session)
    assert kept["T01"].typed == {"value": "33,3", "narrative": "Đã cắt giảm"}
    assert kept["T02"].typed == {"numerator": "85", "denominator": "90"}
    assert "Đã lưu 2 số liệu từ tệp" in officer.get(SHEET)


def test_where_both_changed_it_one_chooses_and_both_texts_stay(town: Town, session: Session) -> None:
    officer, other = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    write(officer, T01, value="10", narrative="Lúc đầu")
    write(officer, T02, numerator="1", denominator="2")
    content = given(
        downloaded(officer),
        {("T01", "value"): 20, ("T01", "narrative"): "Trong tệp", ("T02", "numerator"): 7},
    )
    write(other, T01, value="30", narrative="Trên mạng")
    write(other, T02, numerator="9", denominator="2")
    page = sent(officer, content)
    assert "3 ô đã được người khác sửa" in page
    assert officer.page.count('value="theirs" checked') == 3, "what stands stays, unless somebody chooses"
    officer.post(BOOK + "/keep", **CHOSEN)
    kept = drafts(session)
    assert kept["T01"].typed == {"value": "20", "narrative": "Trên mạng"}
    assert kept["T02"].typed == {"numerator": "9", "denominator": "2"}, (
        "a part of one and a whole of another is nobody's"
    )
    told = {
        (row.part, row.yours, row.theirs): row.side
        for row in session.scalars(sa.select(CellMerge).where(CellMerge.conflict))
    }
    assert told == {
        ("figure", '{"value": "20"}', '{"value": "30"}'): "yours",
        ("narrative", '{"narrative": "Trong tệp"}', '{"narrative": "Trên mạng"}'): "theirs",
        ("figure", '{"denominator": "2", "numerator": "7"}', '{"denominator": "2", "numerator": "9"}'): "theirs",
    }
    story = text(officer.get(T01))
    assert "Lấy theo tệp. Số liệu: 20" in story
    assert "thay cho: 30" in story
    assert "Giữ như đang có. Giải trình: Trên mạng" in story
    assert "trong tệp: Trong tệp" in story
    monitor = town.browser("VP", Office.MONITOR)
    assert "trong tệp" not in text(monitor.get("/targets/target-SXD-T01")), "what a body drafts is its own"
    session.rollback()
    details = [
        {key: row.detail[key] for key in ("yours", "theirs") if key in row.detail}
        for row in session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
        if row.detail is not None and "sha256" in row.detail
    ]
    assert details == [{"yours": ["figure"], "theirs": ["narrative"]}, {"theirs": ["figure"]}]


def test_what_changed_after_it_was_shown_is_shown_again(town: Town, session: Session) -> None:
    officer, other = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    sent(officer, given(downloaded(officer), {("T01", "value"): 20}))
    write(other, T01, value="30")
    officer.post(BOOK + "/keep", status=409)
    assert "Hãy xem lại" in text(officer.page)
    assert drafts(session)["T01"].typed == {"value": "30"}
    officer.post(BOOK + "/keep", **CHOSEN)
    assert drafts(session)["T01"].typed == {"value": "20"}


def test_a_figure_that_was_sent_meanwhile_stays(town: Town, session: Session) -> None:
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    content = given(downloaded(officer), {("T01", "value"): 20})
    head.get(T01)
    head.post(T01, value="30", do="send")
    head.get(T01 + "/send")
    head.post(T01 + "/send")
    page = sent(officer, content)
    assert "Người đứng đầu có thể rút lại" in page
    assert "20" in page, "what the file has is shown"
    assert 'name="shown"' in officer.page
    assert "/keep" not in officer.page.partition("t-actions")[2]
    rows = table(downloaded(officer))
    state = {row[rows[0].index("code")]: row[rows[0].index("state")] for row in rows}
    assert "Người đứng đầu có thể rút lại" in str(state["T01"])


def test_what_came_of_a_file_is_told_inside_the_body_alone(town: Town, session: Session) -> None:
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    sent(officer, given(downloaded(officer), {("T01", "value"): 20}))
    officer.post(BOOK + "/keep")
    write(head, T01, value="21")
    head.get(T01 + "/send")
    head.post(T01 + "/send")
    assert "Lấy theo tệp" in text(head.get(T01))
    session.rollback()
    token = session.scalars(sa.select(Report.token)).one()
    page = text(town.browser("SNV", Office.APPRAISER).get(f"/appraisals/{token}"))
    assert "Cắt giảm thời gian" in page
    assert "Lấy theo tệp" not in page


def test_cells_that_cannot_be_written_are_locked_and_those_that_can_say_what_they_take(town: Town) -> None:
    content = downloaded(town.browser("SXD", Office.OFFICER))
    sheet = parts_of(content)["xl/worksheets/sheet1.xml"].decode()
    assert "<sheetProtection " in sheet
    assert "password" not in sheet
    counted = place_of(content, "T01", "value")
    assert re.search(rf'<dataValidation type="whole"[^>]*sqref="{counted}"', sheet), "procedures are counted whole"
    assert re.search(rf'<dataValidation type="list"[^>]*sqref="{place_of(content, "T02", "not_applicable")}"', sheet)
    assert place_of(content, "T02", "value") not in re.findall(r'sqref="([^"]+)"', sheet), "a ratio has two other cells"
    workbook = parts_of(content)["xl/workbook.xml"].decode()
    assert re.findall(r'<sheet name="([^"]+)"', workbook) == ["Số liệu", "Cách điền"]


def test_each_wrong_file_is_refused_with_its_reason(town: Town) -> None:
    officer, other = town.browser("SXD", Office.OFFICER), town.browser("SNV", Office.HEAD)
    content = downloaded(officer)
    assert "Excel" in refused(officer, b"a,b\n1,2\n", "sheet.csv")
    assert "kỳ khác (2021-H1)" in refused(officer, content, address="/sheets/SXD/2021-Q1/workbook")
    assert "cơ quan khác (SXD)" in refused(other, content, address="/sheets/SNV/2021-H1/workbook")
    head = str(table(content)[0][0])
    for changed, why in (
        (head[:-1] + ("A" if head[-1] != "A" else "B"), "đã bị sửa"),
        (head.replace("workbook/1", "workbook/0"), "phiên bản khác"),
        (re.sub(r":[0-9a-f]{12}:", ":0123456789ab:", head), "hệ thống khác"),
        ("", "không phải là bảng tính"),
    ):
        assert why in refused(officer, filled(content, {"A1": changed or None})), changed


@pytest.mark.parametrize("hidden", ['state="hidden"', 'state="veryHidden"'])
def test_a_hidden_sheet_is_not_read_and_that_is_said(town: Town, hidden: str) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    parts = parts_of(downloaded(officer))
    book = parts["xl/workbook.xml"].decode().replace('<sheet name="Số liệu"', f'<sheet {hidden} name="Số liệu"', 1)
    assert "trang tính ẩn: Số liệu" in refused(officer, packed(parts | {"xl/workbook.xml": book.encode()}))
