"""The sheet as a table that is filled in: kept whole without a script, line by line with one, nothing typed is lost."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import Browser, Town
from tests.support.product import Statements
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core.db.unit_of_work import unit_of_work
from tracker.home.sheet import reads
from tracker.progress import receipts
from tracker.progress.cells.answers import answers_of
from tracker.progress.models import Draft, Report, Revision

SHEET = "/sheets/SXD/2021-H1"
PDF = b"%PDF-1.4\n% 1\n%%EOF\n"
T01, T02, T03 = "target-SXD-T01", "target-SXD-T02", "target-SXD-T03"


def fields(browser: Browser) -> dict[str, Any]:
    """Every box of the open page as a browser without scripts sends it."""
    main = browser.page[browser.page.index("<main") :]
    boxes = re.findall(r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', main)
    ticks = re.findall(r'<input type="checkbox"[^>]*name="([^"]+)"[^>]*?( checked)?>', main)
    areas = re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', main)
    left = {name for name, on in ticks if not on}
    return {unescape(name): unescape(text) for name, text in (*boxes, *areas) if name not in left}


def keep(browser: Browser, typed: dict[str, Any], status: int = 303, *, anew: bool = True) -> str:
    """Type into the sheet and press its one button; the page that follows."""
    if anew:
        browser.get(SHEET)
    browser.post(SHEET, status, **{**fields(browser), **typed})
    return browser.page if status != 303 else browser.get(SHEET)


def kept(session: Session) -> dict[str, dict[str, str]]:
    """What stands in the drafts, by target."""
    session.rollback()
    rows = session.execute(sa.select(Target.token, Draft.typed).join(Draft, Draft.target_id == Target.id))
    return {row[0]: row[1] for row in rows}


def row(page: str, token: str) -> str:
    """One row of the page."""
    found = re.search(rf'<tr [^>]*id="r:{re.escape(token)}".*?</tr>', page, re.DOTALL)
    assert found, token
    return unescape(found.group())


def state(page: str, token: str) -> str:
    """Where a cell stands."""
    found = re.search(r'data-t-state="(\w+)"', row(page, token))
    assert found
    return found.group(1)


def test_one_press_keeps_whatever_was_typed_and_leaves_the_rest_alone(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = keep(
        officer,
        {
            f"value:{T01}": "một trăm",
            f"numerator:{T02}": "190",
            f"denominator:{T02}": "200",
            f"narrative:{T02}": "Đủ hồ sơ\r\nđã rà",
            f"obstacles:{T02}": "Thiếu người",
        },
    )
    assert kept(session) == {
        T01: {"value": "một trăm"},
        T02: {"numerator": "190", "denominator": "200", "narrative": "Đủ hồ sơ\nđã rà", "obstacles": "Thiếu người"},
    }
    assert "Đã lưu 2 số liệu." in page
    assert (state(page, T01), state(page, T02), state(page, T03)) == ("draft", "complete", "empty")
    assert "bằng chữ số" in row(page, T01)
    versions = {draft.version for draft in session.scalars(sa.select(Draft))}
    assert versions == {1}
    keep(officer, {})
    session.rollback()
    assert {draft.version for draft in session.scalars(sa.select(Draft))} == {1}, "nobody touched them"


def test_a_line_is_kept_by_itself_and_says_what_it_would_mean(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = officer.get(SHEET)
    own = {name: text for name, text in fields(officer).items() if name.endswith(T01) or ":" not in name}
    officer.post(f"{SHEET}/cells/{T01}", 200, **{**own, f"value:{T01}": "5"})
    parts, officer.page = unescape(officer.page), page
    assert list(re.findall(r'hx-target="find \.t-cell(\w+)"', parts)) == ["asks", "means", "state", "files"]
    assert "Chậm tiến độ" in parts
    assert 'data-t-state="asked_back"' in parts
    assert "Chậm so với kế hoạch mà chưa có giải trình" in parts
    assert f'name="version:{T01}" value="1"' in parts
    own |= fields_of(parts)
    officer.post(
        f"{SHEET}/cells/{T01}", 200, **{**own, f"value:{T01}": "5", f"answer:blank_explanation:{T01}": "Chờ máy"}
    )
    assert 'data-t-state="complete"' in officer.page
    assert kept(session) == {T01: {"value": "5", "answer:blank_explanation": "Chờ máy"}}


def fields_of(parts: str) -> dict[str, str]:
    """The hidden fields that came with the parts of a row."""
    return dict(re.findall(r'<input type="hidden" form="sheet" name="([^"]+)" value="([^"]*)">', parts))


def test_a_file_goes_along_with_its_line_and_begins_it(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = officer.get(SHEET)
    own = {name: text for name, text in fields(officer).items() if name.endswith(T03) or ":" not in name}
    for content, told in ((PDF, "1 tệp"), (b"MZ", "1 tệp")):
        officer.page = page
        officer.post(f"{SHEET}/cells/{T03}", 200, **{**own, "evidence": (io.BytesIO(content), "bien-ban.pdf")})
        assert told in officer.page
        own |= fields_of(officer.page)
    assert "t-cellfault" in officer.page, "the second is no document, and it says so"
    assert kept(session) == {T03: {}}


def test_who_comes_second_sees_both_and_loses_nothing(town: Town, session: Session) -> None:
    first, second = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    second.get(SHEET)
    keep(first, {f"value:{T01}": "120"})
    page = keep(second, {f"value:{T01}": "121", f"value:{T03}": "40"}, 409, anew=False)
    assert kept(session)[T01] == {"value": "120"}
    assert kept(session)[T03] == {"value": "40"}, "the others are kept"
    told = row(page, T01)
    assert "Bản ông/bà nhập, chưa lưu</dt><dd>121</dd>" in told
    assert "<dd>120</dd>" in told
    assert f'name="value:{T01}" id="value:{T01}" value="121"' in told, "what was typed stands in its box"
    keep(second, {f"value:{T01}": "121"}, anew=False)
    assert kept(session)[T01] == {"value": "121"}, "pressed again with both seen"


def test_a_line_that_nobody_touched_is_not_refused_because_somebody_else_did(town: Town, session: Session) -> None:
    first, second = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    keep(second, {f"value:{T01}": "100"})
    keep(first, {f"value:{T01}": "120"})
    keep(second, {f"value:{T03}": "40"}, anew=False)
    assert kept(session) == {T01: {"value": "120"}, T03: {"value": "40"}}


def test_what_the_sheet_does_not_show_stays_as_the_draft_has_it(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(f"/figures/{T01}/2021-H1")
    officer.post(f"/figures/{T01}/2021-H1", value="200", as_at="01/06/2021", obstacles="Thiếu vốn")
    keep(officer, {f"narrative:{T01}": "Đã rà"})
    whole: dict[str, Any] = {"value": "200", "as_at": "01/06/2021", "narrative": "Đã rà", "obstacles": "Thiếu vốn"}
    assert kept(session)[T01] == whole
    officer.get(f"/figures/{T01}/2021-H1")
    officer.post(f"/figures/{T01}/2021-H1", **{**whole, "answer:same_as_last": "Mới", "value": "201"})
    officer.get(f"/figures/{T01}/2021-H1")
    officer.post(f"/figures/{T01}/2021-H1", **{**whole, "value": "202"})
    assert kept(session)[T01] == {**whole, "value": "202", "answer:same_as_last": "Mới"}, "an answer not asked for"


def test_a_number_is_read_by_the_custom_in_which_it_was_typed(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = keep(officer, {f"value:{T03}": "33,3", f"value:{T01}": "12.5"})
    assert (state(page, T03), state(page, T01)) == ("complete", "draft")
    assert "12,5" in row(page, T01), "it says how to write it"
    with unit_of_work() as writing:
        person = town.made.people[("SXD", Office.OFFICER)]
        writing.get_one(type(person), person.id).language = "en"
    page = town.browser("SXD", Office.OFFICER).get(SHEET)
    assert 'value="33.3"' in row(page, T03)
    assert state(page, T01) == "draft", "what cannot be read in its custom is not read in another"


def test_what_is_not_applicable_is_said_by_a_tick_and_unsaid_by_none(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = keep(officer, {f"not_applicable:{T02}": "1"})
    assert kept(session)[T02] == {"not_applicable": "1"}
    assert state(page, T02) == "draft", "it wants its reason"
    page = keep(officer, {f"not_applicable:{T02}": "1", f"narrative:{T02}": "Không có hồ sơ"}, anew=False)
    assert state(page, T02) == "complete"
    officer.get(SHEET)
    given = {name: text for name, text in fields(officer).items() if not name.startswith("not_applicable")}
    officer.post(SHEET, **{**given, f"narrative:{T02}": ""})
    assert kept(session)[T02] == {}


def test_an_odd_figure_is_answered_in_words_and_the_answer_holds_for_it_alone(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = keep(officer, {f"value:{T01}": "3400"})
    assert state(page, T01) == "asked_back"
    assert f'name="confirmed:{T01}" value="3400"' in row(page, T01)
    page = keep(officer, {f"answer:odd:{T01}": "Đếm cả cấp xã"}, anew=False)
    assert state(page, T01) == "complete"
    page = keep(officer, {f"value:{T01}": "34000"}, anew=False)
    assert state(page, T01) == "asked_back", "another figure is asked about anew"
    assert "Đếm cả cấp xã" in row(page, T01)


def test_answers_go_out_with_the_figure_and_stand_in_its_receipt(town: Town, session: Session) -> None:
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    keep(officer, {f"value:{T01}": "5", f"value:{T03}": "1", f"obstacles:{T01}": "Thiếu người"})
    keep(officer, {f"answer:blank_explanation:{T01}": "Chờ hướng dẫn của Bộ"}, anew=False)
    for token in (T01, T03):
        officer.get(f"/figures/{token}/2021-H1")
        officer.post(f"/figures/{token}/2021-H1", **{**whole(officer), "do": "hand"})
    head.get(f"{SHEET}/send")
    head.post(f"{SHEET}/send", draft=[f"{T01}:{version(session, T01)}", f"{T03}:{version(session, T03)}"])
    session.rollback()
    sent = sa.select(Target.token, Revision).join(Report, Report.target_id == Target.id)
    rows = session.execute(sent.join(Revision, Revision.report_id == Report.id))
    revisions: dict[str, Revision] = {row[0]: row[1] for row in rows}
    (one,) = answers_of(session, [revisions[T01].id])[revisions[T01].id]
    assert (one.code, one.answer) == ("blank_explanation", "Chờ hướng dẫn của Bộ")
    assert revisions[T01].obstacles == "Thiếu người"
    for revision in revisions.values():
        receipt = receipts.receipt_of(session, revision.id)
        assert receipt is not None
        checked = receipts.check(session, receipt.code)
        assert checked is not None
        assert checked.wrong == ()
    told = receipts.receipt_of(session, revisions[T01].id)
    assert told is not None
    assert '"answer_sha256"' in told.content
    assert "Chờ" not in told.content, "a receipt can be shown to anybody"


def whole(browser: Browser) -> dict[str, Any]:
    """What stands in the form of a figure's page."""
    given = fields(browser)
    return {name: text for name, text in given.items() if name not in browser.hidden()}


