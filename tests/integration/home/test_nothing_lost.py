"""Presses that came too early, too late or by mistake: nothing typed or attached is lost, and steps can go back."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tests.support.signing_in import PASSWORD, account_of
from tracker.accounts.models import AccountSession
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Decision, Draft, Evidence

pytestmark = pytest.mark.one_database

T01 = "/figures/target-SXD-T01/2021-H1"
T02 = "/figures/target-SXD-T02/2021-H1"
REASON = "Thiếu danh mục thủ tục"
BUTTON = re.compile(r"<button[^>]*>")
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def pdf(number: int = 1) -> bytes:
    return f"%PDF-1.4\n% {number}\n%%EOF\n".encode()


def file(name: str, number: int = 1) -> tuple[io.BytesIO, str]:
    return io.BytesIO(pdf(number)), name


def handed(town: Town) -> Browser:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(T01)
    officer.post(T01, value="120", do="hand")
    return officer


def sent(town: Town) -> tuple[Browser, str]:
    """The appraiser's browser, and the address of a report that waits."""
    handed(town)
    head = town.browser("SXD", Office.HEAD)
    head.get(T01 + "/send")
    head.post(T01 + "/send")
    appraiser = town.browser("SNV", Office.APPRAISER)
    return appraiser, in_queue(appraiser)


def in_queue(appraiser: Browser) -> str:
    queue = appraiser.get("/appraisals")
    return queue[queue.index('row"><a href="/appraisals/') + 14 :].split('"')[0]


def main(page: str) -> str:
    return unescape(page[page.index("<main") :]).replace("\N{NO-BREAK SPACE}", " ")


def files_of(page: str) -> list[str]:
    """What goes along by the page of a figure, and what was taken off it."""
    return re.findall(r"<li><a href=\"/evidence/[^>]*>([^<]+)</a>", page)


def test_enter_keeps_a_draft(town: Town) -> None:
    """Enter in a field presses the first submit button that belongs to its form."""
    for body, office in (("SXD", Office.OFFICER), ("SXD", Office.HEAD)):
        browser = town.browser(body, office)
        browser.get(T01)
        browser.post(T01, value="5", do="save", evidence=file(f"{office}.pdf", len(office)))
        page = browser.get(T01)
        form = page[page.index('enctype="multipart/form-data"') :]
        own = [button for button in BUTTON.findall(form) if "form=" not in button]
        assert 'value="save"' in own[0], own


def test_an_officer_takes_back_what_the_head_has_not_opened(town: Town, session: Session) -> None:
    officer, head = handed(town), town.browser("SXD", Office.HEAD)
    assert "Người soạn: Chuyên viên Sở Xây dựng" in head.get("/"), "a list opens nothing"
    officer.get(T01)
    officer.post(T01 + "/take-back")
    officer.get(T01)
    officer.post(T01, value="121", do="hand")
    assert "Lấy lại số liệu" in officer.get(T01)
    assert "Người soạn: Chuyên viên Sở Xây dựng" in main(head.get(T01))
    assert "Chuyên viên Sở Xây dựng" in main(head.get(T01 + "/send"))
    page = officer.page
    assert "Lấy lại số liệu" not in officer.get(T01)
    officer.page = page  # the tab that was open before
    officer.post(T01 + "/take-back")
    assert "đã mở số liệu này" in officer.get(T01)
    assert session.scalars(sa.select(Draft.state)).all() == ["with_head"]


