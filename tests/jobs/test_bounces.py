"""Mails that come back: the mail has failed, and an address at which nobody is gets no more until it is another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from jobs import bounces as job
from jobs import runner
from jobs.timetable import entry
from tests.factories import returned_mails as mails
from tests.jobs.conftest import Postbox
from tests.jobs.test_delivery import queue, run_deliver, state
from tests.support.signing_in import sign_in, token
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.cli.commands import load
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import bounces, service
from tracker.mail.bounces import Came
from tracker.mail.models import AddressBounce, OutboxMail
from tracker.mail.service import Content, Letter
from tracker.people import queries as people
from tracker.people import service as persons
from tracker.people.models import Person


@pytest.fixture
def left(app: Flask, context: None, postbox: Postbox) -> OutboxMail:
    """A mail that left."""
    mail_id = queue()
    run_deliver(app)
    return state(mail_id)


def take_in(content: bytes) -> Came:
    with unit_of_work() as session:
        return bounces.take_in(session, clock.moment(), content)


def another(app: Flask, person_id: int, key: str) -> str:
    """What becomes of one more mail to the same person."""
    with unit_of_work() as session:
        letter = Letter(key, "test", person_id, "vi", Content("Một báo cáo", "Kính gửi …\n"), "camket.example.invalid")
        mail = service.queue(session, clock.moment(), letter)
        assert mail is not None
        mail_id = mail.id
    run_deliver(app)
    return state(mail_id).state


def broken() -> int:
    database.session().rollback()  # what others wrote meanwhile counts
    with unit_of_work() as session:
        return session.scalar(sa.select(people.BROKEN_COUNT)) or 0


def test_nothing_more_is_sent_to_a_broken_address(app: Flask, left: OutboxMail, postbox: Postbox) -> None:
    person_id, said = left.person_id, mails.postfix(left.message_id)
    assert take_in(said) is Came.BROKEN
    assert take_in(said) is Came.KNOWN
    assert (state(left.id).state, broken()) == ("failed", 1)
    assert another(app, person_id, "test:2") == "dropped"
    assert len(postbox.mails) == 1
    with unit_of_work() as session:
        (fact,) = session.scalars(sa.select(AddressBounce))
        assert (fact.person_id, fact.status) == (person_id, "5.1.1")
        assert persons.trust_address(session, clock.moment(), actor_id=person_id, person_id=person_id)
    assert broken() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert another(app, person_id, "test:3") == "sent"
        # What comes back late of a mail to the address of before says nothing of the one of today.
        assert take_in(mails.exim(left.message_id)) is Came.KNOWN
        assert broken() == 0


def test_a_mail_that_may_come_through_next_time_breaks_no_address(app: Flask, left: OutboxMail) -> None:
    person_id = left.person_id
    assert take_in(mails.postfix(left.message_id, status="4.4.1", action="delayed")) is Came.ON_ITS_WAY
    assert state(left.id).state == "sent"
    assert take_in(mails.exchange(left.message_id, status="5.7.1")) is Came.FAILED
    assert (state(left.id).state, broken()) == ("failed", 0)
    assert another(app, person_id, "test:2") == "sent"


def test_who_does_not_know_the_mail_breaks_nothing(left: OutboxMail) -> None:
    assert take_in(mails.postfix("<guessed@camket.example.invalid>")) is Came.NOT_OURS
    assert take_in(mails.written(mails.OUT_OF_OFFICE, id=left.message_id)) is Came.NO_REPORT
    waiting = queue("test:waits")
    assert take_in(mails.postfix(state(waiting).message_id)) is Came.NOT_OURS, "what has not left cannot come back"
    assert broken() == 0


def test_the_maildir_is_read_once(
    app: Flask, left: OutboxMail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(mails.exim(left.message_id))
    (tmp_path / "new" / "2.b").write_bytes(b"no mail at all")
    changed = replace(app.extensions["settings"], bounce_folder=tmp_path)
    monkeypatch.setitem(app.extensions, "settings", changed)
    line = entry(job.__name__.rpartition(".")[2])
    assert line is not None
    assert runner.run(app, line, clock.now()) == "done"
    assert broken() == 1
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1.a:2,S", "2.b:2,S"]
    # A kill after the commit and before the move: it is read again, and says nothing new.
    (tmp_path / "cur" / "1.a:2,S").replace(tmp_path / "new" / "1.a")
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert runner.run(app, line, clock.now()) == "done"
    with unit_of_work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AddressBounce)) == 1


def test_the_command_says_what_it_made_of_a_mail(
    app: Flask, left: OutboxMail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tracker.cli.context.headless_app", lambda: app)
    monkeypatch.setattr("tracker.settings.join_demo", lambda: None)
    said = tmp_path / "mail"
    said.write_bytes(mails.exchange(left.message_id))
    answer = CliRunner().invoke(load("mail"), ["bounced", str(said)])
    assert (answer.exit_code, "its address is broken" in answer.stderr) == (0, True)
    answer = CliRunner().invoke(load("mail"), ["bounced"], input=b"From: x\r\n\r\nno report\r\n")
    assert (answer.exit_code, "passed over" in answer.stderr) == (0, True)
    assert broken() == 1


def test_the_administrator_is_told_and_can_trust_the_address_again(
    app: Flask, client: FlaskClient, left: OutboxMail
) -> None:
    take_in(mails.postfix(left.message_id))
    with unit_of_work() as session:
        now = clock.moment()
        one = session.get_one(Person, left.person_id).token
        boss = persons.register(session, now, actor_id=None, name="Quản trị hệ thống", email="admin@example.vn")
        admin_id = boss.id
        body = Agency(code="VP", kind="department", name={"vi": "Văn phòng"}, sort_key="vp")
        session.add(body)
        session.flush()
        held = OfficeHolding(person_id=admin_id, agency_id=body.id, office=Office.ADMINISTRATOR, from_on=now.on)
        session.add(held)
    sign_in(app, client, admin_id)
    for page in ("/jobs", "/accounts"):
        assert "1 người không nhận được thư" in client.get(page).text
    listed = client.get("/accounts?address=broken").text
    assert listed.count("Thư bị trả lại, không gửi đến được") == 1
    account = client.get(f"/accounts/{one}").text
    assert "5.1.1, không có hộp thư này" in account
    pressed = client.post(f"/accounts/{one}/trust-address", data={"csrf_token": token(client, "/accounts")})
    assert pressed.status_code == 303
    assert broken() == 0
    assert "không nhận được thư" not in client.get("/accounts").text
