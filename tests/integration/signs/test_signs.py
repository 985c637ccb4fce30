"""A sign from the night on which it is found, through the question and its answer, to what it came to."""

from __future__ import annotations

import sqlalchemy as sa

from jobs import runner
from jobs.timetable import entry
from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.compliance.models import StatusSpan
from tracker.core import clock
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.mail.models import OutboxMail
from tracker.mail.service import claim_some
from tracker.signs import looking
from tracker.signs.models import Sign


def look(room: Room) -> None:
    line = entry("look")
    assert line is not None
    with room.app.app_context():
        assert runner.run(room.app, line, clock.now()) == "done"
    room.table.session.rollback()


def signs(room: Room) -> list[Sign]:
    room.table.session.rollback()
    return list(room.table.session.scalars(sa.select(Sign).order_by(Sign.id)))


def test_from_the_night_to_what_it_came_to(room: Room) -> None:
    session = room.table.session
    stood = session.execute(sa.select(StatusSpan.target_id, StatusSpan.status, StatusSpan.from_on)).all()
    look(room)
    (found,) = signs(room)
    assert (found.kind, found.agency_id) == ("same_file", room.table.made.bodies["SYT"].id), "of one body it is no sign"
    at = f"/signs/{found.token}"
    monitor, head, other = room.desk(Office.MONITOR), room.desk(Office.HEAD, "SYT"), room.desk(Office.HEAD)
    assert found.token not in head.get("/signs"), "a body learns of it when it is asked"
    head.get(at, 404)
    assert "Sở Xây dựng, T01" in monitor.get("/signs")
    monitor.get(at)
    head.get(f"{at}/words/answer", 404)
    monitor.get(f"{at}/words/ask")
    assert "govuk-error-message" in monitor.send(f"{at}/words/ask", 400, text=" ")
    monitor.send(f"{at}/words/ask", text="Vì sao dùng chung bảng kê?")
    other.get(at, 404)
    session.rollback()
    told = session.scalars(sa.select(OutboxMail.kind).where(OutboxMail.kind == "sign")).all()
    assert told == ["sign"], "its head is told, once"
    assert "Vì sao dùng chung bảng kê?" in head.get(at)
    head.get(f"{at}/words/answer")
    head.send(f"{at}/words/answer", text="Hai sở làm chung một đợt rà soát.")
    monitor.get(f"{at}/words/close")
    page = monitor.send(f"{at}/words/close", 400, text="Đúng là một đợt chung.")
    assert "Đúng là một đợt chung." in page, "what was typed stands there"
    monitor.send(f"{at}/words/close", text="Đúng là một đợt chung.", conclusion="explained")
    assert "Đúng là một đợt chung." in head.get(at)
    assert found.token not in monitor.get("/signs")
    assert found.token in monitor.get("/signs?state=all")
    with room.app.app_context():
        assert carry_out(looking.units(clock.today(), clock.today(), clock.moment())) == 0, "it is told once"
    session.rollback()
    now = session.execute(sa.select(StatusSpan.target_id, StatusSpan.status, StatusSpan.from_on)).all()
    assert now == stood, "no status knows of it"


def test_two_who_write_at_once(room: Room) -> None:
    """Whoever comes second reads what was said meanwhile, and what was typed stands in the form."""
    look(room)
    at = f"/signs/{signs(room)[0].token}"
    one, two = room.desk(Office.MONITOR), room.desk(Office.MONITOR)
    for desk in (one, two):
        desk.get(f"{at}/words/close")
    one.send(f"{at}/words/close", text="Cùng một đợt rà soát.", conclusion="set_aside")
    assert "Cùng một đợt rà soát." in two.send(f"{at}/words/close", text="Chưa rõ.", conclusion="unexplained")
    (found,) = signs(room)
    assert (found.state, found.version) == ("closed", 1)


def test_a_question_that_is_closed_before_its_mail_left_is_told_to_nobody(room: Room) -> None:
    look(room)
    at, monitor = f"/signs/{signs(room)[0].token}", room.desk(Office.MONITOR)
    monitor.get(f"{at}/words/ask")
    monitor.send(f"{at}/words/ask", text="Vì sao?")
    monitor.get(f"{at}/words/close")
    monitor.send(f"{at}/words/close", text="Đã rõ.", conclusion="set_aside")
    with room.app.app_context(), unit_of_work() as session:
        assert claim_some(session, clock.moment(), 50) == []
    room.table.session.rollback()
    told = sa.select(OutboxMail.state).where(OutboxMail.kind == "sign")
    assert room.table.session.scalars(told).all() == ["dropped"]
