"""A month of one body: the officer hands over what is complete, the head looks, hands back, sends some, recalls."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tracker.agencies.models import OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Decision, Draft, Report, Revision

SHEET = "/sheets/SXD/2021-H1"
SEND = SHEET + "/send"
FIGURES: dict[str, Any] = {
    "T01": {"value": "120"},
    "T02": {"numerator": "95", "denominator": "100"},
    "T03": {"value": "60"},
}


def figure(code: str) -> str:
    return f"/figures/target-SXD-{code}/2021-H1"


def written(town: Town, *, hand: bool = True, **changed: Any) -> tuple[Browser, Browser]:
    """The officer has written all three figures, and handed them over as one; officer and head."""
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    for code, typed in {**FIGURES, **changed}.items():
        officer.get(figure(code))
        officer.post(figure(code), narrative="Theo kế hoạch", **typed)
    if hand:
        officer.get(SHEET)
        officer.post(SHEET + "/hand")
    return officer, head


def drafts(head: Browser) -> list[str]:
    """What stands ticked on the page that sends."""
    return re.findall(r'name="draft" value="([^"]+)" checked', head.page)


def states(session: Session) -> dict[str, str]:
    """State of each report, by its target."""
    session.rollback()
    rows = session.execute(sa.text("SELECT code, state FROM report JOIN target ON target.id = target_id")).tuples()
    return dict(rows.all())


def test_what_is_complete_is_handed_over_and_what_is_not_is_named(town: Town, session: Session) -> None:
    officer, _head = written(town, T03={"value": "sáu mươi"})
    page = officer.get(SHEET)
    assert "2 số liệu đã chuyển người đứng đầu" in page
    assert "chưa đầy đủ" in page
    session.rollback()
    rows = session.execute(sa.text("SELECT code, state FROM draft JOIN target ON target.id = target_id")).tuples()
    assert dict(rows.all()) == {"T01": "with_head", "T02": "with_head", "T03": "editing"}


def test_from_home_to_sent_in_three_presses_and_one_receipt(town: Town, session: Session) -> None:
    _officer, head = written(town)
    assert f'href="{SEND}"' in head.get("/"), "one"
    page = head.get(SEND)
    assert len(drafts(head)) == 3
    assert "Theo kế hoạch" in page
    sent = head.post(SEND, draft=drafts(head), do="send")  # two
    assert states(session) == dict.fromkeys(FIGURES, "sent")
    page = head.get(sent.location)
    codes = set(re.findall(r"/verify/reports/([0-9a-f]{32})", page))
    assert len(codes) == 3
    assert "Giám đốc Sở Xây dựng" in page
    for code in codes:
        assert "Biên nhận h" in town.app.test_client().get(f"/verify/reports/{code}").text


def test_some_are_sent_and_one_is_handed_back_with_a_word(town: Town, session: Session) -> None:
    officer, head = written(town)
    head.get(SEND)
    first, second, third = drafts(head)
    key = second.partition(":")[0]
    back: dict[str, Any] = {"do": f"back:{key}", "draft": [first, second, third], "seen": [first, second, third]}
    head.post(SEND, **back, status=422)
    assert states(session) == {}
    head.post(SEND, **{**back, f"word:{key}": "Đối chiếu với Cục Thống kê"})
    code = key.rpartition("-")[2]
    assert "Đối chiếu với Cục Thống kê" in officer.get(figure(code))
    page = head.get(SEND)
    assert "Không gửi lần này" in page
    assert sorted(drafts(head)) == sorted([first, third])
    head.post(SEND, draft=[third], do="send")
    assert list(states(session).values()) == ["sent"]
    head.get(SEND)
    assert drafts(head) == [first]
    head.post(SEND, do="send", status=422)
    assert "Đánh dấu" in head.page


def test_what_changed_meanwhile_is_left_and_named(town: Town, session: Session) -> None:
    officer, head = written(town, hand=False)
    officer.get(SHEET)
    officer.post(SHEET + "/hand")
    page = head.get(SEND)
    ticks = drafts(head)
    other = town.browser("SXD", Office.HEAD)
    other.get(figure("T01"))
    other.post(figure("T01"), value="119", narrative="Theo kế hoạch")
    sent = head.post(SEND, draft=ticks, do="send")
    page = head.get(sent.location)
    assert "Cắt giảm thời gian giải quyết thủ tục" in page
    assert sorted(states(session)) == ["T02", "T03"]
    session.rollback()
    assert session.scalars(sa.select(Draft.typed)).one()["value"] == "119", "nothing typed is lost"


def test_a_press_is_recalled_as_one_before_anybody_decided(town: Town, session: Session) -> None:
    _officer, head = written(town)
    head.get(SEND)
    sent = head.post(SEND, draft=drafts(head), do="send")
    receipt = sent.location
    head.get(receipt)
    ticks = re.findall(r'name="report" value="([^"]+)"', head.page)
    session.rollback()
    token = session.scalars(sa.select(Report.token).where(Report.target_id == town.made.targets["SXD-T01"].id)).one()
    session.rollback()
    town.browser("SNV", Office.APPRAISER).decide(f"/appraisals/{token}", outcome="accept")
    head.post(receipt + "/recall", report=ticks)
    assert states(session) == {"T01": "accepted", "T02": "recalled", "T03": "recalled"}
    page = head.get(receipt)
    assert "không thu hồi" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Decision).where(Decision.outcome == "recalled")) == 2


def test_a_deputy_sends_by_a_dated_authority_and_both_names_are_kept(town: Town, session: Session) -> None:
    written(town)
    head_id, officer_id = (town.made.people["SXD", office].id for office in (Office.HEAD, Office.OFFICER))
    with unit_of_work() as writing:
        holding = writing.scalars(sa.select(OfficeHolding).where(OfficeHolding.person_id == head_id)).one()
        days = {"from_on": date(2021, 6, 14), "to_on": date(2021, 6, 20)}
        writing.add(StandIn(holding_id=holding.id, person_id=officer_id, paper="Giấy ủy quyền số 7", **days))
    deputy = town.browser("SXD", Office.OFFICER)
    page = deputy.get(SEND)
    for words in ("Giấy ủy quyền số 7", "14/06/2021", "20/06/2021", "Giám đốc Sở Xây dựng"):
        assert words in page, words
    sent = deputy.post(SEND, draft=drafts(deputy), do="send")
    assert "Chuyên viên Sở Xây dựng (thay Giám đốc Sở Xây dựng)" in deputy.get(sent.location)
    session.rollback()
    rows = session.execute(sa.select(Revision.sent_by_id, Revision.sent_for_id)).all()
    assert {tuple(row) for row in rows} == {(officer_id, head_id)}
    town.at("2021-06-21")
    assert town.browser("SXD", Office.OFFICER).get(SEND, status=403)


def test_a_completion_stands_beside_the_sheet_and_goes_in_the_same_press(town: Town, session: Session) -> None:
    officer, head = written(town, hand=False)
    whole = "/figures/target-SXD-T03/completion"
    officer.get(whole)
    officer.post(whole, value="100", as_at="15/06/2021", narrative="Đã xong")
    assert f'href="{whole}">' in officer.get(SHEET)
    officer.post(SHEET + "/hand")
    page = head.get(SEND)
    assert len(drafts(head)) == 4
    assert "Báo cáo hoàn thành" in page
    head.post(SEND, draft=drafts(head), do="send")
    session.rollback()
    sent = session.execute(sa.select(Report.kind, Report.state).order_by(Report.kind)).all()
    assert [tuple(row) for row in sent] == [("completion", "sent"), *[("periodic", "sent")] * 3]
    assert 'id="completions"' not in head.get(SHEET)
    token = session.scalars(sa.select(Report.token).where(Report.kind == "completion")).one()
    session.rollback()
    town.browser("SNV", Office.APPRAISER).decide(f"/appraisals/{token}", outcome="return", reason="Thiếu biên bản")
    assert "Bị trả lại: Thiếu biên bản" in officer.get(SHEET)


def test_what_was_returned_and_how_it_was_answered_is_read_by_head_and_appraiser(town: Town, session: Session) -> None:
    officer, head = written(town, T01={"value": "120", "obstacles": "Thiếu máy quét"})
    page = head.get(SEND)
    assert "Vướng mắc: Thiếu máy quét" in page
    head.post(SEND, draft=drafts(head), do="send")
    session.rollback()
    token = session.scalars(
        sa.select(Report.token).join(Target, Target.id == Report.target_id).where(Target.code == "T01")
    ).one()
    session.rollback()
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{token}", outcome="return", reason="Thiếu danh mục")
    officer.get(figure("T01"))
    officer.post(figure("T01"), value="119", narrative="Đã kèm danh mục", obstacles="Thiếu máy quét", do="hand")
    page = head.get(SEND)
    assert re.search(r"Bị trả lại: Thiếu danh mục <strong>Đã kèm danh mục</strong>", page)
    head.post(SEND, draft=drafts(head), do="send")
    page = appraiser.get("/appraisals/sheets/SXD/2021-H1")
    for text in ("Lý do trả lại lần trước", "Thiếu danh mục", "Đã kèm danh mục", "Thiếu máy quét"):
        assert text in page, text
