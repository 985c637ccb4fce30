"""The pages that ask for the documents of many commitments: who may, what is wrong with what was sent, what is shown
while they are made and then, to whoever comes back, with a script and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand, lives
from tests.factories.lives import KEPT, Table
from tests.integration.planning.room import Room
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.commitments.life import negotiating
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.programmes.models import Programme
from tracker.signing.documents import bulk, freezing
from tracker.signing.models import FreezeItem, FreezeRun, MadeDocument

pytestmark = pytest.mark.one_database

CHOICE = re.compile(r'<input[^>]*name="chosen"[^>]*value="([^"]+)"')
BODIES = ("SXD", "SYT", "SNV")
OTHERS = "Văn bản của chương trình này đang được lập theo một yêu cầu trước."


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    """Three bodies that agreed to a target each."""
    now = at(lives.BEGUN_ON)
    scene(agreed)
    return Room(app, Table(session, errand.found(session), at, now))


def agreed() -> None:
    lives.people()
    with unit_of_work() as session:
        table = Table(session, errand.found(session), lambda _day: clock.moment(), clock.moment())
    for body in BODIES:
        one = table.draft(body, (KEPT,))
        table.do(negotiating.offer, table.monitor, dossier_id=one)
        table.do(negotiating.agree, table.reader(Office.HEAD, body), dossier_id=one, version=2)


def address(room: Room) -> str:
    return f"/programmes/{room.table.made.programme.code}/documents"


def asked(room: Room) -> list[tuple[int, int]]:
    """(run, commitment) of whatever was asked for."""
    room.table.session.rollback()
    found = [(row.run_id, row.dossier_id) for row in room.table.session.execute(sa.select(FreezeItem.__table__))]
    room.table.session.rollback()
    return found


def first_of(room: Room) -> Any:
    """The first commitment that is agreed."""
    found = bulk.waiting(room.table.session, room.table.made.programme.id)[0]
    room.table.session.rollback()
    return found


def made(room: Room) -> None:
    line = entry("freeze")
    assert line is not None
    assert runner.run(room.app, line, clock.now()) == "done"


def test_all_are_asked_for_made_and_shown(room: Room) -> None:
    monitor, page = room.desk(Office.MONITOR), address(room)
    told = monitor.get(page)
    assert "Có 3 bản cam kết đã thống nhất" in told
    told = monitor.send(page, do="all")
    assert "Việc lập văn bản bắt đầu trong vòng một phút" in told
    run = address_of_run(told)
    assert f'hx-get="{run}"' in told
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in told
    made(room)
    assert monitor.client.get(run, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    another = room.desk(Office.ADMINISTRATOR)
    told = another.get(run)
    assert "Đã lập 3 trên 3 văn bản" in told
    assert "http-equiv" not in told
    assert "hx-get" not in told
    session = room.table.session
    for body, one in zip(BODIES, session.scalars(sa.select(MadeDocument).order_by(MadeDocument.id)), strict=False):
        assert f"/documents/{one.address}" in told, body
    assert "Đã lập" in another.get(page)
    assert run in another.page
    assert "Không có bản cam kết nào chờ lập văn bản" in another.page


def address_of_run(page: str) -> str:
    (found,) = set(re.findall(r'href="(/programmes/[^"/]+/documents/[^"/]+)"', page))
    return str(found)


def test_some_are_asked_for(room: Room) -> None:
    monitor, page = room.desk(Office.MONITOR), address(room)
    choices = CHOICE.findall(monitor.get(page))
    assert len(choices) == 3
    monitor.send(page, do="some", chosen=choices[1:])
    assert len(asked(room)) == 2


def wrong(page: str) -> dict[str, dict[str, object]]:
    first = CHOICE.findall(page)[0]
    return {
        "none is chosen": {"do": "some"},
        "no press": {},
        "of nobody": {"do": "some", "chosen": "no-such.3"},
        "another version": {"do": "some", "chosen": [first, f"{first.partition('.')[0]}.2"]},
    }


def test_what_cannot_be_asked_for_is_told_and_nothing_is(room: Room) -> None:
    monitor, page = room.desk(Office.MONITOR), address(room)
    for what, sent in wrong(monitor.get(page)).items():
        monitor.get(page)
        told = monitor.send(page, 400, **sent)
        assert "govuk-error-summary" in told, what
        assert asked(room) == [], what
    first = CHOICE.findall(monitor.get(page))[0]
    told = monitor.send(page, 400, do="some", chosen=[first, "x"])
    assert re.search(rf'value="{re.escape(first)}"[^>]*checked', told), "what was ticked stays"


def test_what_was_opened_again_since_is_not_asked_for(room: Room) -> None:
    """Between the page and the press: its own choice is none any more, and whoever presses for all gets the others."""
    monitor, page, table = room.desk(Office.MONITOR), address(room), room.table
    choices = CHOICE.findall(monitor.get(page))
    first = first_of(room)
    table.do(freezing.reopen, table.monitor, dossier_id=first.id, reason="Số liệu chưa đúng")
    monitor.send(page, 400, do="some", chosen=choices)
    monitor.get(page)
    monitor.send(page, do="all")
    assert first.id not in {dossier_id for _run, dossier_id in asked(room)}
    assert len(asked(room)) == 2


def test_a_second_press_is_led_to_what_is_under_way(room: Room) -> None:
    monitor, other, page = room.desk(Office.MONITOR), room.desk(Office.ADMINISTRATOR), address(room)
    monitor.get(page)
    other.get(page)
    monitor.send(page, do="all")
    told = other.send(page, do="all")
    assert OTHERS in told
    assert "Việc lập văn bản bắt đầu" in told
    assert len({run for run, _dossier in asked(room)}) == 1
    assert OTHERS in other.get(page)
    assert 'name="do"' not in other.page


def test_two_presses_at_once_are_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second saw nothing under way: the database has the last word, and it is told in words."""
    monitor, page = room.desk(Office.MONITOR), address(room)
    seen = monitor.get(page)
    monitor.send(page, do="all")
    monkeypatch.setattr("tracker.planning.signatures.documents_views._under_way", lambda *_given: None)
    monitor.page = seen
    told = monitor.send(page, 400, do="all")
    assert OTHERS in told
    assert len({run for run, _dossier in asked(room)}) == 1


