"""What is refused to whoever asks about a target, or decides on it, and that what was typed is still there."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.asking import ASK, RULE, ask, decide, reader, slot, town
from tests.integration.home.conftest import Town
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Amendment, Extension, Target
from tracker.commitments.rulings import Kind, Ruling
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.requests import deciding
from tracker.progress.requests.queries import open_of
from tracker.progress.service import Incomplete

pytestmark = pytest.mark.one_database
__all__ = ["town"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"kind": ""}, "Hãy chọn nội dung đề nghị"),
        ({"due_on": ""}, "Hãy nhập thời hạn mới"),
        ({"due_on": "30/9/21x"}, "ngày/tháng/năm, ví dụ 20/06/2021"),
        ({"due_on": "1/6/2021"}, "Gia hạn không dài hơn"),
        ({"due_on": "10/6/2021"}, "Hãy nhập một ngày sau ngày hôm nay"),
        ({"due_on": "30/6/2022"}, "31 ngày"),
        ({"reason": ""}, "Hãy nêu lý do để UBND tỉnh quyết định"),
        ({"from_on": "1/7/2021"}, "không thuộc lựa chọn này"),
        ({"kind": "suspension", "due_on": "", "from_on": "1/7/2021"}, "Hãy nhập ngày cuối tạm dừng"),
        ({"kind": "suspension", "due_on": "", "from_on": "1/7/2021", "to_on": "20/6/2021"}, "01/07/2021"),
        ({"kind": "suspension", "due_on": "", "from_on": "1/5/2021", "to_on": "1/6/2021"}, "sau ngày hôm nay"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field_and_kept(town: Town, typed: dict[str, str], told: str) -> None:
    head = town.browser("SXD", Office.HEAD)
    head.get(ASK)
    asked = {"kind": "extension", "due_on": "30/9/2021", "reason": "Chờ hướng dẫn", **typed}
    page = head.post(ASK, status=422, do="ask", **asked).get_data(as_text=True)
    assert told in page
    for text in (asked["due_on"], asked["reason"], asked.get("from_on", "")):
        assert text in page
    assert asked["reason"] in head.get(ASK)  # also after the window was closed


def test_a_stale_draft_is_refused_with_both_texts_and_the_file_is_held(town: Town) -> None:
    first, second = (town.browser("SXD", Office.HEAD) for _number in range(2))
    for browser in (first, second):
        browser.get(ASK)
    first.post(ASK, do="save", kind="extension", due_on="30/9/2021", reason="Lý do thứ nhất")
    file = (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "cong-van.pdf")
    page = second.post(ASK, status=409, do="ask", reason="Lý do thứ hai", evidence=file).get_data(as_text=True)
    assert "Lý do thứ nhất" in page
    assert "Lý do thứ hai" in page
    assert "cong-van.pdf" in page


def test_of_two_deciders_the_second_is_told_with_both(town: Town, session: Session) -> None:
    address = ask(town)
    chair, vice = town.browser("VP", Office.CHAIR), town.browser("VP", Office.VICE_CHAIR)
    vice.get(address)
    decide(chair, address, outcome="refuse", due_on="30/9/2021", reason="Đủ thời gian để làm")
    page = vice.post(address, status=409, outcome="grant", due_on="30/9/2021", reason="Nên cho thêm").get_data(True)
    assert "Đủ thời gian để làm" in page
    assert "Nên cho thêm" in page
    session.rollback()
    assert session.scalars(sa.select(TargetDecision.granted)).all() == [False]
    assert session.scalars(sa.select(Extension)).all() == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"outcome": "", "reason": "Đồng ý"}, "Chọn một quyết định"),
        ({"outcome": "refuse", "reason": ""}, "Hãy nêu lý do: cơ quan sẽ đọc"),
        ({"outcome": "grant", "reason": " . "}, "Hãy nêu lý do: cơ quan sẽ đọc"),
        ({"outcome": "refuse", "reason": "Không", "due_on": "31/8/2021"}, "chỉ dùng khi “Chấp thuận”"),
        ({"outcome": "grant", "reason": "Đồng ý", "due_on": "1/6/2021"}, "Gia hạn không dài hơn"),
    ],
)
def test_a_decision_without_all_that_it_needs_is_refused(town: Town, typed: dict[str, str], told: str) -> None:
    address = ask(town)
    chair = town.browser("VP", Office.CHAIR)
    chair.get(address)
    page = chair.post(address, status=422, **{"due_on": "30/9/2021", **typed}).get_data(as_text=True)
    assert told in page
    assert typed.get("due_on", "30/9/2021") in page


@pytest.mark.parametrize(("second", "goes"), [(Office.CHAIR, False), (Office.VICE_CHAIR, True)])
def test_whoever_asked_does_not_decide_with_both_offices_either(
    town: Town, session: Session, second: Office, goes: bool
) -> None:
    address = ask(town)
    with unit_of_work() as writing:
        head = town.made.people[("SXD", Office.HEAD)]
        if goes:  # the office of the body ends; what was asked in it stays asked
            left = sa.update(OfficeHolding).where(OfficeHolding.person_id == head.id)
            writing.execute(left.values(to_on=date(2021, 6, 15)))
        held = {"person_id": head.id, "agency_id": town.made.bodies["VP"].id, "office": second}
        writing.add(OfficeHolding(**held, from_on=date(2021, 1, 1)))
    browser = town.browser("SXD", Office.HEAD)
    assert "người khác quyết định" in browser.get(address)
    typed: dict[str, Any] = {"outcome": "grant", "due_on": "30/9/2021", "reason": "Đồng ý", "seen": "1"}
    browser.page += browser.client.get("/requests?q=x").get_data(as_text=True)
    assert "người khác quyết định" in browser.post(address, status=403, **typed).get_data(as_text=True)
    if not goes:
        browser.get(address)
        days = {"kind": "end", "ended_on": "20/6/2021", "reason": "Bãi bỏ", "seen": "1"}
        assert "người khác quyết định" in browser.post(RULE, status=403, **days).get_data(as_text=True)
    session.rollback()
    assert session.scalars(sa.select(TargetDecision)).all() == []


def test_a_request_is_withdrawn_until_it_is_decided(town: Town, session: Session) -> None:
    address = ask(town)
    head, chair = town.browser("SXD", Office.HEAD), town.browser("VP", Office.CHAIR)
    head.get(ASK, status=303)
    head.get(address)
    token = address.rpartition("/")[2]
    head.post(ASK + "/withdraw", request=token)
    assert "Đã rút" in chair.get(address)
    again = ask(town)
    head.get(again)
    decide(chair, again, outcome="refuse", due_on="30/9/2021", reason="Đủ thời gian")
    head.post(ASK + "/withdraw", request=again.rpartition("/")[2])
    session.rollback()
    assert set(session.scalars(sa.select(TargetRequest.state))) == {"withdrawn", "refused"}


def test_a_request_that_was_withdrawn_has_waited_until_that_day(town: Town) -> None:
    address = ask(town)
    town.at("2021-06-18")
    head = town.browser("SXD", Office.HEAD)
    head.get(address)
    head.post(ASK + "/withdraw", request=address.rpartition("/")[2])
    town.at("2021-06-29")
    answer = town.browser("VP", Office.CHAIR).client.get("/requests.csv?state=withdrawn")
    line = next(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert line["Số ngày chờ"] == "2"
    head, target = town.browser("SXD", Office.HEAD), ASK.removesuffix("/request")
    for day, outcome in (("2021-06-17", "Chờ quyết định"), ("2021-06-18", "Đã rút")):
        assert outcome in head.get(f"{target}?on={day}")


def test_other_days_after_the_decision_are_not_the_same_press(town: Town, session: Session) -> None:
    address = ask(town)
    chair = town.browser("VP", Office.CHAIR)
    chair.get(address)
    typed = {"outcome": "grant", "reason": "Đồng ý", "seen": "1"}
    hidden = chair.hidden()
    for due_on, status in (("31/8/2021", 303), ("31/8/2021", 303), ("30/9/2021", 409)):
        answer = chair.client.post(address, data={**hidden, **typed, "due_on": due_on})
        assert answer.status_code == status, due_on
    assert "30/9/2021" in answer.get_data(as_text=True)
    assert session.scalars(sa.select(Extension.due_on)).all() == [date(2021, 8, 31)]


def test_an_end_pressed_twice_stands_once_and_what_comes_after_it_is_kept(town: Town, session: Session) -> None:
    chair = town.browser("VP", Office.CHAIR)
    chair.get(RULE)
    hidden = chair.hidden()
    typed = {"kind": "end", "ended_on": "15/6/2021", "reason": "Bãi bỏ nhiệm vụ", "seen": "1"}
    for _press in range(2):
        assert chair.client.post(RULE, data={**hidden, **typed}).status_code == 303
    assert len(session.scalars(sa.select(TargetDecision)).all()) == 1
    answer = chair.client.post(RULE, data={**hidden, **typed, "reason": "Lý do khác"})
    assert answer.status_code == 422
    assert "Lý do khác" in answer.get_data(as_text=True)


def test_nothing_is_granted_on_a_target_that_ended_while_the_answer_waited(town: Town, session: Session) -> None:
    ask(town)
    now = clock.moment()

    def grant(writing: Session) -> None:
        of_target, chair = slot(writing), reader(town, writing, "VP", Office.CHAIR)
        request = open_of(writing, of_target.target.id)
        assert request is not None
        end = {"ended_on": now.on, "end_decided_on": now.on, "end_recorded_on": now.on, "end_reason": "Bãi bỏ"}
        ended = sa.update(Target).where(Target.id == of_target.target.id).values(**end)
        writing.connection().execute(ended)  # as another chair did meanwhile: the object knows nothing of it
        wanted = Ruling(Kind.EXTENSION, date(2021, 9, 30))
        deciding.decide(writing, now, reader=chair, slot=of_target, request=request, ruling=wanted, reason="Đồng ý")

    with pytest.raises(Incomplete), unit_of_work(now) as writing:
        grant(writing)
    assert session.scalars(sa.select(Extension)).all() == []


def test_the_list_tells_how_long_each_has_waited_and_leaves_as_a_file(town: Town) -> None:
    address = ask(town)
    town.at("2021-06-29")
    chair = town.browser("VP", Office.CHAIR)
    assert "13 ngày" in chair.get("/requests")
    assert "13 ngày" in chair.get("/")
    assert address in chair.get("/requests?age=10&agency=SXD&kind=extension")
    assert address not in chair.get("/requests?age=20")
    assert address not in chair.get("/requests?agency=SYT")
    answer = chair.client.get("/requests.csv?age=10")
    line = next(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert (line["Số ngày chờ"], line["Thời hạn ban đầu"], line["Thời hạn đề nghị"]) == (
        "13",
        "2021-06-01",
        "2021-09-30",
    )
    assert chair.client.get("/requests.xlsx").status_code == 200
    assert chair.client.get("/requests.csv?days=10").status_code == 400


def test_what_was_moved_is_counted_for_body_and_head_and_both_rates_are_told(town: Town) -> None:
    address = ask(town)
    decide(town.browser("VP", Office.CHAIR), address, outcome="grant", due_on="30/9/2021", reason="Đồng ý")
    target_id = town.made.targets["SXD-T01"].id
    with unit_of_work() as writing:  # lowered twice, then some of it taken back
        for day, goal in ((date(2021, 3, 1), 200), (date(2021, 4, 1), 150), (date(2021, 5, 4), 220)):
            days = {"signed_on": day, "from_on": day, "recorded_on": day}
            writing.add(Amendment(target_id=target_id, goal=Decimal(goal), **days))
    page = town.browser("SXD", Office.HEAD).get("/agencies/SXD")
    assert "<dt>Số lần gia hạn</dt><dd>1</dd>" in page
    assert "<dt>Số lần hạ mục tiêu</dt><dd>2</dd>" in page
    assert "<dt>Hoàn thành đúng hạn, theo thời hạn ban đầu</dt><dd>0\u00a0% (0 trên 1)</dd>" in page
    assert "<dt>Hoàn thành đúng hạn, theo thời hạn hiện hành</dt>" not in page  # nothing is due by it yet
    assert "1 lần gia hạn" in town.browser("SXD", Office.HEAD).get("/leaders")
