"""The inbox: what was told and is open, once, gone when it is done; seen by a press, of one's own alone; its count in
every page's head."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.test_reminders import DUE, HEAD, OFFICER, At, build, report, the_target
from tests.support.product import Scene, Statements
from tests.support.signing_in import sign_in, token
from tracker.core import clock
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.extensions import settings_of
from tracker.people.models import Person
from tracker.reminders import inbox, service
from tracker.reminders.models import ReminderSent

BADGE = re.compile(r't-inbox__count">(\d+)<')


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> Province:
    """The small province, in which head and officer owe a report, and were told of it this morning."""
    at("2021-06-01")
    scene(build)
    return errand.found(session)


def person(email: str) -> int:
    with unit_of_work() as session:
        found: int = session.scalars(sa.select(Person.id).where(Person.email == email)).one()
        return found


def tell(app: Flask, on: str, at: At) -> None:
    now = at(on)
    carry_out(service.units(now.on, now, settings_of(app).site))


def badge(client: FlaskClient) -> int:
    found = BADGE.search(client.get("/account").text)
    return int(found[1]) if found else 0


def test_what_was_told_stands_there_once_until_it_is_done(
    app: Flask, client: FlaskClient, made: Province, at: At
) -> None:
    target_id, address = the_target(made).id, f"/figures/{the_target(made).token}/2021-H1"
    sign_in(app, client, person(HEAD))
    assert "Không có việc nào trong hộp việc" in client.get("/inbox").text
    for on in ("2021-06-16", DUE, "2021-06-22"):
        tell(app, on, at)
    sign_in(app, client, person(HEAD))
    page = client.get("/inbox").text
    assert page.count('name="thing"') == 1, "told three times, one thing"
    assert "lần đầu 16/06/2021, gần nhất 22/06/2021" in page
    assert address in page
    assert badge(client) == 1
    with unit_of_work() as session:
        assert inbox.waiting(session, person(HEAD), clock.moment()) == 1
        report(session, errand.found(session), target_id, "2021-H1", date(2021, 6, 22))
    assert badge(client) == 0
    assert "Không có việc nào trong hộp việc" in client.get("/inbox").text


def test_seen_by_a_press_and_new_again_when_told_again(app: Flask, client: FlaskClient, made: Province, at: At) -> None:
    tell(app, DUE, at)
    officer, head = app.test_client(), client
    sign_in(app, head, person(HEAD))
    sign_in(app, officer, person(OFFICER))
    page = head.get("/inbox").text
    assert (badge(head), badge(officer)) == (1, 1)
    (thing,) = re.findall(r'name="thing" value="([^"]+)"', page)
    crumb = token(officer, "/account")
    officer.post("/inbox", data={"csrf_token": crumb, "thing": "report/target/999/0"})
    assert (badge(head), badge(officer)) == (1, 1), "nothing of that name is theirs"
    officer.post("/inbox", data={"csrf_token": crumb, "thing": thing})
    assert (badge(head), badge(officer)) == (1, 0), "what one saw another has not seen"
    assert "1 việc đang chờ" in officer.get("/inbox").text, "seen is not done"
    tell(app, "2021-06-22", at)
    sign_in(app, head, person(HEAD))
    sign_in(app, officer, person(OFFICER))
    assert (badge(head), badge(officer)) == (1, 1)
    head.post("/inbox", data={"csrf_token": token(head, "/account")})
    assert badge(head) == 0
    with unit_of_work() as session:
        mine = session.scalars(sa.select(ReminderSent).where(ReminderSent.person_id == person(HEAD))).all()
        assert all(row.seen_at is not None for row in mine)


def test_the_count_takes_no_statement_of_its_own(
    app: Flask, client: FlaskClient, made: Province, at: At, statements: Statements
) -> None:
    tell(app, DUE, at)
    sign_in(app, client, person(HEAD))
    client.get("/account")
    statements.clear()
    client.get("/account")
    about = [one for one in statements if "told" in one]
    assert len(about) == 1
    assert "account_session" in about[0], "a part of what every page asks first"
