"""An accepted figure turns out wrong: the head asks, the appraiser decides; or an inspection has it opened again."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import PRESS_ON, Browser, Town
from tests.support.signing_in import token
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.compliance.models import StatusSpan
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.progress.corrections.models import CorrectionEnd, Reopening
from tracker.progress.models import Decision, Report

FIGURE = "/figures/target-SXD-T01/2021-H1"
ASK = FIGURE + "/correction"
WRONG = "Tính trùng hai thủ tục, đúng ra là 118"


def accepted(town: Town, session: Session) -> tuple[Browser, Browser, str]:
    """A figure that was sent and accepted; the head's and the appraiser's browsers, and the report's token."""
    head, appraiser = town.browser("SXD", Office.HEAD), town.browser("SNV", Office.APPRAISER)
    head.get(FIGURE)
    head.post(FIGURE, value="120", do="send")
    head.get(FIGURE + "/send")
    head.post(FIGURE + "/send")
    session.rollback()
    report = session.scalars(sa.select(Report.token)).one()
    session.rollback()
    appraiser.decide(f"/appraisals/{report}", outcome="accept")
    return head, appraiser, report


def states(session: Session) -> tuple[str, str]:
    """Of the report, and of its target today."""
    session.rollback()
    span = session.scalars(sa.select(StatusSpan).where(StatusSpan.to_on.is_(None)).order_by(StatusSpan.target_id))
    return session.scalars(sa.select(Report.state)).one(), span.first().status  # type: ignore[union-attr]