def version(session: Session, token: str) -> int:
    session.rollback()
    found = session.scalar(
        sa.select(Draft.version).join(Target, Target.id == Draft.target_id).where(Target.token == token)
    )
    assert found is not None
    return found


def test_what_came_back_of_an_earlier_period_stands_among_them(town: Town, session: Session) -> None:
    head, appraiser = town.browser("SXD", Office.HEAD), town.browser("SNV", Office.APPRAISER)
    address = f"/figures/{T01}/2021-Q1"
    head.get(address)
    head.post(address, value="40", do="send")
    head.get(address + "/send")
    head.post(address + "/send")
    found = re.search(r'<th scope="row"><a href="(/appraisals/[^"?]+)', appraiser.get("/appraisals"))
    assert found
    appraiser.decide(found.group(1), outcome="return", reason="Thiếu danh mục")
    page = head.get(SHEET)
    key = f"{T01}.2021-Q1"
    assert "Bị trả lại: Thiếu danh mục" in row(page, key)
    assert "Quý I/2021" in row(page, key)
    assert state(page, key) == "returned"
    assert f'value:{key}" value="40"' in row(page, key), "it begins with what was sent"
    page = keep(head, {f"value:{key}": "41", f"value:{T01}": "120"})
    session.rollback()
    typed = sorted(draft.typed["value"] for draft in session.scalars(sa.select(Draft)))
    assert typed == ["120", "41"]
    assert state(page, T01) != "returned"
    agency_id = session.scalars(sa.select(Report.agency_id)).first()
    for until, there in ((date(2021, 3, 14), 0), (date(2021, 3, 15), 1)):  # the quarter was over on the 14th
        assert len(reads.came_back(session, sa.true(), agency_id or 0, "2021-H1", until)) == there


