"""Who forgot a password gets a mail by the job that delivers: the page itself writes none."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from jobs import runner
from jobs.timetable import entry
from tests.jobs.conftest import Postbox
from tests.support.signing_in import PASSWORD, token
from tracker.accounts import service
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people

EMAIL = "officer@example.vn"


def run_deliver(app: Flask) -> str | None:
    line = entry("deliver")
    assert line is not None
    return runner.run(app, line, clock.now())


def test_a_wish_becomes_a_mail_that_lets_its_owner_in(app: Flask, client: FlaskClient, postbox: Postbox) -> None:
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        person = people.register(session, now, actor_id=None, name="Chuyên viên", email=EMAIL, wants_mail=False)
        service.register(session, now, person, PASSWORD)
    for email in (EMAIL, "nobody@example.vn"):
        form = {"csrf_token": token(client, "/sign-in/forgotten"), "email": email, "language": "vi"}
        assert client.post("/sign-in/forgotten", data=form).status_code == 200
    run_deliver(app)
    assert [mail["To"] for mail in postbox.mails] == [EMAIL], "whoever wants no reminders gets this one all the same"
    body = postbox.mails[0].get_body(("plain",))
    assert body is not None
    link = re.search(r"http://localhost(/choose-password/\S+)", body.get_content())
    assert link
    new = "một câu dễ nhớ"
    form = {"csrf_token": token(client, link.group(1)), "new": new, "again": new}
    assert client.post(link.group(1), data=form).status_code == 303
    run_deliver(app)
    assert len(postbox.mails) == 2, "and is told that the password was changed"
    assert link.group(1) not in postbox.mails[1].as_string()
