"""A body's sheet as its appraiser works through it: what nothing asks about in one press, the rest one by one, asked
about, returned with usual reasons; and whose sheet it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import PRESS_ON, Browser, Town
from tests.support.product import Scene, Statements
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.home.appraisal import body_sheet
from tracker.home.outlook import outlook
from tracker.mail.models import OutboxMail
from tracker.permissions.queries import reader_of
from tracker.programmes.models import Period
from tracker.progress import appraisal, service
from tracker.progress import queries as progress
from tracker.progress.appraising import reasons
from tracker.progress.models import Decision, Report

SHEET = "/appraisals/sheets/SXD/2021-H1"
PLAIN = 4
WHY, NOTHING_NEW = "Đang rà soát danh mục.", "Không phát sinh trong quý."
READER: dict[str, Any] = {"account_id": 1, "name": "Người thẩm định", "language": "vi"}
ALONE = ["T03", "T04"]  # the same as last time, and answered; worse than last time


def send(made: errand.Province, body: str, code: str, period: str, typed: dict[str, str]) -> None:
    """A report of a body, written and sent by its head."""
    with unit_of_work() as session:
        head, now = made.people[(body, Office.HEAD)], clock.moment()
        reader = reader_of(session, now.on, person_id=head.id, account_id=head.id, name=head.name, language="vi")
        slot = progress.find_slot(session, errand.EVERYWHERE, f"target-{body}-{code}", period)
        assert slot is not None
        given: dict[str, Any] = {"reader": reader, "slot": slot}
        draft = service.keep_draft(session, now, typed=typed, language="vi", version=0, **given)
        service.send(session, now, version=draft.version, **given)


def build() -> None:
    """Two quarters of one body: the second is plain for some targets, worse for one and odd for another; one of Home
    Affairs itself."""
    with unit_of_work() as session:
        made = errand.province(session)
        for number in range(PLAIN + 2):
            errand.target(session, made, "SXD", f"T{number:02}", domain=1 + number % 3)
        errand.target(session, made, "SNV", "T01")
    for number in range(PLAIN + 2):
        send(made, "SXD", f"T{number:02}", "2021-Q1", {"value": "50"})
        typed = {"value": {PLAIN: "40", PLAIN - 1: "50"}.get(number, "60"), "narrative": WHY}
        typed |= {"answer:same_as_last": NOTHING_NEW} if typed["value"] == "50" else {}
        send(made, "SXD", f"T{number:02}", "2021-H1", typed)
    send(made, "SNV", "T01", "2021-H1", {"value": "70"})


@pytest.fixture
def town(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Town:
    at(PRESS_ON)
    scene(build)
    return Town(app, errand.found(session, detached=True), at)


def tokens(session: Session, period: str = "2021-H1", body: str = "SXD") -> dict[str, str]:
    """The token of each report of a sheet by its target."""
    session.rollback()
    asked = sa.select(Target.code, Report.token).join(Target, Target.id == Report.target_id)
    asked = asked.join(Period, Period.id == Report.period_id).where(Period.code == period)
    rows = session.execute(asked.where(Target.token.like(f"target-{body}-%")))
    return {row.code: row.token for row in rows}


def apart(page: str) -> list[str]:
    return re.findall(r'<article class="t-appraise[^"]*" id="report-([^"]+)"', page)


def together(page: str) -> list[str]:
    return re.findall(r'name="report" value="([^"]+)" checked', page)


def press(browser: Browser, token: str, name: str, status: int = 303, **typed: Any) -> Any:
    """Press one of the forms of a report that stands by itself."""
    article = browser.page.partition(f'id="report-{token}"')[2].partition("</article>")[0]
    forms = re.findall(r'<form method="post" action="([^"]+)".*?</form>', article, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', article))
    between = "" if token[-1] in "-_" else "-"  # as WTForms sets a prefix apart
    fields = {f"{token}{between}{key}": value for key, value in typed.items()}
    response = browser.client.post(unescape(forms[0]), data={**hidden, **fields, "do": name})
    assert response.status_code == status, response.get_data(as_text=True)[:3000]
    if status == 422:
        browser.page = response.get_data(as_text=True)
    return response


def test_what_asks_is_left_by_either_list_even_where_somebody_sends_its_tick(town: Town, session: Session) -> None:
    """The page offers no tick for these; neither door takes one."""
    appraiser, of = town.browser("SNV", Office.APPRAISER), tokens(session)
    ticks = [f"{of[code]}:1" for code in ALONE]
    appraiser.get(SHEET)
    appraiser.post(f"{SHEET}/accept", report=ticks)
    appraiser.get("/appraisals")
    appraiser.post("/appraisals/accept", report=ticks, confirmed="1")
    session.rollback()
    left = sa.select(Report.state).where(Report.token.in_([of[code] for code in ALONE]))
    assert set(session.scalars(left)) == {"sent"}


def test_what_nothing_asks_about_is_accepted_in_one_press_and_the_rest_one_by_one(town: Town, session: Session) -> None:
    appraiser, of = town.browser("SNV", Office.APPRAISER), tokens(session)
    page = appraiser.get(SHEET)
    assert sorted(apart(page)) == sorted(of[code] for code in ALONE)
    plain = [one.partition(":")[0] for one in together(page)]
    assert sorted(plain) == sorted(of[code] for code in of if code not in ALONE)
    assert WHY in page
    assert NOTHING_NEW in page
    assert NOTHING_NEW in appraiser.get(f"/appraisals/{of['T03']}")
    page = appraiser.get(SHEET)
    done = appraiser.post(f"{SHEET}/accept", report=together(page))
    assert done.location == SHEET
    page = appraiser.get(SHEET)
    assert (len(apart(page)), together(page)) == (2, [])
    assert "4 báo cáo" in page
    # Those that are left: accepted as they are, on the same page, each at the next; then another sheet is offered.
    first, second = apart(page)
    assert press(appraiser, first, "accept").location == f"{SHEET}#report-{second}"
    appraiser.get(SHEET)
    assert press(appraiser, second, "accept").location == SHEET
    page = appraiser.get(SHEET)
    assert apart(page) == []
    assert 'href="/appraisals/sheets/SXD/2021-Q1"' in page, "the next body, or period, that waits"
    session.rollback()
    decided = session.execute(sa.select(Decision.outcome, sa.func.count()).group_by(Decision.outcome)).all()
    assert [tuple(row) for row in decided] == [("accepted", PLAIN + 2)]


def test_a_report_is_returned_with_usual_reasons_and_nothing_typed_is_lost(town: Town, session: Session) -> None:
    with unit_of_work() as writing:
        reasons.write_usual(writing, clock.moment(), actor_id=None)
        usual = {one.text["vi"]: one.token for one in reasons.in_order(writing)}
    first = "Thiếu tài liệu kiểm chứng cho số liệu báo cáo."
    appraiser, of = town.browser("SNV", Office.APPRAISER), tokens(session)
    # One that nothing asks about is opened in place.
    page = appraiser.get(f"{SHEET}?open={of['T01']}")
    assert set(apart(page)) == {of[code] for code in ("T01", *ALONE)}
    press(appraiser, of["T01"], "return", 422)
    assert "govuk-error-summary" in appraiser.page
    press(appraiser, of["T01"], "return", 422, reason="x" * 5_000)
    assert "x" * 5_000 in appraiser.page
    gone = press(appraiser, of["T01"], "return", usual=usual[first], reason="Gửi trước ngày 20/6.")
    tokens_apart = apart(page)
    after = [*tokens_apart, *tokens_apart][tokens_apart.index(of["T01"]) + 1]
    assert gone.location == f"{SHEET}#report-{after}", "the next one that is looked at alone"
    session.rollback()
    reason = session.scalars(sa.select(Decision.reason)).one()
    assert reason == f"{first}\nGửi trước ngày 20/6."
    assert of["T01"] not in apart(appraiser.get(SHEET))


def test_a_question_is_asked_and_answered_without_a_return(town: Town, session: Session) -> None:
    appraiser, of = town.browser("SNV", Office.APPRAISER), tokens(session)
    appraiser.get(f"{SHEET}?open={of['T02']}")
    press(appraiser, of["T02"], "ask", 422, text="")
    press(appraiser, of["T02"], "ask", text="Danh mục ở đâu?")
    page = appraiser.get(SHEET)
    assert of["T02"] in apart(page), "what was asked about is no more accepted among others"
    assert "Câu hỏi đang chờ trả lời" in page
    session.rollback()
    mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "report_question")).all()
    assert {one.person_id for one in mails} == {
        town.made.people[("SXD", office)].id for office in (Office.HEAD, Office.OFFICER)
    }
    officer = town.browser("SXD", Office.OFFICER)
    home = officer.get("/")
    assert f"/questions/{of['T02']}" in home
    officer.get(f"/questions/{of['T02']}")
    assert "Danh mục ở đâu?" in officer.page
    officer.post(f"/questions/{of['T02']}", 422, text=" ")
    officer.post(f"/questions/{of['T02']}", text="Ở phụ lục 2.")
    assert f"/questions/{of['T02']}" not in officer.get("/")
    assert "Câu hỏi đã được trả lời" in appraiser.get(SHEET)
    assert "Ở phụ lục 2." in appraiser.page
    assert "Ở phụ lục 2." in appraiser.get(f"/appraisals/{of['T02']}")
    assert of["T02"] in appraiser.get("/"), "it waits for the appraiser on the first page"
    # From the page of one report, too.
    appraiser.get(f"/appraisals/{of['T02']}/ask")
    appraiser.post(f"/appraisals/{of['T02']}/ask", text="Phụ lục 2 của tệp nào?")
    assert "Phụ lục 2 của tệp nào?" in appraiser.get(f"/appraisals/{of['T02']}/ask")
    for who in (("SYT", Office.OFFICER), ("SNV", Office.HEAD)):
        town.browser(*who).get(f"/questions/{of['T02']}", 404)


def test_home_affairs_own_sheet_is_of_the_office_of_the_committee(town: Town) -> None:
    own, office = town.browser("SNV", Office.APPRAISER), town.browser("VP", Office.APPRAISER)
    address = "/appraisals/sheets/SNV/2021-H1"
    assert address not in own.get("/appraisals/sheets")
    own.get(address, 404)
    assert address in office.get("/appraisals/sheets")
    office.get(address)
    assert len(together(office.page)) == 1


def test_the_queue_of_sheets_tells_ages_in_working_days_by_age_or_by_body(town: Town) -> None:
    town.at("2021-06-21")  # Monday: three working days since Wednesday
    appraiser = town.browser("SNV", Office.APPRAISER)
    page = appraiser.get("/appraisals/sheets")
    assert page.count("3 ngày làm việc") == 2
    assert "12" in page
    appraiser.get("/appraisals/sheets?sort=agency")
    appraiser.get("/appraisals/sheets/sxd/2021-h1", 303)
    appraiser.get("/appraisals/sheets/SXD/2020-H1", 404)
    appraiser.get("/appraisals/sheets/KHONG/2021-H1", 404)
    appraiser.get("/appraisals/sheets/SXD/completion", 404)


def test_statements_of_the_sheet_do_not_grow_with_its_rows(town: Town, statements: Statements) -> None:
    with unit_of_work() as session:
        made = errand.found(session)
        for number in range(2):
            errand.target(session, made, "SYT", f"T0{number}")
    for code, value in (("T00", "40"), ("T01", "60")):
        send(town.made, "SYT", code, "2021-Q1", {"value": "50"})
        send(town.made, "SYT", code, "2021-H1", {"value": value})
    counts, appraiser = [], town.browser("SNV", Office.APPRAISER)
    for address in ("/appraisals/sheets/SYT/2021-H1", SHEET):
        appraiser.get(address)
        statements.clear()
        appraiser.get(address)
        counts.append(len([one for one in statements if not one.startswith("BEGIN")]))
    assert counts[0] == counts[1]
    statements.clear()
    appraiser.get("/appraisals/sheets")
    assert len(statements) <= 14


def test_where_a_target_stands_once_accepted_is_where_the_rule_puts_it(town: Town, session: Session) -> None:
    """The sheet asks the rule once, of today; the rule with the acceptance in it says the same of each line."""
    now, agency = clock.moment(), town.made.bodies["SXD"]
    with town.app.test_request_context():
        reader = reader_of(session, now.on, **READER, person_id=town.made.people[("SNV", Office.APPRAISER)].id)
        sheet = body_sheet.load(session, reader, now, agency, "2021-H1")
    assert sheet is not None
    assert len(sheet.lines) == PLAIN + 2
    for line in sheet.lines:
        seq = line.waiting.revision.seq
        then = outlook(line.slot.target, line.view.known, "2021-H1", seq, appraisal.ACCEPTED, now).after
        assert (line.after().status, line.after().score) == (then.status, then.score)
