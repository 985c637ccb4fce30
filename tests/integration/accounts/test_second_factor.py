"""An authenticator app and recovery codes: set up, asked for after the password, each good once, removed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.integration.accounts.people import account_of, enter, is_in, person, post, signed_in
from tests.support.factors import code_of
from tests.support.signing_in import PASSWORD, token
from tracker.accounts.models import RecoveryCode
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.mail.models import OutboxMail

pytestmark = pytest.mark.one_database

EMAIL = "head@example.vn"
STEP = "/sign-in/second-factor"
APP = "/account/second-factor/app"
KEY = re.compile(r'<code class="t-code">((?:[A-Z2-7]{4} ?)+)</code>')
CODE = re.compile(r'<code class="t-code">((?:[A-Z2-7]{4}-){5}[A-Z2-7]{4})</code>')
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
START = datetime(2021, 6, 1, 2, 0, 10, tzinfo=clock.VIETNAM)

At = Callable[[datetime | str], clock.Moment]


class Owner:
    """Somebody with an app, and the recovery codes that came with it."""

    def __init__(self, app: Flask, at: At) -> None:
        self.at, self.time = at, START
        at(self.time)
        self.person_id = person(app, EMAIL)
        self.client = signed_in(app, self.person_id)
        page = self.client.get(APP).text
        self.key = found(KEY, page)
        self.answer = post_app(self.client, page, factor_code=self.code())
        self.codes = CODE.findall(self.answer.text)

    def code(self) -> str:
        """What the app shows now."""
        return code_of(self.key, self.time)

    def wait(self, seconds: int = 30) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)
        self.at(self.time)


@pytest.fixture
def owner(app: Flask, at: At) -> Owner:
    """Somebody who has set up an app."""
    return Owner(app, at)


def found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    assert match, page
    return match.group(1)


def post_app(client: FlaskClient, page: str, **fields: str) -> TestResponse:
    token_ = found(re.compile(r'name="csrf_token" value="([^"]+)"'), page)
    return client.post(APP, data={"csrf_token": token_, "sealed": found(SEALED, page), **fields})


def step(client: FlaskClient, code: str, **more: str) -> TestResponse:
    return client.post(STEP, data={"csrf_token": token(client), "factor_code": code, **more})


def test_setting_up_shows_ten_codes_once_and_tells_the_owner(owner: Owner, session: Session) -> None:
    assert owner.answer.status_code == 200
    assert len(set(owner.codes)) == 10
    assert "no-store" in owner.answer.headers["Cache-Control"]
    assert not CODE.search(owner.client.get("/account/second-factor").text)
    assert "Còn 10 mã" in owner.client.get("/account/second-factor").text
    assert "ứng dụng xác thực" in session.scalars(sa.select(OutboxMail.text)).one()
    stored = session.scalars(sa.select(RecoveryCode.digest)).all()
    assert not set(owner.codes) & set(stored)


def test_the_secret_stands_nowhere_until_a_code_proved_it(app: Flask, at: At) -> None:
    at(START)
    person_id = person(app, EMAIL)
    client = signed_in(app, person_id)
    page = client.get(APP).text
    wrong = post_app(client, page, factor_code="000000")
    assert wrong.status_code == 400
    assert 'id="factor_code-error"' in wrong.text
    assert found(KEY, wrong.text) == found(KEY, page), "the picture that was scanned stays"
    assert account_of(app, person_id).totp is None
    other = signed_in(app, person(app, "other@example.vn"))
    foreign = found(SEALED, page)
    mine = other.get(APP).text
    answer = post_app(other, mine.replace(found(SEALED, mine), foreign), factor_code=code_of(found(KEY, page), START))
    assert answer.status_code == 400, "what was sealed for one account is nothing to another"


def test_the_password_alone_lets_nobody_in(app: Flask, owner: Owner, client: FlaskClient) -> None:
    owner.wait()
    answer = enter(client, EMAIL, next="/account?x=1")
    assert answer.location == f"{STEP}?next=/account?x%3D1"
    assert not is_in(client)
    assert client.get("/account").status_code == 303
    done = step(client, owner.code(), next="/account?x=1")
    assert (done.status_code, done.location) == (303, "/account?x=1")
    assert is_in(client)


def test_the_session_is_a_new_one_after_each_step(app: Flask, owner: Owner, client: FlaskClient) -> None:
    owner.wait()
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    before = token(client)
    enter(client, EMAIL)
    between = token(client, STEP)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        kept["planted"] = "again"
    step(client, owner.code())
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert "step" not in kept
    for old in (before, between):
        assert client.post("/sign-out", data={"csrf_token": old}).status_code == 400


def test_a_code_of_the_app_is_good_once(app: Flask, owner: Owner) -> None:
    first, second = app.test_client(), app.test_client()
    owner.wait()
    for client in (first, second):
        enter(client, EMAIL)
    assert step(first, owner.code()).status_code == 303
    again = step(second, owner.code())
    assert again.status_code == 400
    assert "đã được dùng" in again.text
    owner.wait()
    assert step(second, owner.code()).status_code == 303


def test_a_code_that_is_entered_twice_at_once_is_taken_once(app: Flask, owner: Owner) -> None:
    owner.wait()
    clients = [app.test_client(), app.test_client()]
    for client in clients:
        enter(client, EMAIL)
    forms = [{"csrf_token": token(client, STEP), "factor_code": owner.code()} for client in clients]
    barrier, codes = threading.Barrier(2), []

    def press(number: int) -> None:
        barrier.wait()
        codes.append(clients[number].post(STEP, data=forms[number]).status_code)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 400]


def test_a_recovery_code_is_good_once_and_the_owner_is_told(
    app: Flask, owner: Owner, client: FlaskClient, session: Session
) -> None:
    enter(client, EMAIL)
    assert step(client, owner.codes[3].lower().replace("-", " ")).status_code == 303
    other = app.test_client()
    enter(other, EMAIL)
    assert step(other, owner.codes[3]).status_code == 400
    assert step(other, owner.codes[4]).status_code == 303
    assert "Còn 8 mã" in client.get("/account/second-factor").text
    texts = session.scalars(sa.select(OutboxMail.text)).all()
    assert sum("mã khôi phục" in text for text in texts) == 2
    events = session.scalars(sa.select(AuditEvent.event)).all()
    assert events.count("account.code_used") == 2
    assert events.count("account.code_refused") == 1


def test_new_codes_end_the_old_ones(app: Flask, owner: Owner, client: FlaskClient) -> None:
    answer = post(owner.client, "/account/second-factor/codes")
    new = CODE.findall(answer.text)
    assert len(new) == 10
    enter(client, EMAIL)
    assert step(client, owner.codes[0]).status_code == 400
    assert step(client, new[0]).status_code == 303


def test_the_second_step_ends_after_ten_minutes(owner: Owner, client: FlaskClient) -> None:
    enter(client, EMAIL)
    kept = token(client, STEP)
    owner.wait(601)
    answer = client.post(STEP, data={"csrf_token": kept, "factor_code": owner.code()})
    assert answer.location.startswith("/sign-in")
    assert client.get(STEP).status_code == 303
    assert not is_in(client)


def test_codes_cannot_be_guessed_and_guessing_keeps_nobody_out(app: Flask, owner: Owner) -> None:
    """Six digits are counted for the account, wherever the tries come from; a recovery code lets the owner in still."""
    for number in range(31):
        thief = app.test_client()
        thief.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        enter(thief, EMAIL)
        typed = ("000000", "000 000", "000\t000", "000\u00a0000")[number % 4]  # however it is set apart
        assert step(thief, typed).status_code == (400 if number < 30 else 429)
    at_home = app.test_client()
    enter(at_home, EMAIL)
    owner.wait()
    held = step(at_home, owner.code())
    assert held.status_code == 429
    assert held.headers["Retry-After"]
    assert step(at_home, owner.codes[0]).status_code == 303


def test_one_place_has_eight_tries(app: Flask, owner: Owner, client: FlaskClient) -> None:
    enter(client, EMAIL)
    codes = [step(client, "000000").status_code for _time in range(9)]
    assert codes == [400] * 8 + [429]
    assert step(client, "AAAA-AAAA-AAAA-AAAA").status_code == 429
    owner.wait(16 * 60)
    enter(client, EMAIL)
    assert step(client, owner.code()).status_code == 303


def test_from_a_place_where_others_try_in_vain_a_recovery_code_lets_the_owner_in(app: Flask, owner: Owner) -> None:
    thief, at_home = app.test_client(), app.test_client()
    enter(thief, EMAIL)
    for typed in ["000000"] * 9 + ["AAAA-AAAA-AAAA-AAAA"] * 20:
        step(thief, typed)
    enter(at_home, EMAIL)
    assert step(at_home, owner.codes[0]).status_code == 303


def test_what_was_typed_before_goes_through_both_steps(owner: Owner, client: FlaskClient) -> None:
    owner.wait()
    form = {"csrf_token": token(client), "language": "en"}
    asked = client.post("/account", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert asked.status_code == 401
    kept = found(re.compile(r'name="kept" value="([^"]+)"'), asked.text)
    between = enter(client, EMAIL, kept=kept)
    assert between.status_code == 200
    done = step(client, owner.code(), kept=found(re.compile(r'name="kept" value="([^"]+)"'), between.text))
    assert 'name="language" value="en"' in done.text


def test_what_guards_the_account_takes_the_password_once_more_after_a_while(app: Flask, owner: Owner) -> None:
    owner.wait(16 * 60)
    for path in (APP, APP + "/remove", "/account/second-factor/codes", "/account/second-factor/passkeys"):
        assert 'name="current"' in owner.client.get(path).text, path
    assert post(owner.client, APP + "/remove").status_code == 400
    assert post(owner.client, APP + "/remove", current="wrong password").status_code == 400
    assert account_of(app, owner.person_id).totp
    assert post(owner.client, APP + "/remove", current=PASSWORD).status_code == 303
    assert account_of(app, owner.person_id).totp is None


def test_with_the_last_factor_the_codes_go_too(app: Flask, owner: Owner, client: FlaskClient, session: Session) -> None:
    assert post(owner.client, APP + "/remove").status_code == 303
    assert session.scalars(sa.select(RecoveryCode)).all() == []
    assert owner.client.get(APP + "/remove").status_code == 404
    assert enter(client, EMAIL).location == "/"
    assert is_in(client)


def test_another_password_between_the_steps_ends_them(app: Flask, owner: Owner, client: FlaskClient) -> None:
    owner.wait()
    enter(client, EMAIL)
    kept = token(client, STEP)
    fields = {"current": PASSWORD, "new": "một câu khác hẳn", "again": "một câu khác hẳn"}
    assert post(owner.client, "/account/password", **fields).status_code == 303
    assert client.post(STEP, data={"csrf_token": kept, "factor_code": owner.code()}).location.startswith("/sign-in")
    assert not is_in(client)
