"""What the outbox promises: a mail leaves once, waits when the server is busy, and is not sent when no longer due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from jobs import deliver, runner
from jobs.timetable import entry
from jobs.work import Occasion
from tests.jobs.conftest import Postbox
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import Units, unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import Remark
from tracker.mail import service
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people.models import Person

At = Callable[[str | date], clock.Moment]


def queue(key: str = "test:1", *, email: str | None = "giam-doc@example.invalid", kind: str = "test") -> int:
    with unit_of_work() as session:
        person = Person(
            token=key, name="Giám đốc Sở Y tế", email=email and key.replace(":", "-") + email, language="vi"
        )
        session.add(person)
        session.flush()
        mail = service.queue(
            session,
            clock.moment(),
            service.Letter(
                key=key,
                kind=kind,
                person_id=person.id,
                language="vi",
                content=Content("Hai báo cáo đến hạn", "Kính gửi …\n", "<p>Kính gửi …</p>"),
                host="camket.example.invalid",
            ),
        )
        assert mail is not None
        return mail.id


def run_deliver(app: Flask) -> str | None:
    line = entry("deliver")
    assert line is not None
    return runner.run(app, line, clock.now())


def state(mail_id: int) -> OutboxMail:
    session = database.session()
    session.expire_all()
    return session.get_one(OutboxMail, mail_id)


def test_a_mail_is_sent_once(app: Flask, context: None, postbox: Postbox) -> None:
    mail_id = queue()
    assert run_deliver(app) == "done"
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert run_deliver(app) == "done"
    (mail,) = postbox.mails
    assert mail["Subject"] == "Hai báo cáo đến hạn"
    assert mail["To"] == "test-1giam-doc@example.invalid"
    assert mail["Message-ID"] == state(mail_id).message_id
    assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    assert state(mail_id).state == "sent"


def test_the_same_key_queues_nothing(app: Flask, context: None) -> None:
    mail_id = queue()
    with unit_of_work() as session:
        again = service.queue(
            session,
            clock.moment(),
            service.Letter(
                key="test:1",
                kind="test",
                person_id=state(mail_id).person_id,
                language="vi",
                content=Content("x", "y"),
                host="h",
            ),
        )
    assert again is None


def claimed_by(units: Units[Remark | None]) -> list[service.Outgoing]:
    """The mails that a run claims first."""
    answer: Any = None
    while not (isinstance(answer, list) and answer):
        with unit_of_work() as session:
            answer = units.send(answer)(session)
    return answer


def test_after_a_crash_between_server_and_record_the_repeated_mail_has_the_same_message_id(
    app: Flask, context: None, postbox: Postbox
) -> None:
    queue()
    units = deliver.run(Occasion(clock.moment(), clock.today(), settings_of(app)))
    claimed = claimed_by(units)
    units.send(claimed)  # the server has taken it; the process "dies" before the record
    units.close()
    assert len(postbox.mails) == 1
    with time_machine.travel(clock.now() + service.CLAIM + timedelta(seconds=1)):
        run_deliver(app)
    assert [mail["Message-ID"] for mail in postbox.mails] == [postbox.mails[0]["Message-ID"]] * 2


def test_after_a_crash_before_sending_the_mail_is_not_lost(app: Flask, context: None, postbox: Postbox) -> None:
    queue()
    units = deliver.run(Occasion(clock.moment(), clock.today(), settings_of(app)))
    claimed_by(units)
    units.close()
    run_deliver(app)
    assert postbox.mails == []  # claimed still: whoever claimed it may be sending it this very moment
    with time_machine.travel(clock.now() + service.CLAIM + timedelta(seconds=1)):
        run_deliver(app)
    assert len(postbox.mails) == 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("451 come back later", "pending"), ("554 never", "failed"), ("421 closing", "pending")],
    ids=["a busy server is asked again", "a refusal for good is final", "one that closes refuses nothing"],
)
def test_what_the_server_refuses(app: Flask, context: None, postbox: Postbox, reply: str, expected: str) -> None:
    mail_id = queue()
    postbox.refuse = lambda _mail: reply
    run_deliver(app)
    mail = state(mail_id)
    assert (mail.state, mail.attempts) == (expected, 1)
    assert reply[:3] in str(mail.last_error)
    assert "example.invalid" not in str(mail.last_error)


def test_a_busy_server_gets_the_mail_later(app: Flask, context: None, postbox: Postbox) -> None:
    mail_id = queue()
    postbox.refuse = lambda _mail: "451 later"
    run_deliver(app)
    postbox.refuse = lambda _mail: None
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        run_deliver(app)
    assert len(postbox.mails) == 1
    assert state(mail_id).state == "sent"


def test_one_bad_mail_holds_up_no_other(app: Flask, context: None, postbox: Postbox) -> None:
    for number in range(3):
        queue(f"test:{number}")
    postbox.refuse = lambda mail: "554 never" if "test-1" in mail["To"] else None
    run_deliver(app)
    assert sorted(mail["To"][:6] for mail in postbox.mails) == ["test-0", "test-2"]


def test_what_is_no_longer_due_is_dropped(
    app: Flask, context: None, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_left(_session: Session, _mail: OutboxMail, _now: clock.Moment) -> Content | None:
        return None

    monkeypatch.setattr(service, "_still_due", {})
    service.register("finished", nothing_left)
    mail_id = queue(kind="finished")
    run_deliver(app)
    assert postbox.mails == []
    assert state(mail_id).state == "dropped"


def test_somebody_without_an_address_gets_none(app: Flask, context: None, postbox: Postbox) -> None:
    mail_id = queue(email=None)
    run_deliver(app)
    assert state(mail_id).state == "dropped"


def test_a_server_that_is_away_loses_nothing(app: Flask, context: None) -> None:
    mail_id = queue()
    assert run_deliver(app) == "done"
    assert state(mail_id).state == "pending"
    assert state(mail_id).last_error == "ConnectionRefusedError 111"