def mails(session: Session, kind: str) -> list[OutboxMail]:
    session.rollback()
    return list(session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def test_the_head_asks_the_appraiser_grants_and_the_body_answers(town: Town, session: Session) -> None:
    head, appraiser, _token = accepted(town, session)
    assert ASK in head.get(FIGURE)
    head.get(ASK)
    head.post(ASK, reason="", status=422)
    assert "Nêu số liệu sai ở đâu" in head.page
    head.post(ASK, reason=WRONG)
    assert "chờ người thẩm định" in head.get(FIGURE)
    assert "Đề nghị đính chính của ông/bà" in head.get("/")
    waits = mails(session, "correction_waits")[0]
    address = re.findall(r"/corrections/[\w-]+", waits.text)[0]
    assert WRONG in waits.text
    assert "/corrections" in appraiser.get("/")
    assert address in appraiser.get("/corrections")
    page = appraiser.get(address)
    assert WRONG in page
    before = states(session)
    appraiser.post(address, outcome="grant", reason="", status=422)
    assert states(session) == before
    appraiser.post(address, outcome="grant", reason="Có căn cứ")
    assert states(session)[0] == "reopened"
    told = mails(session, "correction_decided")
    assert [FIGURE in one.text and "Có căn cứ" in one.text for one in told] == [True]
    decision = session.scalars(sa.select(Decision).order_by(Decision.id.desc()).limit(1)).one()
    assert (decision.outcome, decision.decided_on, decision.reason) == ("reopened", date(2021, 6, 16), "Có căn cứ")
    assert session.scalars(sa.select(Reopening)).one().ground == "correction"
    head.get(FIGURE)
    head.post(FIGURE, value="118", do="send")
    head.get(FIGURE + "/send")
    head.post(FIGURE + "/send")
    assert states(session)[0] == "sent"
    assert "Đề nghị đính chính của ông/bà" not in head.get("/")
    decided = appraiser.get(address)
    assert "Số liệu báo cáo</dt><dd>120" in re.sub(r"\s*(<[^ >]+)[^>]*>\s*", r"\1>", decided), "what was asked about"
    page = head.get(FIGURE)
    for words in (
        WRONG,
        ": đính chính theo đề nghị của cơ quan",
        "118",
        "Giám đốc Sở Xây dựng, người đứng đầu, Sở Xây dựng",
    ):
        assert words in page, words
    events = session.scalars(sa.select(AuditEvent.event)).all()
    assert {"correction.asked", "correction.granted", "report.sent"} <= set(events)


def test_refused_the_accepted_figure_stands(town: Town, session: Session) -> None:
    head, appraiser, _token = accepted(town, session)
    head.get(ASK)
    head.post(ASK, reason=WRONG)
    waits = mails(session, "correction_waits")[0]
    address = re.findall(r"/corrections/[\w-]+", waits.text)[0]
    before = states(session)
    appraiser.get(address)
    appraiser.post(address, outcome="refuse", reason="Chưa đủ căn cứ")
    assert states(session) == before
    assert session.scalars(sa.select(CorrectionEnd.outcome)).one() == "refused"
    assert "Chưa đủ căn cứ" in head.get(FIGURE)
    assert ASK in head.page, "it can be asked anew"


def test_withdrawn_nobody_decides_any_more(town: Town, session: Session) -> None:
    head, appraiser, _token = accepted(town, session)
    head.get(ASK)
    head.post(ASK, reason=WRONG)
    waits = mails(session, "correction_waits")[0]
    address = re.findall(r"/corrections/[\w-]+", waits.text)[0]
    appraiser.get(address)
    head.get(FIGURE)
    head.post(ASK + "/withdraw")
    appraiser.post(address, outcome="grant", reason="Có căn cứ", status=409)
    assert "Có căn cứ" in appraiser.page, "nothing typed is lost"
    assert states(session)[0] == "accepted"


def test_a_finding_opens_an_accepted_figure_again(town: Town, session: Session) -> None:
    head, _appraiser, report = accepted(town, session)
    address = f"/reports/{report}/reopen"
    with unit_of_work() as writing:
        inspector = Person(token="inspector", name="Thanh tra tỉnh", email="tt@example.vn", language="vi")
        writing.add(inspector)
        writing.flush()
        body = town.made.bodies["VP"].id
        days = {"from_on": date(2020, 1, 1)}
        writing.add(OfficeHolding(person_id=inspector.id, agency_id=body, office=Office.INSPECTOR, **days))
        town.made.people["VP", Office.INSPECTOR] = inspector
        writing.flush()
        writing.expunge(inspector)
    inspecting = town.browser("VP", Office.INSPECTOR)
    assert address in inspecting.get("/targets/target-SXD-T01")
    inspecting.get(address)
    typed: dict[str, Any] = {"ground": "finding", "number": "12/KL-TTr", "reason": "Hồ sơ không khớp"}
    inspecting.post(address, **typed, dated_on="17/6/2021", status=422)
    assert "12/KL-TTr" in inspecting.page
    inspecting.post(address, **typed, dated_on="15/6/2021")
    assert states(session)[0] == "reopened"
    named = session.scalars(sa.select(Reopening)).one()
    assert (named.ground, named.number, named.dated_on) == ("finding", "12/KL-TTr", date(2021, 6, 15))
    assert {one.person_id for one in mails(session, "figure_reopened")} == {
        town.made.people["SXD", office].id for office in (Office.HEAD, Office.OFFICER)
    }
    for page in (head.get(FIGURE), head.get("/targets/target-SXD-T01")):
        assert "12/KL-TTr" in page
        assert "Thanh tra tỉnh" in page
    with unit_of_work() as reading:
        assert reading.scalars(sa.select(AuditEvent).where(AuditEvent.event == "report.reopened")).one()


@pytest.mark.parametrize(("body", "office"), [("SXD", Office.HEAD), ("SXD", Office.OFFICER), ("VP", Office.MONITOR)])
def test_nobody_else_opens_it_again(town: Town, session: Session, body: str, office: Office) -> None:
    _head, _appraiser, report = accepted(town, session)
    typed: dict[str, Any] = {"ground": "finding", "number": "1", "dated_on": "15/6/2021", "reason": "Không khớp"}
    browser = town.browser(body, office)
    browser.get("/targets/target-SXD-T01")
    assert "/reopen" not in browser.page
    browser.post(f"/reports/{report}/reopen", csrf_token=token(browser.client), **typed, status=403)
    assert states(session)[0] == "accepted"


def test_what_is_said_inside_the_body_stays_there(town: Town, session: Session) -> None:
    town.at(PRESS_ON)
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    officer.get(FIGURE)
    officer.post(FIGURE, value="120", narrative="Thuyết minh", do="hand")
    officer.get(FIGURE)
    officer.post(FIGURE + "/comments", text="Số của phòng Kế hoạch còn lệch")
    head.get(FIGURE + "/hand-back")
    head.post(FIGURE + "/hand-back", comment="Đối chiếu lại với phòng Kế hoạch")
    page = officer.get(FIGURE)
    assert "Số của phòng Kế hoạch còn lệch" in page
    assert page.count("Đối chiếu lại với phòng Kế hoạch") >= 2
    officer.post(FIGURE, value="118", do="hand")
    head.get(FIGURE + "/send")
    head.post(FIGURE + "/send")
    session.rollback()
    report = session.scalars(sa.select(Report.token)).one()
    appraiser, monitor = town.browser("SNV", Office.APPRAISER), town.browser("VP", Office.MONITOR)
    for browser, address in ((appraiser, f"/appraisals/{report}"), (monitor, "/targets/target-SXD-T01")):
        assert "phòng Kế hoạch" not in browser.get(address)