def test_a_body_without_a_head_says_so_and_keeps_what_is_typed(town: Town) -> None:
    officer = handed(town)
    with unit_of_work() as session:
        head = sa.and_(OfficeHolding.office == Office.HEAD, OfficeHolding.agency_id == town.made.bodies["SXD"].id)
        session.execute(sa.update(OfficeHolding).where(head).values(to_on=clock.today() - timedelta(days=1)))
    assert "không có người đứng đầu" in main(officer.get("/"))
    officer.get(T02)
    officer.post(T02, status=422, numerator="9", denominator="10", do="hand")
    assert "không có người đứng đầu nên không ai gửi được" in main(officer.page)
    assert 'value="10"' in officer.get(T02)
    officer.get(T01)
    officer.post(T01 + "/take-back")
    assert 'value="120"' in officer.get(T01)


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ({"outcome": "accept"}, ("120 thủ tục", "120 thủ tục")),
        ({"outcome": "accept_with_value", "value": "60", "reason": REASON}, ("120 thủ tục", "60 thủ tục")),
        ({"outcome": "return", "reason": REASON}, ("120 thủ tục", "–")),
    ],
)
def test_a_decision_is_shown_once_before_it_counts_and_can_be_taken_back(
    town: Town, session: Session, typed: dict[str, str], figures: tuple[str, str]
) -> None:
    appraiser, address = sent(town)
    appraiser.get(address)
    again = appraiser.shown(address, **typed)
    appraiser.get(again)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", main(appraiser.page))
    assert (cells[0], cells[1]) == figures
    for status in cells[2:4]:
        assert "t-mark" in status
    assert re.fullmatch(r"\d+,\d\d", cells[4])
    assert session.scalars(sa.select(Decision.id)).all() == [], "nothing is decided yet"
    shown = appraiser.page
    assert address.partition("?")[0] not in main(shown), "a link back would lose what was typed; the button does not"
    appraiser.post(address, status=200, change="1")
    for text in typed.values():
        assert f'value="{text}"' in appraiser.page or f">{text}</textarea>" in appraiser.page, "as it was filled in"
    appraiser.page = shown
    appraiser.post(address)
    assert "Sở Xây dựng" in main(appraiser.get(again)), "the browser's way back shows the report as it stands"
    assert 'name="seen"' not in appraiser.page
    assert "1 báo cáo ông/bà đã quyết định hôm nay" in appraiser.get("/appraisals")
    score = re.findall(r"<td[^>]*>(.*?)</td>", main(shown))[5]
    assert score in main(town.browser("VP", Office.MONITOR).get("/targets/target-SXD-T01")), "as it was said"
    appraiser.get(address)
    assert address + "/withdraw" in appraiser.page
    appraiser.get(address + "/withdraw")
    appraiser.post(address + "/withdraw", status=422, reason="")
    appraiser.post(address + "/withdraw", reason="Chọn nhầm")
    assert in_queue(appraiser) == address
    assert "Chọn nhầm" in appraiser.get(address)
    assert 'name="outcome"' in appraiser.page


def test_what_is_accepted_together_is_shown_with_what_it_makes_of_each_target(town: Town) -> None:
    appraiser, _address = sent(town)
    queue = appraiser.get("/appraisals")
    chosen = [part.split('"')[0] for part in queue.split('name="report" value="')[1:]]
    appraiser.post("/appraisals/accept", status=200, report=chosen)
    assert "Trạng thái sau quyết định" in appraiser.page
    assert re.search(r'class="t-mark.*?<td class="t-num"[^>]*>\d+,\d\d</td>', appraiser.page, re.DOTALL)


def test_a_stale_tab_keeps_what_was_typed(town: Town) -> None:
    """The appraiser's, where somebody decided meanwhile or the office ended; the head's, where the draft is gone."""
    appraiser, address = sent(town)
    appraiser.get(address)
    page = appraiser.page
    appraiser.decide(address, outcome="accept")
    appraiser.page = page
    appraiser.post(address, status=422, outcome="return", reason=REASON)
    assert REASON in main(appraiser.page)
    assert "Trong lúc đó" in main(appraiser.page)
    head = town.browser("SXD", Office.HEAD)
    head.page = page
    head.post(T01 + "/hand-back", status=422, comment=REASON, csrf_token=head_token(head))
    assert REASON in main(head.page)
    appraiser.page = page
    with unit_of_work() as session:
        session.execute(sa.update(OfficeHolding).values(to_on=clock.today() - timedelta(days=1)))
    answer = appraiser.client.post(address, data={**appraiser.hidden(), "outcome": "return", "reason": REASON})
    assert answer.status_code == 403
    assert REASON in main(answer.text)
    assert 'name="reason"' not in answer.text, "to send it again would be refused again"


def head_token(browser: Browser) -> str:
    page = browser.client.get(T02).get_data(as_text=True)
    return str(re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1])


