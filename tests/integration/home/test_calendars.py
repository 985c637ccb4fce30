"""Calendars under a secret address, read by another program's eyes (vobject): what stands there, that it follows
whatever moves, and that it ends with the office, the account and the address."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import vobject
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.test_reminders import HEAD, MONITOR, At, build, decide, report, the_target
from tests.support.product import Scene
from tests.support.signing_in import sign_in, token
from tracker.accounts import service as accounts
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.channels.models import CalendarFeed
from tracker.commitments.models import Extension
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.home.feeds import feed_views
from tracker.people.models import Person
from tracker.programmes import service as programmes
from tracker.programmes.models import PeriodChange, WorkingCalendar
from tracker.progress.models import Revision

PAGE = "/account/calendar"
ADDRESS = re.compile(r"/feeds/([\w-]{43})\.ics</code>")


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> Province:
    """The small province, in which Sở Xây dựng has a target with three reports ahead."""
    at("2021-06-01")
    scene(build)
    return errand.found(session)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, save where that is what is tested."""
    for name in ("_OF_ADDRESS", "_OF_GUESSER"):
        monkeypatch.setattr(getattr(feed_views, name), "seconds", 1e-9)


def person(email: str) -> int:
    with unit_of_work() as session:
        found: int = session.scalars(sa.select(Person.id).where(Person.email == email)).one()
        return found


def address_of(client: FlaskClient, body: str = "") -> str:
    """A new address, as its page shows it."""
    answer = client.post(PAGE, data={"csrf_token": token(client, PAGE), "body": body})
    assert answer.headers["Cache-Control"] == "no-store"
    found = ADDRESS.search(answer.text)
    assert found is not None, answer.text
    return f"/feeds/{found[1]}.ics"


def read(app: Flask, address: str) -> dict[str, Any]:
    """The entries by what they are called, as a program reads them that has no session."""
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "Set-Cookie" not in answer.headers
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75
    whole = vobject.readOne(answer.text)
    assert whole.vtimezone.tzid.value == "Asia/Ho_Chi_Minh"
    return {one.uid.value.partition("@")[0]: one for one in whole.contents.get("vevent", [])}


def day(entry: Any) -> date:
    found: date = entry.dtstart.value
    return found


def test_what_stands_there_and_that_it_follows_what_moves(
    app: Flask, client: FlaskClient, made: Province, at: At
) -> None:
    target = the_target(made)
    sign_in(app, client, person(HEAD))
    address = address_of(client)
    with unit_of_work() as session:
        kept = session.scalars(sa.select(CalendarFeed)).one()
        assert address[7:50] not in str(vars(kept)), "the address itself is kept nowhere"
    assert address not in client.get(PAGE).text
    agency, periods = made.bodies["SXD"].id, {code: one.id for code, one in made.periods.items()}
    reports = [f"report-{agency}-{periods[code]}" for code in ("2021-H1", "2021-Q3", "2021-Y")]
    deadline = f"deadline-{target.token}"
    entries = read(app, address)
    assert set(entries) == {*reports, deadline}, "each report ahead, and none that is in"
    half = entries[reports[0]]
    assert day(half) == date(2021, 6, 21), "20 June is a Sunday"
    assert half.summary.value == "Hạn gửi biểu số liệu 6 tháng đầu năm 2021 – Sở Xây dựng"
    assert "/sheets/SXD/2021-H1" in half.description.value
    assert "Dữ liệu lúc 09:00 ngày 01/06/2021" in half.description.value
    rings = half.valarm.trigger.value
    assert rings == datetime.fromisoformat("2021-06-18T08:00+07:00"), "a Friday: the working day before"
    assert half.url.value.endswith("/sheets/SXD/2021-H1")

    before = {name: (day(one), int(one.sequence.value)) for name, one in entries.items()}
    now = at("2021-06-02")
    with unit_of_work(now) as session:
        session.add(
            Extension(target_id=target.id, granted_on=now.on, due_on=date(2022, 1, 14), recorded_on=now.on, reason="x")
        )
        changed = {"starts_on": date(2020, 12, 15), "cut_off": date(2021, 6, 14), "reason": "QĐ 1", "set_at": now.at}
        session.add(PeriodChange(period_id=periods["2021-H1"], due_on=date(2021, 6, 25), **changed))
        touch(session, "target", target.id)
    entries = read(app, address)
    assert set(entries) == set(before)
    assert (day(entries[deadline]), day(entries[reports[0]])) == (date(2022, 1, 14), date(2021, 6, 25))
    for name in (deadline, reports[0]):
        assert int(entries[name].sequence.value) > before[name][1]
        assert entries[name].last_modified.value.date() >= date(2021, 6, 1)
    with unit_of_work(now) as session:
        calendar = session.scalars(sa.select(WorkingCalendar)).one()
        who = made.people["VP", Office.MONITOR].id
        programmes.set_day(session, now, actor_id=who, calendar=calendar, day=date(2021, 6, 25), note="nghỉ")
    again = read(app, address)[reports[0]]
    assert day(again) == date(2021, 6, 28)
    assert int(again.sequence.value) > int(entries[reports[0]].sequence.value)


