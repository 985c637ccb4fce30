"""Signing in and out, on the page itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.product import Statements
from tests.support.signing_in import PASSWORD, sign_in, token
from tracker.accounts import service
from tracker.accounts.models import Account, SignInCount
from tracker.accounts.sessions import throttle
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people

pytestmark = pytest.mark.one_database

EMAIL = "officer@example.vn"
ANSWER = "Địa chỉ thư hoặc mật khẩu không đúng"


@pytest.fixture(autouse=True)
def account(app: Flask) -> int:
    """The id of the account of an officer."""
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        person = people.register(session, now, actor_id=None, name="Chuyên viên Sở Y tế", email="Officer@Example.vn")
        made: int = service.register(session, now, person, PASSWORD).id
    return made


def enter(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"csrf_token": token(client), "email": email, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_signs_in_and_leads_on(client: FlaskClient, session: Session) -> None:
    answer = enter(client, next="/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert is_signed_in(client)
    assert "account.signed_in" in session.scalars(sa.select(AuditEvent.event)).all()


@pytest.mark.parametrize("email", [" OFFICER@example.VN ", "officer@example.vn"])
def test_the_address_may_be_written_in_any_case(client: FlaskClient, email: str) -> None:
    assert enter(client, email).status_code == 303


def test_a_password_in_another_form_of_unicode_is_the_same(client: FlaskClient) -> None:
    assert enter(client, password=unicodedata.normalize("NFD", PASSWORD)).status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong password"),
        ("nobody@example.vn", PASSWORD),
        ("no address at all", PASSWORD),
        (EMAIL, " " + PASSWORD),
    ],
)
def test_every_refusal_reads_alike(client: FlaskClient, email: str, password: str) -> None:
    answer = enter(client, email, password)
    assert answer.status_code == 400
    assert ANSWER in answer.text
    assert PASSWORD not in answer.text
    assert not is_signed_in(client)


def test_a_refusal_costs_the_same_statements_whoever_is_meant(client: FlaskClient, statements: Statements) -> None:
    counts = []
    for email in (EMAIL, "nobody@example.vn"):
        form = {"csrf_token": token(client), "email": email, "password": "wrong password"}
        statements.clear()
        client.post("/sign-in", data=form)
        counts.append([statement.split()[0] for statement in statements])
    assert counts[0] == counts[1]


def test_an_inactive_account_is_refused_like_a_wrong_password(app: Flask, client: FlaskClient, account: int) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, account).active = False
    answer = enter(client)
    assert answer.status_code == 400
    assert ANSWER in answer.text


def test_nothing_of_the_session_before_goes_over(client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    before = token(client)
    enter(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", " //e"],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    assert enter(client, next=target).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"


def test_signing_out_takes_a_post_and_ends_the_session(client: FlaskClient) -> None:
    enter(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out", data={"csrf_token": token(client, "/account")}).status_code == 303
    assert not is_signed_in(client)


def test_a_session_lasts_a_working_day(client: FlaskClient, at: Callable[[str], clock.Moment], app: Flask) -> None:
    at("2021-06-01")
    with app.app_context(), unit_of_work() as session:
        person_id = session.scalars(sa.select(Account.person_id)).one()
    sign_in(app, client, person_id)
    assert is_signed_in(client)
    at("2021-06-02")
    assert not is_signed_in(client)


def test_too_many_tries_wait_even_with_the_right_password_and_then_go_on(
    client: FlaskClient, at: Callable[..., clock.Moment], session: Session
) -> None:
    at("2021-06-01")
    for _time in range(8):
        assert enter(client, password="wrong password").status_code == 400
    held = enter(client)
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "900"
    assert "15 phút" in held.text
    # Another account at the same place is not concerned, nor is this one later on.
    assert enter(client, "nobody@example.vn").status_code == 400
    at(clock.now().astimezone(clock.VIETNAM).replace(minute=16))
    assert enter(client).status_code == 303
    assert EMAIL not in str(session.execute(sa.select(SignInCount)).all())


def test_another_place_is_not_held_back(app: Flask, client: FlaskClient) -> None:
    for _time in range(9):
        enter(client, password="wrong password")
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert enter(elsewhere).status_code == 303


def test_many_places_may_not_try_one_account_and_lock_nobody_out_of_a_known_browser(
    app: Flask, client: FlaskClient, at: Callable[..., clock.Moment], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred tries an hour as it stands; here fewer, to be quick."""
    assert throttle.Limit(100, 3600) == throttle.OF_ACCOUNT
    monkeypatch.setattr(throttle, "OF_ACCOUNT", throttle.Limit(6, 3600))
    at("2021-06-01")
    assert enter(client).status_code == 303, "this browser is known from now on"
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})

    def elsewhere(number: int) -> FlaskClient:
        other = app.test_client()
        other.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        return other

    answers = [enter(elsewhere(n), password="wrong password").status_code for n in range(6)]
    assert answers == [400, 400, 400, 400, 400, 429], "the first one was its owner's"
    assert enter(elsewhere(9)).status_code == 429, "even with the right password"
    assert enter(elsewhere(9), "nobody@example.vn").status_code == 400
    assert enter(client).status_code == 303
    at(clock.now() + timedelta(minutes=61))
    assert enter(elsewhere(9)).status_code == 303


def test_one_place_keeps_nobody_out_of_a_new_device(app: Flask, client: FlaskClient) -> None:
    """What is held back before any password is compared is no try at the account."""
    answers = [enter(client, password="wrong password").status_code for _n in range(throttle.OF_ACCOUNT.tries + 5)]
    assert answers == [400] * 8 + [429] * (throttle.OF_ACCOUNT.tries - 3)
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert enter(elsewhere).status_code == 303


def test_one_place_may_not_try_all_accounts(client: FlaskClient) -> None:
    answers = [enter(client, f"nobody{n}@example.vn").status_code for n in range(21)]
    assert answers == [400] * 20 + [429]


def test_success_begins_the_count_anew(client: FlaskClient) -> None:
    for _round in range(2):
        for _time in range(7):
            enter(client, password="wrong password")
        assert enter(client).status_code == 303
        client.post("/sign-out", data={"csrf_token": token(client, "/account")})
        with client.application.app_context(), unit_of_work() as session:
            session.execute(sa.delete(SignInCount).where(SignInCount.tries > 10))  # of the place, not of the account


def test_an_outdated_hash_is_renewed(app: Flask, client: FlaskClient, account: int) -> None:
    weak = "$argon2id$v=19$m=1024,t=1,p=1$"
    with app.app_context(), unit_of_work() as session:
        from_before = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        session.get_one(Account, account).password = from_before
    assert from_before.startswith(weak)
    assert enter(client).status_code == 303
    with app.app_context(), unit_of_work() as session:
        assert not str(session.get_one(Account, account).password).startswith(weak)


def test_cookies_are_for_this_site_alone_and_the_session_ends_with_the_browser(client: FlaskClient) -> None:
    cookies = {value.partition("=")[0]: value for name, value in enter(client).headers if name == "Set-Cookie"}
    assert set(cookies) == {"session", "known-device"}
    for cookie in cookies.values():
        assert re.search(r"HttpOnly", cookie)
        assert re.search(r"SameSite=Lax", cookie)
    assert "Expires" not in cookies["session"]
