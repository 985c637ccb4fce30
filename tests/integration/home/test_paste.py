"""A block pasted into the sheet: shown cell by cell before it is taken, and nothing of it is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.progress.models import Draft

pytestmark = pytest.mark.one_database

SHEET = "/sheets/SXD/2021-H1"
PASTE = SHEET + "/paste"
T01, T02, T03 = (f"target-SXD-T0{number}" for number in (1, 2, 3))


def officer(town: Town) -> Browser:
    return town.browser("SXD", Office.OFFICER)


def shown(browser: Browser, text: str, status: int = 200, **given: str) -> str:
    """The page after a paste."""
    browser.get(PASTE)
    browser.post(PASTE, status, text=text, do="show", **given)
    return main(browser.page)


def main(page: str) -> str:
    return unescape(page[page.index("<main") :]).replace("\N{NO-BREAK SPACE}", " ")


def cells(browser: Browser) -> dict[str, str]:
    """What stands in the boxes of the page, with what belongs to them."""
    page = unescape(browser.page)
    boxes = dict(re.findall(r'<input class="t-control[^>]* name="([^"]+)" value="([^"]*)"', page))
    areas = dict(re.findall(r'<textarea class="t-control[^>]* name="([^"]+)"[^>]*>\n?([^<]*)<', page))
    return boxes | areas


def take(browser: Browser, text: str, status: int = 303, **given: Any) -> Any:
    """Press the second button, with everything that the page holds."""
    rows = re.findall(r'name="row" value="([^"]+)"', browser.page)
    return browser.post(PASTE, status, **{**cells(browser), "text": text, "do": "take", "row": rows, **given})


def by_target(session: Session) -> dict[str, dict[str, str]]:
    session.rollback()
    drafts = session.scalars(sa.select(Draft)).all()
    tokens = {row[0]: row[1] for row in session.execute(sa.select(Target.id, Target.token))}
    return {tokens[draft.target_id]: draft.typed for draft in drafts}


def test_what_is_pasted_is_shown_before_it_is_taken(town: Town, session: Session) -> None:
    browser, text = officer(town), "T02\t90\t96\nT01\t33\t\tchờ Bộ"
    page = shown(browser, text)
    assert "90/96" in page.replace(" ", "") or "93,75" in page, "what would stand then"
    assert not by_target(session), "nothing is taken yet"
    assert take(browser, text).location.startswith(SHEET)
    kept = by_target(session)
    assert kept[T02] == {"numerator": "90", "denominator": "96"}
    assert kept[T01] == {"value": "33", "narrative": "chờ Bộ"}
    assert "Đã nhận 2 số liệu" in main(browser.get(SHEET))


def test_a_column_goes_down_from_the_row_that_was_chosen(town: Town, session: Session) -> None:
    browser, text = officer(town), "50"
    shown(browser, text, start=T03)
    take(browser, text, start=T03)
    assert by_target(session) == {T03: {"value": "50"}}


def test_an_empty_first_row_holds_its_place_whatever_page_it_went_through(town: Town, session: Session) -> None:
    browser, text = officer(town), "\n\n50"
    shown(browser, text)
    take(browser, text)
    assert by_target(session) == {T03: {"value": "50"}}
    browser.get(PASTE)
    browser.post(PASTE, text=text, do="show", status=200)
    area = unescape(re.findall(r"<textarea[^>]*name=\"text\"[^>]*>([^<]*)<", browser.page)[0])
    assert area.removeprefix("\n") == text, "the first end of line within a box is none"


def test_what_cannot_be_read_stays_with_what_is_wrong_and_the_rest_is_taken(town: Town, session: Session) -> None:
    browser, text = officer(town), "#DIV/0!\n90\t96\n40%"
    page = shown(browser, text, 422)
    assert "lỗi" in page
    assert page.count("dấu phần trăm") == 2, "beside its cell, and on top"
    take(browser, text, 422)
    assert by_target(session) == {T02: {"numerator": "90", "denominator": "96"}}
    assert set(cells(browser)) == {f"value:{T01}", f"value:{T03}"}
    assert cells(browser)[f"value:{T01}"] == "#DIV/0!"
    take(browser, text, 303, **{f"value:{T01}": "120", f"value:{T03}": "40"})
    assert by_target(session)[T03] == {"value": "40"}
    assert by_target(session)[T01] == {"value": "120"}


def test_numbers_of_another_custom_are_told_and_taken_by_one_word(town: Town, session: Session) -> None:
    browser, text = officer(town), "T03\t33.3\nT01\t1,447"
    page = shown(browser, text, 422)
    assert "có vẻ được viết theo cách: 1,447.5" in page
    assert not by_target(session)
    browser.post(PASTE, 200, text=text, custom="en", do="show")
    assert cells(browser) == {f"value:{T03}": "33,3", f"value:{T01}": "1.447"}
    take(browser, text, custom="en")
    assert by_target(session) == {T03: {"value": "33,3"}, T01: {"value": "1.447"}}


def test_what_can_be_read_in_two_ways_is_not_taken_before_it_is_answered(town: Town, session: Session) -> None:
    browser, text = officer(town), "T03\t1.447"
    assert "1447 hoặc 1,447" in shown(browser, text, 422)
    take(browser, text, 422)
    assert not by_target(session)
    assert "1447 hoặc 1,447" in main(browser.page)
    take(browser, text, 303, **{f"value:{T03}": "14,47"})
    assert by_target(session) == {T03: {"value": "14,47"}}


def test_a_correction_outlives_another_look_at_the_paste(town: Town) -> None:
    browser, text = officer(town), "T03\t1.447\nT01\tchín"
    shown(browser, text, 422)
    browser.post(PASTE, 200, **{**cells(browser), "text": text, "custom": "vi", "do": "show", f"value:{T01}": "9"})
    assert cells(browser) == {f"value:{T03}": "1.447", f"value:{T01}": "9"}


def test_a_figure_that_changed_meanwhile_is_left_with_both_shown(town: Town, session: Session) -> None:
    browser, other, text = officer(town), town.browser("SXD", Office.HEAD), "T03\t40\nT02\t90\t96"
    shown(browser, text)
    address = f"/figures/{T03}/2021-H1"
    other.get(address)
    other.post(address, value="55", do="save")
    take(browser, text, 422)
    page = main(browser.page)
    assert "55%" in page.replace(" ", "")
    assert cells(browser) == {f"value:{T03}": "40"}
    assert by_target(session)[T03] == {"value": "55"}
    assert by_target(session)[T02] == {"numerator": "90", "denominator": "96"}
    take(browser, text)
    assert by_target(session)[T03] == {"value": "40"}, "whoever has seen it may write over it"


def test_what_nobody_may_write_is_told_why(town: Town, session: Session) -> None:
    browser = officer(town)
    address = f"/figures/{T03}/2021-H1"
    browser.get(address)
    browser.post(address, value="55", do="hand")
    assert "“T03 · 40” – Ở người đứng đầu từ" in shown(browser, "T03\t40")
    assert not cells(browser)
    assert by_target(session)[T03] == {"value": "55"}
    head = town.browser("SXD", Office.HEAD)
    shown(head, "T03\t40")


def test_what_belongs_nowhere_is_shown(town: Town) -> None:
    page = shown(officer(town), "T01\t5\nSở Không Có\t7\nT03\t4\t5")
    assert "“Sở Không Có · 7”" in page
    assert "không có tổng số" in page


def test_within_the_sheet_the_same_is_answered_without_a_page_around(town: Town) -> None:
    browser = officer(town)
    browser.get(PASTE)
    sent = {**browser.hidden(), "text": "50", "start": T03, "do": "show"}
    answer = browser.client.post(PASTE, data=sent, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<main" not in answer
    assert f'name="value:{T03}" value="50"' in answer
    assert f'action="{PASTE}"' in answer


def test_what_asks_about_a_pasted_figure_is_shown_before_it_is_taken(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = shown(officer, "5")
    assert "Chậm so với kế hoạch mà chưa có giải trình" in page
    assert "Chậm so với kế hoạch" not in shown(officer, "5\tThiếu người")
