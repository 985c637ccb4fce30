"""The pages at a programme's end: assessed, stated upon, closed, verified, and taken over into the next draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import endings, errand
from tests.factories.lives import Table
from tests.integration.planning.room import Desk, Room
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import drafting
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.programmes.models import Programme
from tracker.signing.models import MadeDocument

pytestmark = pytest.mark.one_database
CLOSING = "/programmes/PAR-2021/closing"


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    now = at(endings.OVER)
    scene(endings.ended)
    return Room(app, Table(session, errand.found(session), at, now))


def page_of(room: Room, body: str = "SXD") -> str:
    room.table.session.rollback()
    mine = sa.select(Dossier.token).where(Dossier.agency_id == room.table.made.bodies[body].id)
    return f"/commitments/{room.table.session.scalars(mine.order_by(Dossier.id)).first()}"


def assess_all(room: Room) -> Desk:
    monitor = room.desk(Office.MONITOR)
    monitor.get(CLOSING)
    told = monitor.send(CLOSING, 400, until="11/01/2022")
    assert "12/01/2022" in told  # five working days at least, said beside the field
    assert "11/01/2022" in told
    monitor.get(CLOSING)
    assert "muộn nhất là" in monitor.send(CLOSING, 400, until="19/01/2023"), "a slip of the year"
    monitor.get(CLOSING)
    assert "Đã đánh giá 2 bản cam kết" in monitor.send(CLOSING, until="19/01/2022")
    return monitor


def test_from_the_end_of_the_programme_to_a_document_that_anybody_can_verify(room: Room) -> None:
    monitor, head, chair = assess_all(room), room.desk(Office.HEAD), room.desk(Office.CHAIR)
    room.table.session.rollback()
    mails = room.table.session.scalars(sa.select(OutboxMail.kind)).all()
    assert mails == ["commitment_turn"] * 2
    assert "Chờ ý kiến người đứng đầu" in monitor.get(CLOSING)
    page = page_of(room)
    assert page in head.get("/")  # it waits on the head's first page
    told = head.get(f"{page}/assessment").replace("\u00a0", " ")
    for text in ("150 thủ tục", "140 thủ tục", "Chờ hướng dẫn của bộ", "−10", "Điểm chung"):
        assert text in told, text
    assert "known_on=2022-01-05" in told
    head.get(f"{page}/moves/state")
    assert "Nhập ý kiến" in head.send(f"{page}/moves/state", 400, text=" ")
    head.send(f"{page}/moves/state", text="Cơ quan đã cố gắng.")
    chair.get(f"{page}/moves/close")
    told = chair.send(f"{page}/moves/close")
    assert "Đã kết thúc bản cam kết" in told
    room.table.session.rollback()
    made = room.table.session.scalars(sa.select(MadeDocument)).one()
    assert "Cơ quan đã cố gắng." in head.get(f"{page}/assessment")
    assert "01/2022/ĐGCK-SXD" in head.page
    assert "Bản đánh giá kết quả thực hiện cam kết" in head.get(f"/verify/{made.address}")
    assert f"/documents/{made.address}/pages/1" in head.get(f"/documents/{made.address}")
    assert "chỉ còn xem được" in head.get("/targets/target-SXD-T01")
    assert "/targets/target-SXD-T01/request" not in head.page


def test_what_waits_is_named_with_its_page(room: Room) -> None:
    with unit_of_work(room.table.now) as session:
        target = room.table.made.targets["SXD-T02"]
        endings.report(session, room.table.made, target, "2021-Y", outcome=None, value=Decimal(80))
    monitor = room.desk(Office.MONITOR)
    told = monitor.get(CLOSING)
    assert "1 báo cáo chờ thẩm định" in told
    (href,) = re.findall(r'href="(/targets\?[^"]*waiting=any)"', told)
    assert "SXD" in monitor.get(href.replace("&amp;", "&"))
    monitor.get(CLOSING)
    assert "Đã đánh giá 1 bản cam kết" in monitor.send(CLOSING, until="19/01/2022")


def test_what_was_not_met_is_chosen_for_the_next_draft(room: Room) -> None:
    table = room.table
    with unit_of_work(table.now) as session:
        days = {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31)}
        calendar = table.made.programme.calendar_id
        session.add(Programme(code="PAR-2022", title={"vi": "CCHC 2022"}, calendar_id=calendar, **days))
    programme = table.session.scalars(sa.select(Programme).where(Programme.code == "PAR-2022")).one()
    given = {"programme_id": programme.id, "agency_id": table.made.bodies["SXD"].id, "lines": []}
    table.do(drafting.draft, table.monitor, **given)
    page, monitor = page_of(room), room.desk(Office.MONITOR)
    assert f"{page}/take-over" in monitor.get(page)
    monitor.get(f"{page}/take-over")
    ids = re.findall(r'name="targets"[^>]*value="(\d+)"', monitor.page)
    assert len(ids) == 3
    assert "Chọn ít nhất một chỉ tiêu" in monitor.send(f"{page}/take-over", 400)
    told = monitor.send(f"{page}/take-over", targets=ids[:2])
    assert "Đã chuyển tiếp 2 chỉ tiêu" in told
    assert "Chuyển tiếp từ" in told
    assert "CCHC 2022" in monitor.get("/targets/target-SXD-T01")
    told = monitor.get(f"{page}/take-over")
    assert re.findall(r'name="targets"[^>]*value="(\d+)"', told) == ids[2:]
    assert "Đã chuyển tiếp" in told
