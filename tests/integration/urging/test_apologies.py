"""Public apologies for late files: asked for where a programme asks, written by the body, published, closed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import carry_out, touch, unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail.models import OutboxMail
from tracker.progress.models import Decision, Report, Revision
from tracker.signing.models import DocumentNumber
from tracker.urging import drafting
from tracker.urging.models import ApologyRule, Letter
from tracker.urging.states import State

ADDRESS = "/programmes/PAR-2021/apologies"


def accept(room: Room, late: int, of: int = 120) -> None:
    """The report of the half-year on files is sent and accepted."""
    made, today = room.table.made, clock.today()
    room.table.session.rollback()  # what comes next writes
    with unit_of_work() as session:
        target = made.targets["SYT-T03"]
        report = Report(
            token="report",
            target_id=target.id,
            programme_id=made.programme.id,
            agency_id=target.agency_id,
            period_id=made.periods["2021-H1"].id,
            kind="periodic",
            state="accepted",
            sent_on=today,
        )
        session.add(report)
        session.flush()
        figure: dict[str, Any] = {"numerator": Decimal(of - late), "denominator": Decimal(of)}
        revision = Revision(report_id=report.id, seq=1, submitted_on=today, recorded_on=today, **figure)
        session.add(revision)
        session.flush()
        session.add(Decision(revision_id=revision.id, seq=1, outcome="accepted", decided_on=today, recorded_on=today))
        touch(session, "target", target.id)


def urge(room: Room) -> drafting.Done:
    with room.app.app_context():
        done = carry_out(drafting.units(clock.today(), clock.moment(), settings_of(room.app).site))
    room.table.session.rollback()
    return done


def ask_for(room: Room, **typed: Any) -> str:
    administrator = room.desk(Office.ADMINISTRATOR)
    administrator.get(ADDRESS)
    return administrator.send(ADDRESS, **{"targets": "T03", "days": "5", "reason": "Chỉ thị 08", **typed})


def test_from_what_is_owed_to_what_was_published(room: Room) -> None:
    assert "Chỉ thị 08" in ask_for(room)
    accept(room, late=3)
    assert urge(room).owed == 1
    assert urge(room).owed == 0, "once"
    mine = sa.select(Letter).where(Letter.kind == "apology")
    letter = room.table.session.scalars(mine).one()
    assert (letter.state, str(letter.answer_by)) == (State.OWED, "2021-07-19")
    at = f"/letters/{letter.token}"
    head, monitor = room.desk(Office.HEAD, "SYT"), room.desk(Office.MONITOR)
    room.desk(Office.HEAD).get(at, 404)
    assert "Trong đó quá hạn" in head.get(at), "of its own body it sees an apology at once"
    head.get(f"{at}/moves/close", 403)
    monitor.get(f"{at}/words", 403)
    head.get(f"{at}/words")
    assert "Nêu nguyên nhân" in head.send(f"{at}/words", 400, remedy="Trả hết trước 20/7")
    head.send(f"{at}/words", cause="Thiếu người thẩm định.", remedy="Trả hết trước ngày 20/7.")
    head.get(f"{at}/moves/sign")
    head.send(f"{at}/moves/sign")
    room.table.session.rollback()
    number = room.table.session.scalars(sa.select(DocumentNumber)).one()
    assert number.text == "01/TXL-SYT", "of the body's own register"
    for move, who, text in (
        ("publish", head, "https://syt.example.vn/xin-loi"),
        ("not-found", monitor, "Trang không mở được"),
        ("publish", head, "Niêm yết tại Bộ phận Một cửa ngày 13/7"),
        ("close", monitor, "Đã kiểm tra bảng niêm yết"),
    ):
        who.get(f"{at}/moves/{move}")
        who.send(f"{at}/moves/{move}", text=text)
    told = monitor.get(at)
    assert "Niêm yết tại Bộ phận Một cửa" in told
    room.table.session.rollback()
    assert room.table.session.scalars(mine).one().state == State.CLOSED
    mails = room.table.session.scalars(sa.select(OutboxMail.text).where(OutboxMail.kind == "letter")).all()
    assert any("phải xin lỗi công khai" in text and at in text for text in mails)


@pytest.mark.parametrize("why", ["not asked", "none late", "before"])
def test_nothing_is_owed(room: Room, why: str) -> None:
    if why == "before":
        accept(room, late=3)
        ask_for(room, from_on="13/07/2021")
        room.table.go_to("2021-07-14")
    elif why == "none late":
        ask_for(room)
        accept(room, late=0)
    else:
        accept(room, late=3)
    assert urge(room).owed == 0


def test_what_is_wrong_with_the_setting_stands_beside_its_field(room: Room) -> None:
    administrator = room.desk(Office.ADMINISTRATOR)
    administrator.get(ADDRESS)
    assert "Nhập từ 1 đến 60" in administrator.send(ADDRESS, 400, targets="T03", days="0", reason="x")
    administrator.get(ADDRESS)
    assert "Không có gì khác" in administrator.send(ADDRESS, 400, days="5", reason="x")
    assert room.table.session.scalar(sa.select(ApologyRule.id)) is None