def test_what_came_back_is_to_be_answered_and_what_was_sent_is_gone(
    app: Flask, client: FlaskClient, made: Province, at: At
) -> None:
    target_id, target_token = the_target(made).id, the_target(made).token
    sign_in(app, client, person(HEAD))
    address = address_of(client, "SXD")
    at("2021-06-16")
    with unit_of_work() as session:
        sent = report(session, errand.found(session), target_id, "2021-H1", date(2021, 6, 15)).id
    half = f"report-{made.bodies['SXD'].id}-{made.periods['2021-H1'].id}"
    assert half not in read(app, address)
    with unit_of_work() as session:
        decide(session, session.get_one(Revision, sent), "returned", date(2021, 6, 16))
        touch(session, "target", target_id)
    answer = read(app, address)[f"answer-{target_token}-2021-H1"]
    assert day(answer) == date(2021, 6, 21), "three working days"
    assert int(answer.sequence.value) >= 1
    at("2021-06-23")
    late = read(app, address)[f"answer-{target_token}-2021-H1"]
    assert late.summary.value.startswith("[Trễ] ")
    assert not hasattr(late, "valarm")


def test_it_ends_with_address_office_and_account(app: Flask, client: FlaskClient, made: Province, at: At) -> None:
    head = person(HEAD)
    sign_in(app, client, head)
    first = address_of(client)
    second = address_of(client)
    assert app.test_client().get(first).status_code == 404, "a new one ends the one before"
    assert read(app, second)
    with unit_of_work() as session:
        feed = session.scalars(sa.select(CalendarFeed).where(CalendarFeed.ended_at.is_(None))).one().token
    client.post(f"{PAGE}/{feed}/end", data={"csrf_token": token(client, PAGE)})
    assert app.test_client().get(second).status_code == 404
    third, of_body = address_of(client), address_of(client, "SXD")
    at("2021-06-03")
    with unit_of_work() as session:
        session.scalars(sa.select(OfficeHolding).where(OfficeHolding.person_id == head)).one().to_on = date(2021, 6, 2)
    assert (read(app, third), read(app, of_body)) == ({}, {})
    sign_in(app, client, head)
    assert "không còn được xem cơ quan này" in client.get(PAGE).text
    for verb in (accounts.disable, accounts.enable):
        now = at("2021-06-04")
        with unit_of_work(now) as session:
            account = accounts.get(session, session.scalar(sa.text(f"SELECT id FROM account WHERE person_id = {head}")))
            verb(session, now, account_id=account.id, actor_id=person(MONITOR))
        assert app.test_client().get(third).status_code == 404, "nor once the account is let in again"


def test_of_whom_it_may_be(app: Flask, client: FlaskClient, made: Province) -> None:
    sign_in(app, client, person("person2@example.vn"))  # heads another body
    answer = client.post(PAGE, data={"csrf_token": token(client, PAGE), "body": "SXD"})
    assert answer.status_code == 404
    assert 'value="SXD"' not in client.get(f"{PAGE}?body=SXD").text
    sign_in(app, client, person(MONITOR))
    own, of_body = address_of(client), address_of(client, "SXD")
    assert {name.partition("-")[0] for name in read(app, own)} == {"period"}
    body = read(app, of_body)
    assert {name.partition("-")[0] for name in body} == {"report", "deadline"}
    assert "/sheets/" not in " ".join(one.url.value for one in body.values()), "where a monitor can go"


def test_who_asks_too_often_waits(
    app: Flask, client: FlaskClient, made: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(app, client, person(HEAD))
    address, other = address_of(client), address_of(client, "SXD")
    for name in ("_OF_ADDRESS", "_OF_GUESSER"):
        monkeypatch.setattr(getattr(feed_views, name), "seconds", 1e6)
        monkeypatch.setattr(getattr(feed_views, name), "burst", 2)
    asker = app.test_client()
    assert [asker.get(address).status_code for _number in range(3)] == [200, 200, 429]
    assert int(asker.get(address).headers["Retry-After"]) > 0
    assert asker.get(other).status_code == 200, "another address is not held up"
    guessed = [asker.get(f"/feeds/{'A' * 42}{number}.ics").status_code for number in range(3)]
    assert guessed == [404, 404, 429]