def test_several_files_at_once_are_listed_beside_the_field(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(T01)
    assert " multiple" in officer.page
    files = [file("a.pdf", 1), file("b.pdf", 2), (io.BytesIO(b"MZ"), "c.exe")]
    officer.post(T01, status=422, value="5", do="save", evidence=files)
    assert "c.exe: " in main(officer.page), "the one that is wrong is named, and stops no other"
    assert files_of(officer.page) == ["a.pdf", "b.pdf"]
    form = officer.page[officer.page.index('name="evidence"') :]
    assert form.index("a.pdf") < form.index("</form>")
    officer.get(T01)
    officer.post(T01, value="5", do="save", evidence=file("a khác tên.pdf", 1))
    assert "“a khác tên.pdf” có cùng nội dung với “a.pdf”" in main(officer.get(T01))
    remove = re.findall(r'action="([^"]+/remove)"', officer.page)
    officer.post(remove[0])
    assert "/put-back" in officer.get(T01)
    officer.post(re.findall(r'action="([^"]+/put-back)"', officer.page)[0])
    assert files_of(officer.get(T01)) == ["a.pdf", "b.pdf"]
    assert "/put-back" not in officer.page


def test_files_of_a_figure_that_somebody_else_changed_wait_for_the_next_press(town: Town, session: Session) -> None:
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    officer.get(T01)
    head.get(T01)
    head.post(T01, value="6", do="save")
    officer.post(T01, status=409, value="5", do="save", evidence=file("a.pdf"))
    assert "a.pdf" in main(officer.page)
    officer.post(T01, value="5", do="save")
    assert files_of(officer.get(T01)) == ["a.pdf"]
    assert len(session.scalars(sa.select(Evidence.id)).all()) == 1


def end_all_sessions() -> None:
    with unit_of_work() as session:
        session.execute(sa.delete(AccountSession))


def sign_in_again(browser: Browser, email: str) -> str:
    """Through the page that asked for it; returns the page that offers what was kept."""
    answer = browser.client.post("/sign-in", data={**browser.hidden(), "email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.headers.get("Location")
    browser.page = answer.get_data(as_text=True)
    return browser.page


@pytest.mark.parametrize("who", ["the same person", "the same person, half an hour later", "another person"])
def test_a_file_attached_before_the_session_ended_is_held_for_whoever_sent_it(
    app: Flask, town: Town, session: Session, who: str
) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    other = account_of(app, town.made.people[("SXD", Office.HEAD)].id).email
    own = account_of(app, town.made.people[("SXD", Office.OFFICER)].id).email
    officer.get(T01)
    if "later" in who:
        town.at(clock.now() + timedelta(minutes=31))
    else:
        end_all_sessions()
    typed = {**officer.hidden(), "value": "5", "do": "save", "evidence": file("a.pdf")}
    answer = officer.client.post(T01, data=typed, headers=FROM_HERE)
    assert answer.status_code == 401
    officer.page = answer.get_data(as_text=True)
    held = app.extensions["settings"].files_folder.glob(".held-*")
    if who == "another person":
        entered = {**officer.hidden(), "email": other, "password": PASSWORD}
        assert officer.client.post("/sign-in", data=entered).status_code == 303, "nothing is offered to be sent"
        page = main(officer.get(T01))
        assert "a.pdf" not in page
        assert 'value="5"' not in page
        return
    kept = main(sign_in_again(officer, own))
    assert "a.pdf" in kept
    officer.post(T01)
    assert files_of(officer.get(T01)) == ["a.pdf"]
    assert 'value="5"' in officer.page
    assert list(held) == [], "what was taken waits no longer"


def test_a_page_says_before_the_press_that_a_file_was_not_held(app: Flask, town: Town) -> None:
    """An hour is over; or nobody knows any more whose file it was."""
    officer = town.browser("SXD", Office.OFFICER)
    email = account_of(app, town.made.people[("SXD", Office.OFFICER)].id).email
    officer.get(T01)
    end_all_sessions()
    data = {**officer.hidden(), "value": "5", "do": "save"}
    answer = officer.client.post(T01, data={**data, "evidence": file("a.pdf")}, headers=FROM_HERE)
    officer.page = answer.get_data(as_text=True)
    town.at(clock.now() + timedelta(hours=2))
    assert "đính kèm lại" in main(sign_in_again(officer, email))
    stranger = app.test_client()
    answer = stranger.post(T01, data={**data, "evidence": file("a.pdf")}, headers=FROM_HERE)
    assert "đính kèm lại" in main(answer.get_data(as_text=True))
