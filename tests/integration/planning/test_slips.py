"""Slips of whoever prepares: a wrong year, a text in English alone, a line of dots, a button that is pressed twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.lives import REACH, WORK
from tests.integration.planning.room import Desk, Room, fields
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import TermComment, TermProposal
from tracker.core.errors import DomainError
from tracker.rule.calendar import ONE_DAY

pytestmark = pytest.mark.one_database

SUMMARY = re.compile(r'<a href="#([\w-]+)">')
HEAD: dict[str, Any] = {
    "title": "Cam kết 2022",
    "code": "CK-2022",
    "year": "2022",
    "starts_on": "01/01/2022",
    "ends_on": "31/12/2022",
}
BASIS: dict[str, Any] = {
    "basis_number": "01/CT",
    "basis_on": "29/01/2021",
    "basis_issuer": "UBND tỉnh",
    "basis": "Căn cứ A",
}


def begun(room: Room, **more: Any) -> tuple[Desk, str]:
    """The monitor, with a programme in preparation, and its page."""
    monitor = room.desk(Office.MONITOR)
    monitor.get("/new-programme")
    calendar = re.findall(r'<option value="(\d+)"', monitor.page.partition('name="calendar"')[2])[0]
    told = monitor.send("/new-programme", **HEAD, calendar=calendar, **more)
    return monitor, re.findall(r'href="(/plans/[\w-]+)/change"', told)[0]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"slogan_en": "Year of the head"}, ["slogan_en"]),
        ({"title_en": "…", "slogan_en": "---", "slogan": "Năm nêu cao trách nhiệm"}, ["title_en", "slogan_en"]),
    ],
)
def test_a_programme_says_nothing_in_english_alone(room: Room, typed: Any, wrong: list[str]) -> None:
    monitor, page = begun(room)
    monitor.get(f"{page}/change")
    told = monitor.send(f"{page}/change", 400, **typed)
    assert SUMMARY.findall(told) == wrong
    assert all(f'value="{text}"' in told for text in typed.values())


def test_a_template_says_nothing_in_english_alone(room: Room) -> None:
    administrator = room.desk(Office.ADMINISTRATOR)
    administrator.get("/templates/new")
    told = administrator.send("/templates/new", 400, evidence_en="Decision", why_en="Because", title_en="Title")
    assert {"evidence_en", "why_en", "title_en"} <= set(SUMMARY.findall(told))
    assert all(f">{text}</textarea>" in told for text in ("Decision", "Because", "Title"))


def test_a_template_says_something_where_it_says_anything(room: Room) -> None:
    administrator = room.desk(Office.ADMINISTRATOR)
    administrator.get("/templates/new")
    told = administrator.send("/templates/new", 400, evidence="...", why="---", source="…", milestones="0 %: 10")
    assert {"evidence", "why", "source"} <= set(SUMMARY.findall(told))
    assert "%%" not in told
    assert "loại chỉ tiêu" in told.partition("error-summary")[2].partition("</ul>")[0]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({"basis_on": "02/02/2021"}, ["basis_on"]), ({"basis": "Căn cứ A\n---\nCăn cứ B"}, ["basis"])],
)
def test_what_orders_a_programme_was_issued_and_says_something(room: Room, typed: Any, wrong: list[str]) -> None:
    monitor, page = begun(room)
    monitor.get(f"{page}/basis")
    told = monitor.send(f"{page}/basis", 400, **dict(BASIS, **typed))
    assert SUMMARY.findall(told) == wrong
    monitor.get(f"{page}/basis")
    assert "01/02/2021" in monitor.send(f"{page}/basis", **(BASIS | {"basis_on": "01/02/2021"})), "today is no slip"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"starts_on_0": "01/01/2020", "cut_off_0": "31/01/2020", "due_on_0": "05/02/2020"}, ["cut_off_0"]),
        ({"starts_on_11": "01/12/2023", "cut_off_11": "31/12/2023", "due_on_11": "05/01/2024"}, ["starts_on_11"]),
        ({"due_on_0": "05/02/2023"}, ["due_on_0"]),
    ],
)
def test_a_period_of_another_year_is_a_slip(room: Room, typed: Any, wrong: list[str]) -> None:
    monitor, page = begun(room)
    monitor.get(f"{page}/calendar")
    monitor.send(f"{page}/calendar", preset="months")
    address = f"{page}/calendar/monthly"
    monitor.get(address)
    assert SUMMARY.findall(monitor.send(address, 400, **typed)) == wrong
    monitor.get(address)
    year: dict[str, Any] = {"starts_on_0": "15/12/2021", "due_on_0": "01/02/2023"}  # both as far as they may be
    monitor.send(address, **year)


def test_a_commitment_comes_into_force_before_its_programme_and_its_last_deadline_are_over(room: Room) -> None:
    dossier = room.table.draft(records=(REACH, WORK))
    room.table.bring_to(dossier, "countersigned")
    monitor, address = room.desk(Office.MONITOR), room.address(dossier, "moves", "put-in-force")
    for day in ("01/01/2029", "15/12/2021"):  # REACH is due on the 14th
        monitor.get(address)
        told = monitor.send(address, 400, from_on=day)
        assert (SUMMARY.findall(told), f'value="{day}"' in told) == (["from_on"], True)
    monitor.get(address)
    monitor.send(address, from_on="14/12/2021")
    assert room.table.dossier(dossier).state == "in_force"


def twice(desk: Desk, address: str, **typed: Any) -> str:
    """Press a button of the page that is open twice; returns what is seen in the end."""
    form = next(
        one for one in re.findall(r"<form.*?</form>", desk.page.partition("<main")[2], re.DOTALL) if "post" in one
    )
    data = {**fields(form), **typed}
    assert desk.client.post(address, data=data).status_code == 303
    answer = desk.client.post(address, data=data)
    return desk.get(answer.location) if answer.status_code == 303 else answer.get_data(as_text=True)


def test_what_is_pressed_twice_is_said_and_proposed_once(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "offered")
    officer, target = room.desk(Office.OFFICER), room.target(dossier, REACH["code"])
    officer.get(target)
    assert "đúng nội dung này" in twice(officer, target, weight="3", reason="Khối lượng lớn")
    officer.get(target)
    officer.send(target, weight="4", reason="Khối lượng lớn")
    drop = f"{room.target(dossier, WORK['code'])}/drop"
    officer.get(drop)
    assert "đúng nội dung này" in twice(officer, drop, reason="Không thuộc thẩm quyền")
    comment = room.address(dossier, "comment")
    officer.get(comment)
    assert "vừa gửi đúng ý kiến này" in twice(officer, comment, text="Cần họp")
    officer.get(comment)
    officer.send(comment, text="Cần họp thêm")
    officer.get(comment)
    officer.send(comment, text="Cần họp")  # said again later it is said again
    room.table.session.rollback()
    count = room.table.session.scalar
    assert count(sa.select(sa.func.count()).select_from(TermProposal)) == 3
    assert count(sa.select(sa.func.count()).select_from(TermComment)) == 3


def test_a_target_that_is_taken_out_twice_leads_back(room: Room) -> None:
    dossier = room.table.draft()
    monitor, address = room.desk(Office.MONITOR), f"{room.target(dossier, WORK['code'])}/drop"
    monitor.get(address)
    assert "đã được đưa ra khỏi bản cam kết" in twice(monitor, address)
    monitor.get(address, 404)


def test_who_would_refuse_what_was_answered_is_told_so_before_a_reason_is_typed(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "offered")
    room.table.propose(dossier, goal="200")
    monitor, page = room.desk(Office.MONITOR), room.address(dossier)
    refuse = re.findall(r'href="([^"]*/refuse)"', monitor.get(page))[0]
    monitor.get(refuse)
    monitor.send(refuse, reason="Không khả thi")
    monitor.get(refuse, 303)
    assert "đã được trả lời" in monitor.get(page)


def test_nothing_is_drafted_in_a_programme_that_is_over(room: Room) -> None:
    """It could be signed, and never come into force."""
    ends_on = room.table.made.programme.ends_on
    room.table.go_to(ends_on.isoformat())
    room.table.draft()
    room.table.go_to((ends_on + ONE_DAY).isoformat())
    with pytest.raises(DomainError, match=f"{ends_on:%d/%m/%Y}"):
        room.table.draft("SYT")


def test_a_last_day_to_sign_lies_ahead_and_within_the_programme(room: Room) -> None:
    administrator, monitor = room.desk(Office.ADMINISTRATOR), room.desk(Office.MONITOR)
    administrator.get("/templates")
    administrator.send("/templates/typical")
    address = f"/programmes/{room.table.made.programme.code}/draft"
    monitor.get(address)
    some = re.findall(r'<input[^>]*name="(some_\d+)"[^>]*value="([^"]+)"', monitor.page)[0]
    body = re.findall(r'<input[^>]*name="(body_\d+)"[^>]*value="([^"]+)"', monitor.page)[0]
    for day in ("31/01/2021", "01/01/2023"):
        monitor.get(address)
        told = monitor.send(address, 400, expires_on=day, **dict([some, body]))
        assert (SUMMARY.findall(told), f'value="{day}"' in told) == (["expires_on"], True)
    monitor.get(address)
    monitor.send(address, expires_on="01/03/2021", **dict([some, body]))