def test_each_box_is_named_by_its_column_and_its_row(town: Town) -> None:
    page = town.browser("SXD", Office.OFFICER).get(SHEET)
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    boxes = re.findall(r'<(?:input class="t-cellbox|textarea)[^>]*aria-labelledby="([^"]+)"', page)
    assert len(boxes) == 4 + 2 * 3
    for names in boxes:
        column, target = names.split()
        assert {column, target} <= ids
    assert len(ids) == len(re.findall(r'\bid="[^"]+"', page)), "an id stands once"


@pytest.mark.parametrize(
    ("told", "found"),
    [({}, "empty"), ({"closed_on": date(2021, 6, 15)}, "locked")],
)
def test_a_cell_that_cannot_be_written_says_why(town: Town, told: dict[str, Any], found: str) -> None:
    with unit_of_work() as session:
        session.execute(sa.update(Target).where(Target.token == T01).values(**told) if told else sa.select(1))
    page = town.browser("SXD", Office.OFFICER).get(SHEET)
    assert state(page, T01) == found
    assert ("đã khép lại" in row(page, T01)) == bool(told)
    assert (f'name="value:{T01}"' in row(page, T01)) != bool(told)
    assert ("Thêm tệp" in row(page, T01)) != bool(told), "nothing is offered that cannot be done"
    assert ("Không có tệp" in row(page, T01)) == bool(told)


