"""The pages of a programme before it begins: each part beside its errors, nothing typed lost, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.monitoring.conftest import SINCE, Browser, World
from tests.support.signing_in import sign_in
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.programmes import moving, preparing
from tracker.programmes.models import (
    CalendarDay,
    Period,
    Programme,
    ProgrammePlan,
    TargetTemplateVersion,
    WorkingCalendar,
)

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]
HEAD: dict[str, Any] = {
    "title": "Cải cách hành chính 2022",
    "code": "CCHC-2022",
    "year": "2022",
    "starts_on": "01/01/2022",
    "ends_on": "31/12/2022",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def chair_of(world: World) -> Browser:
    with unit_of_work() as session:
        person = Person(token="chair", name="Chủ tịch", email="c@example.vn", language="vi", sort_key="c")
        session.add(person)
        session.flush()
        agency_id = session.scalars(sa.select(Agency.id).where(Agency.code == "VP")).one()
        session.add(OfficeHolding(person_id=person.id, agency_id=agency_id, office=Office.CHAIR, from_on=SINCE))
        person_id = person.id
    client = world.app.test_client()
    sign_in(world.app, client, person_id)
    return Browser(client)


def begun(world: World, monitor: Browser) -> str:
    calendar = world.session.execute(sa.text("SELECT id FROM working_calendar")).scalar_one()
    monitor.post("/new-programme", 303, calendar=str(calendar), **HEAD)
    world.session.rollback()
    return f"/plans/{world.session.scalars(sa.select(ProgrammePlan.token)).one()}"


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found.group(1)


def press(browser: Browser, page: str, address: str, status: int = 303, **typed: Any) -> str:
    """Send a form of a page as it was read there."""
    shown = browser.get(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    data = {"csrf_token": token.group(1), "version": version(shown), **typed}
    response = browser.client.post(address, data=data)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def test_a_year_is_begun_by_pages_alone(enter: Enter) -> None:
    world = enter(2)
    monitor, chair = world.browser(Office.MONITOR), chair_of(world)
    plan = begun(world, monitor)
    basis: dict[str, Any] = {
        "basis_number": "12/QĐ-UBND",
        "basis_on": "15/06/2021",
        "basis_issuer": "UBND tỉnh",
        "basis": "Căn cứ A",
    }
    press(monitor, f"{plan}/basis", f"{plan}/basis", **basis)
    file: dict[str, Any] = {"file": (BytesIO(PDF), "QĐ 12.pdf")}
    press(monitor, f"{plan}/file", f"{plan}/file", **file)
    assert monitor.client.get(f"{plan}/document").data == PDF
    calendar = str(world.session.execute(sa.text("SELECT id FROM working_calendar")).scalar_one())
    press(monitor, f"{plan}/change", f"{plan}/change", calendar=calendar, responsible="A00", **HEAD)
    press(monitor, f"{plan}/bodies", f"{plan}/bodies", whole_0="y")
    press(monitor, f"{plan}/calendar", f"{plan}/calendar", preset="quarters")
    assert "Quý III/2022" in monitor.get(plan)
    chair.get(f"{plan}/change", status=403)
    press(monitor, plan, f"{plan}/hand-over")
    world.session.rollback()
    waits = world.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "programme_waits")).one()
    assert (plan in waits.text, waits.subject) == (True, "Có chương trình chờ phê duyệt")
    assert "đang trình" in press(monitor, f"{plan}/change", f"{plan}/change", 400, calendar=calendar, **HEAD)
    press(monitor, plan, f"{plan}/take-back")
    press(monitor, f"{plan}/change", f"{plan}/change", calendar=calendar, responsible="A01", **HEAD)
    press(monitor, plan, f"{plan}/hand-over")
    press(chair, plan, f"{plan}/return")
    assert f"{plan}/hand-over" in monitor.get(plan)
    press(monitor, plan, f"{plan}/hand-over")
    monitor.get(f"{plan}/approve", status=403)
    press(chair, f"{plan}/approve", f"{plan}/approve")
    world.session.rollback()
    opened = world.session.scalars(sa.select(Programme).where(Programme.code == "CCHC-2022")).one()
    periods = sa.select(Period.code).where(Period.programme_id == opened.id).order_by(Period.cut_off)
    assert list(world.session.scalars(periods)) == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
    page = monitor.get("/programmes/CCHC-2022")
    assert "QĐ 12.pdf" in page
    assert monitor.client.get(plan).headers["Location"].endswith("/programmes/CCHC-2022")


def test_the_first_year_of_all_is_begun_and_given_up(app: Flask, session: Session) -> None:
    """Where nothing stands but an office: the working calendar is made with the programme, by the public holidays."""
    with unit_of_work():
        office = Agency(code="VP", kind="office", name={"vi": "Văn phòng UBND tỉnh"}, sort_key="v")
        person = Person(token="m", name="Theo dõi", email="m@example.vn", language="vi", sort_key="m")
        session.add_all([office, person])
        session.flush()
        held = {"person_id": person.id, "agency_id": office.id, "office": Office.MONITOR}
        session.add(OfficeHolding(**held, from_on=SINCE))
        person_id = person.id
    client = app.test_client()
    sign_in(app, client, person_id)
    monitor = Browser(client)
    assert "/new-programme" in monitor.get("/programmes")
    assert 'value="new"' in monitor.get("/new-programme")
    monitor.post("/new-programme", 303, **HEAD, calendar="new")
    session.rollback()
    holidays = session.scalars(sa.select(CalendarDay.day).where(CalendarDay.works.is_(False))).all()
    assert date(2022, 9, 2) in holidays
    plan = f"/plans/{session.scalars(sa.select(ProgrammePlan.token)).one()}"
    session.rollback()
    press(monitor, f"{plan}/discard", f"{plan}/discard")
    monitor.get(plan, status=404)
    assert "CCHC-2022" not in monitor.get("/programmes")


def test_nobody_else_comes_near(enter: Enter) -> None:
    world = enter(2)
    plan = begun(world, world.browser(Office.MONITOR))
    for office in (Office.HEAD, Office.APPRAISER):
        for address in ("/programmes", plan, "/templates", f"{plan}/change"):
            world.browser(office).get(address, status=403)


def test_two_versions_stand_beside_each_other_and_the_next_press_counts(enter: Enter) -> None:
    world = enter(2)
    monitor = world.browser(Office.MONITOR)
    plan = begun(world, monitor)
    calendar = str(world.session.execute(sa.text("SELECT id FROM working_calendar")).scalar_one())
    other = HEAD | {"title": "Tên khác"}
    press(monitor, f"{plan}/change", f"{plan}/change", calendar=calendar, **other)
    mine = HEAD | {"title": "Tên của tôi"}
    page = press(monitor, f"{plan}/change", f"{plan}/change", 400, **mine | {"version": "1", "calendar": calendar})
    assert "Tên khác" in page, "what stands"
    assert "Tên của tôi" in page, "what was typed"
    assert version(page) == "2"
    press(monitor, f"{plan}/change", f"{plan}/change", calendar=calendar, **mine)
    assert "Tên của tôi" in monitor.get(plan)


@pytest.mark.parametrize(
    ("part", "mine", "stands"),
    [
        ("bodies", {"whole_0": "y"}, ["–"]),
        (
            "calendar/quarterly",
            {"code_0": "2022-Q1", "starts_on_0": "01/01/2022", "cut_off_0": "31/03/2022", "due_on_0": "04/04/2022"},
            ["Quý I/2022, 01/01–31/03, hạn gửi 05/04/2022"],
        ),
        ("change", HEAD | {"responsible": "", "calendar": "2"}, ["Sở 0", "VN 2021"]),
    ],
)
def test_what_stands_is_told_of_every_part(enter: Enter, part: str, mine: dict[str, Any], stands: list[str]) -> None:
    world = enter(2)
    monitor = world.browser(Office.MONITOR)
    plan = begun(world, monitor)
    with unit_of_work() as session:
        session.add(WorkingCalendar(id=2, name="Lịch khác"))
    stale = version(monitor.get(f"{plan}/{part}"))
    press(monitor, f"{plan}/change", f"{plan}/change", **HEAD, calendar="1", responsible="A00")
    press(monitor, f"{plan}/calendar", f"{plan}/calendar", preset="quarters")
    page = press(monitor, f"{plan}/{part}", f"{plan}/{part}", 400, **mine, version=stale)
    told = page.partition('class="t-facts')[2].partition("</dl>")[0]
    assert re.findall(r"<dd>(.*?)</dd>", told)[: len(stands)] == stands


def test_clashes_stand_beside_their_fields_and_nothing_is_lost(enter: Enter) -> None:
    world = enter(2)
    monitor = world.browser(Office.MONITOR)
    plan = begun(world, monitor)
    address = f"{plan}/calendar/quarterly"
    typed: dict[str, Any] = {
        "code_0": "2022-Q1",
        "starts_on_0": "01/01/2022",
        "cut_off_0": "31/03/2022",
        "due_on_0": "05/04/2022",
        "code_1": "2022-Q1",
        "starts_on_1": "31/03/2022",
        "cut_off_1": "30/06/2022",
        "due_on_1": "x",
    }
    page = press(monitor, address, address, 400, **typed)
    assert "due_on_1-error" in page
    assert 'value="x"' in page
    page = press(monitor, address, address, 400, **typed | {"due_on_1": "01/06/2022"})
    assert [one for one in typed if f"{one}-error" in page] == ["code_1", "starts_on_1", "due_on_1"]
    signs = typed | {"code_0": "2022/Q1", "starts_on_1": "01/04/2022", "due_on_1": "05/07/2022"}
    assert "code_0-error" in press(monitor, address, address, 400, **signs), "it stands in addresses and packages"
    for unknown in (f"{plan}/calendar/weekly", "/programmes/PAR-2021/calendar/weekly"):
        monitor.get(unknown, status=404)
    mended = {"code_1": "2022-Q2", "starts_on_1": "11/04/2022", "due_on_1": "05/07/2022"}
    press(monitor, address, address, **typed | mended)
    assert "từ ngày 01/04/2022 đến ngày 10/04/2022 (10 ngày)" in monitor.get(f"{plan}/calendar"), "a gap"


def test_what_is_no_pdf_is_refused_beside_its_field(enter: Enter) -> None:
    world = enter(2)
    monitor = world.browser(Office.MONITOR)
    plan = begun(world, monitor)
    for name, content in (("a.pdf", b"no pdf"), ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)):
        file: dict[str, Any] = {"file": (BytesIO(content), name)}
        assert "file-error" in press(monitor, f"{plan}/file", f"{plan}/file", 400, **file)
    assert "file-error" in press(monitor, f"{plan}/file", f"{plan}/file", 400)


def test_who_owes_what_then_is_shown_before_a_period_moves(enter: Enter) -> None:
    world = enter(20)
    monitor = world.browser(Office.MONITOR)
    address = "/programmes/PAR-2021/calendar/quarterly"
    fields = {}
    for found in re.finditer(r"<input[^>]*>", monitor.get(address)):
        name, value = (re.search(rf'{key}="([^"]*)"', found[0]) for key in ("name", "value"))
        if name and re.fullmatch(r"(code|starts_on|cut_off|due_on)_\d+", name[1]):
            fields[name[1]] = value[1] if value else ""
    place = next(name[-1] for name, value in fields.items() if value == "2021-Q3")
    typed = {**fields, "reason": "QĐ 1", f"due_on_{place}": "27/09/2021"}
    page = monitor.post(address, 200, **typed)
    assert re.search(r"Quý III/2021.*?20/09/2021.*?27/09/2021.*?>7<.*?>3<", page, re.DOTALL)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    other = typed | {f"due_on_{place}": "28/09/2021", "seen": seen[1]}
    assert "28/09/2021" in monitor.post(address, 200, **other), "what was typed since is shown first"
    with unit_of_work() as session:
        own = [one for one in preparing.periods_of(session, 1) if one.frequency == "quarterly"]
        elsewhere = [one._replace(due_on=date(2021, 12, 27)) if one.code == "2021-Y" else one for one in own]
        programme, actor_id = session.get_one(Programme, 1), world.people[Office.MONITOR]
        given: dict[str, Any] = {"frequency": "quarterly", "periods": elsewhere, "reason": "QĐ 2"}
        moving.move(session, clock.moment(), actor_id=actor_id, programme=programme, **given)
    page = monitor.post(address, 200, **typed | {"seen": seen[1]})
    assert re.search(r"27/12/2021.*?20/12/2021", page, re.DOTALL), "what somebody moved meanwhile is not undone unseen"
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    monitor.post(address, 303, **typed | {"seen": seen[1]})
    assert "27/09/2021" in monitor.get("/programmes/par-2021"), "a code is known in any case"
    assert "due_on_0-error" in monitor.post(address, 400, **typed | {"due_on_0": "01/07/2021"})


def test_a_template_is_written_changed_and_retired(enter: Enter) -> None:
    world = enter(2)
    monitor = world.browser(Office.MONITOR)
    press_form(monitor, "/templates", "/templates/typical")
    page = monitor.get("/templates")
    found = re.search(r'href="(/templates/[^"]+)">Tỷ lệ hồ sơ thủ tục hành chính giải quyết', page)
    assert found
    address = found.group(1)
    form = monitor.get(f"{address}/version")
    terms = {
        "title": "Tỷ lệ hồ sơ đúng hạn",
        "domain": "3",
        "shape": "keep",
        "unit": "%",
        "ratio": "y",
        "direction": "at_least",
        "judged_by": "whole_term",
        "goal": "98,5",
        "weight": "1",
        "frequency": "monthly",
        "version": version(form),
    }
    for wrong, field in (
        ({"goal": "101"}, "goal"),
        ({"goal": "0"}, "goal"),
        ({"direction": ""}, "direction"),
        ({"ratio": ""}, "judged_by"),
        ({"baseline": "5"}, "baseline"),
        ({"due": "31/02"}, "due"),
        ({"milestones": "giữa năm"}, "milestones"),
        ({"weight": "0"}, "weight"),
    ):
        assert f"{field}-error" in monitor.post(
            f"{address}/version", 400, **{k: v for k, v in (terms | wrong).items() if v}
        )
    monitor.post(f"{address}/version", 303, **terms)
    page = monitor.get(address)
    assert re.search(r"95 % → <strong>98,5 %", page.replace("\u00a0", " "))
    assert world.session.scalar(sa.select(sa.func.max(TargetTemplateVersion.version))) == 2
    press_form(monitor, address, f"{address}/retire")
    assert "Dùng lại" in monitor.get(address)
    press_form(monitor, address, f"{address}/put-back")
    assert "Dùng lại" not in monitor.get(address)


def press_form(browser: Browser, page: str, address: str) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page))
    assert token
    assert browser.client.post(address, data={"csrf_token": token.group(1)}).status_code == 303
