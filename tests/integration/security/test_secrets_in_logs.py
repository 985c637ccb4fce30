"""What is really written to standard error while people sign in, in vain too: none of what they typed, held or got."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.accounts.people import enter, link_in, person, post, signed_in
from tests.support.factors import code_of
from tests.support.signing_in import PASSWORD, token
from tracker.accounts import links
from tracker.agencies.offices import Office
from tracker.core import clock, logs
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.settings import Site

EMAIL, WRONG, NEW = "officer@example.vn", "một lần gõ nhầm", "một câu dễ nhớ khác"
APP, STEP = "/account/second-factor/app", "/sign-in/second-factor"
KEY = re.compile(r"\b((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\b")
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
CODE = re.compile(r"\b([A-Z2-7]{4}(?:-[A-Z2-7]{4}){5})\b")


def mail_text(app: Flask) -> str:
    with app.app_context(), unit_of_work() as session:
        return str(session.query(OutboxMail).order_by(OutboxMail.id.desc()).first().text)  # type: ignore[union-attr]


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def test_nothing_that_lets_somebody_in_is_logged(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=True)
    secrets = [EMAIL, PASSWORD, WRONG, NEW]
    client = app.test_client()
    person(app, EMAIL)

    enter(client, EMAIL, WRONG)
    enter(client, "nobody@example.vn", WRONG)
    enter(client, EMAIL)
    secrets += [cookie_of(client), token(client, "/account")]

    page = client.get(APP).text
    key, sealed = KEY.search(page), SEALED.search(page)
    assert key, "the key is shown"
    assert sealed
    right = code_of(key.group(1), clock.now())
    added = post(client, APP, sealed=sealed.group(1), factor_code=right)
    codes = CODE.findall(added.text)
    assert len(codes) == 10
    secrets += [key.group(1), key.group(1).replace(" ", ""), sealed.group(1), *codes]

    other = app.test_client()
    enter(other, EMAIL)
    post(other, STEP, factor_code="A" + codes[1])
    post(other, STEP, factor_code=codes[0])
    assert other.get("/account").status_code == 200
    secrets.append(cookie_of(other))

    post(client, "/sign-in/forgotten", page="/account", email=EMAIL)
    with app.app_context(), unit_of_work() as session:
        links.answer_wish(session, clock.moment(), Site("http://localhost", "localhost"))
    reset = link_in(mail_text(app))
    post(client, reset, new="ngắn", again="ngắn")
    post(client, reset, new=NEW, again=NEW)
    secrets.append(reset.rpartition("/")[2])

    administrator = signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))
    post(administrator, "/accounts/invite", name="Người mới", email="new@example.vn", language="vi")
    invitation = link_in(mail_text(app))
    client.get(invitation + "?from=mail")
    secrets += [invitation.rpartition("/")[2], "new@example.vn", "admin@example.vn", "Người mới"]

    said = capsys.readouterr().err
    assert said.count('"answered"') > 20, "what was done is logged"
    assert [secret for secret in secrets if secret in said] == []