def test_statements_do_not_grow_with_the_rows(town: Town, statements: Statements) -> None:
    browser = town.browser("SXD", Office.OFFICER)

    def add(first: int, last: int) -> None:
        with unit_of_work(town.at("2021-06-16")) as session:
            for number in range(first, last):
                errand.target(session, town.made, "SXD", f"X{number:02}")
        typed = {f"value:target-SXD-X{number:02}": "12" for number in range(first, last)}
        keep(browser, typed)

    def count() -> int:
        statements.clear()
        browser.get(SHEET)
        return len(statements)

    add(0, 2)
    few = count()
    add(2, 57)
    assert browser.page.count('class="t-cellrow') == 60
    assert count() == few
    assert few <= 25


def test_one_line_takes_few_statements(town: Town, statements: Statements) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(SHEET)
    own = {name: text for name, text in fields(officer).items() if name.endswith(T01) or ":" not in name}
    statements.clear()
    officer.post(f"{SHEET}/cells/{T01}", 200, **{**own, f"value:{T01}": "120"})
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 16, list(statements)


def test_what_is_wrong_stands_beside_its_box_and_what_is_no_file_beside_the_files(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = keep(officer, {f"value:{T01}": "một trăm"})
    wrong = row(page, T01)
    assert re.search(rf'name="value:{T01}"[^>]* aria-invalid="true"', wrong)
    assert "aria-invalid" not in row(page, T03)
    assert ">value</p>" not in wrong
    own = {name: text for name, text in fields(officer).items() if name.endswith(T03) or name == "language"}
    said = officer.post(f"{SHEET}/cells/{T03}", 200, **{**own, "evidence": (io.BytesIO(b"MZ"), "bien-ban.exe")})
    files = re.search(r'<div class="t-cellfiles">.*?</div>', unescape(said.text), re.DOTALL)
    assert files
    assert '<p class="t-cellfault">' in files.group()
