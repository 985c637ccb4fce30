"""Mondays: the People's Committee is told what the week before changed, by body; each figure is that of its page."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.conftest import Postbox
from tests.jobs.test_reminders import MONITOR, VICE_CHAIR, At, build, report, run
from tests.support.product import Scene
from tests.support.signing_in import sign_in
from tracker.agencies.models import OfficeHolding
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.programmes.models import CalendarDay

MONDAY = "2021-06-28"
LINE = re.compile(r"- (.+): (\d+)\n  http://localhost(\S+)")


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> Province:
    """The small province: a target that counts as unreported since Friday, and one that reported on Tuesday."""
    at("2021-06-01")
    scene(build_week)
    return errand.found(session)


def build_week() -> None:
    build()
    with unit_of_work() as session:
        made = errand.found(session)
        other = errand.target(session, made, code="T02", title={"vi": "Mục tiêu thứ hai"})
        report(session, made, other.id, "2021-Q1", date(2021, 3, 16))
        report(session, made, other.id, "2021-H1", date(2021, 6, 22))


def weekly(postbox: Postbox) -> dict[str, str]:
    """The texts of the weekly mails, by receiver."""
    found = {}
    for mail in postbox.mails:
        body = mail.get_body(("plain",))
        if "<weekly." in str(mail["List-Id"]) and body is not None:
            found[str(mail["To"])] = str(body.get_content()).replace("\r\n", "\n")
    return found


def test_each_figure_is_that_of_the_page_that_it_leads_to(
    app: Flask, made: Province, postbox: Postbox, at: At, session: Session
) -> None:
    at(MONDAY)
    run(app, "remind", "deliver")
    told = weekly(postbox)
    assert sorted(told) == sorted([MONITOR, VICE_CHAIR])
    text = told[MONITOR]
    assert "21/06/2021 – 27/06/2021" in text
    lines = LINE.findall(text)
    assert {(name, count) for name, count, address in lines if "agency=SXD" in address} == {
        ("Xấu đi", "1"),
        ("Quá hạn hoặc không báo cáo", "1"),
        ("Đang chờ thẩm định", "1"),
        ("Có báo cáo gửi đến", "1"),
    }
    client = app.test_client()
    sign_in(app, client, session.scalars(sa.select(Person.id).where(Person.email == MONITOR)).one())
    for name, count, address in lines:
        page = client.get(address)
        assert page.status_code == 200
        rows = re.findall(r"(\d+) dòng<", page.text)
        assert (rows or ["0"])[0] == count, (name, address)
    subjects = {mail["Subject"] for mail in postbox.mails if "<weekly." in str(mail["List-Id"])}
    of_all = "1 chỉ tiêu xấu đi, 1 chỉ tiêu quá hạn hoặc không báo cáo · Sở Xây dựng"
    assert subjects == {f"{of_all} · tuần 21/06/2021 – 27/06/2021"}


@pytest.mark.parametrize(
    ("days", "off", "told_on"),
    [
        (["2021-06-27"], [], None),  # a Sunday
        ([MONDAY, "2021-06-29", "2021-06-30"], [], MONDAY),
        ([MONDAY, "2021-06-29", "2021-06-30"], [28], "2021-06-29"),  # a Monday off waits for the next working day
        (["2021-06-30", "2021-07-01"], [], "2021-06-30"),  # nothing ran before
        (["2021-01-04"], [], None),  # nothing to tell
    ],
)
def test_on_the_first_working_day_of_a_week_once(
    app: Flask, made: Province, postbox: Postbox, at: At, days: list[str], off: list[int], told_on: str | None
) -> None:
    with unit_of_work() as session:
        calendar = made.programme.calendar_id
        session.add_all(CalendarDay(calendar_id=calendar, day=date(2021, 6, day), works=False) for day in off)
    before, told = 0, []
    for day in days:
        at(day)
        run(app, "remind", "deliver")
        now = sum("<weekly." in str(mail["List-Id"]) for mail in postbox.mails)
        told += [day] * (now - before)
        before = now
    assert told == ([told_on] * 2 if told_on else [])


@pytest.mark.parametrize(
    ("happened", "leaves"), [("nothing", True), ("office ended", False), ("a week went by", False)]
)
def test_who_is_told_still(app: Flask, made: Province, postbox: Postbox, at: At, happened: str, leaves: bool) -> None:
    at(MONDAY)
    run(app, "remind")
    with unit_of_work() as session:
        if happened == "office ended":
            person = session.scalars(sa.select(Person.id).where(Person.email == MONITOR)).one()
            theirs = OfficeHolding.person_id == person
            session.execute(sa.update(OfficeHolding).where(theirs).values(to_on=date(2021, 6, 27)))
        if happened == "a week went by":
            at("2021-07-05")
    run(app, "deliver")
    assert (MONITOR in weekly(postbox)) is leaves
    with unit_of_work() as session:
        states = session.scalars(
            sa.select(OutboxMail.state).join(Person).where(OutboxMail.kind == "weekly", Person.email == MONITOR)
        )
        assert set(states) == ({"sent"} if leaves else {"dropped"})
