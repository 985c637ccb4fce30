"""What a meeting gives a body to do, from the spot on which it is recorded to the briefing that opens with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from jobs import runner
from jobs.timetable import entry
from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.duties.models import Conclusion, ConclusionEnd
from tracker.mail.models import OutboxMail

TASK = "Báo cáo Ủy ban nhân dân tỉnh cách khắc phục"


def day(on: date) -> str:
    return f"{on.day:02d}/{on.month:02d}/{on.year}"


def mails(room: Room) -> list[str]:
    line = entry("remind")
    assert line is not None
    with room.app.app_context():
        assert runner.run(room.app, line, clock.now()) == "done"
    room.table.session.rollback()
    return [text for text in room.table.session.scalars(sa.select(OutboxMail.text)) if TASK in text]


def test_a_conclusion_is_a_duty_until_it_is_done(room: Room) -> None:
    today = clock.today()
    monitor, officer, head = room.desk(Office.MONITOR), room.desk(Office.OFFICER), room.desk(Office.HEAD)
    at = "/agencies/SXD/conclude"
    officer.get(at, 403)
    monitor.get(at)
    given: dict[str, Any] = {"task": TASK, "office": "officer", "met_on": day(today), "due_on": day(today)}
    kept = monitor.send(at, 422, **{**given, "due_on": day(today - timedelta(days=9))})
    assert TASK in kept, "nothing typed is lost"
    assert "một ngày sau đó" in kept
    assert TASK in monitor.send(at, **given)
    room.table.session.rollback()
    found = room.table.session.scalars(sa.select(Conclusion)).one()
    told = mails(room)
    assert len(told) == 1, "the officer to whom it was given, and nobody else"
    page = monitor.get("/briefing")
    assert page.index("Kết luận của các cuộc họp trước: 1") < page.index("Chỉ tiêu chậm, ảnh hưởng")

    mine = f"/conclusions/{found.token}"
    room.desk(Office.HEAD, "SYT").get(mine, 404)
    monitor.get(f"{mine}/done", 403)
    head.get(f"{mine}/done")
    assert "Ghi minh chứng" in head.send(f"{mine}/done", 422, text="Đã báo cáo xong", proof=" ")
    monitor.get(f"{mine}/withdraw")
    head.send(f"{mine}/done", text="Đã báo cáo xong", proof="BC 15/BC-SXD")
    assert "BC 15/BC-SXD" in head.get(mine)
    room.table.session.rollback()
    assert room.table.session.scalars(sa.select(ConclusionEnd.outcome)).all() == ["done"]
    monitor.send(f"{mine}/withdraw", 422, text="Ghi nhầm")
    assert "Đã báo cáo xong" in monitor.get("/briefing")
    assert TASK not in monitor.get("/conclusions")
    assert "BC 15/BC-SXD" in monitor.get("/conclusions.csv?state=all")


@pytest.mark.one_database
def test_one_that_was_withdrawn_reminds_nobody(room: Room) -> None:
    today = clock.today()
    chair = room.desk(Office.CHAIR)
    given: dict[str, Any] = {"task": TASK, "office": "head", "met_on": day(today), "due_on": day(today)}
    chair.get("/agencies/SXD/conclude")
    chair.send("/agencies/SXD/conclude", **given)
    room.table.session.rollback()
    found = room.table.session.scalars(sa.select(Conclusion)).one()
    chair.get(f"/conclusions/{found.token}/withdraw")
    chair.send(f"/conclusions/{found.token}/withdraw", text="Ghi nhầm cơ quan")
    assert mails(room) == []