@pytest.mark.parametrize("office", [Office.HEAD, Office.CHAIR, Office.CLERK, Office.INSPECTOR])
def test_nobody_else_may(room: Room, office: Office) -> None:
    desk, page = room.desk(office), address(room)
    desk.get(page, 403)
    assert asked(room) == []


def test_what_was_refused_stands_beside_the_body_while_others_are_made(room: Room) -> None:
    monitor, page, table = room.desk(Office.MONITOR), address(room), room.table
    monitor.get(page)
    run = address_of_run(monitor.send(page, do="all"))
    first = first_of(room)
    table.do(freezing.withdraw, table.monitor, dossier_id=first.id, reason="Giải thể cơ quan")
    made(room)
    told = monitor.get(run)
    name, reason = first.agency_name["vi"], "trạng thái hiện nay: Đã rút"
    assert re.search(rf"{name}</a>.*?{reason}", told, re.DOTALL)
    assert f"/commitments/{first.token}" in told
    assert "Đã lập 2 trên 3 văn bản" in told


def test_a_run_is_found_in_its_own_programme_alone(room: Room) -> None:
    monitor, page = room.desk(Office.MONITOR), address(room)
    monitor.get(page)
    run = address_of_run(monitor.send(page, do="all"))
    room.table.session.rollback()
    with unit_of_work() as session:
        here = session.scalars(sa.select(Programme)).one()
        days = {"starts_on": here.starts_on, "ends_on": here.ends_on, "calendar_id": here.calendar_id}
        session.add(Programme(code="OTHER", title=here.title, **days))
    monitor.get(f"/programmes/OTHER/documents/{run.rpartition('/')[2]}", 404)
    monitor.get(f"{page}/no-such-name", 404)
    assert room.table.session.scalar(sa.select(sa.func.count()).select_from(FreezeRun)) == 1
