"""Sessions: seen and ended on one's own page, ended by administrators, and gone for good."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.accounts.people import account_of, enter, is_in, person, post, signed_in, token_of
from tests.support.signing_in import PASSWORD, token
from tracker.accounts.models import AccountSession
from tracker.agencies.offices import Office
from tracker.core import clock

EMAIL = "officer@example.vn"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1"
END = re.compile(r'action="(/account/sessions/[\w-]+/end)"')
START = datetime(2021, 6, 1, 8, 0, tzinfo=clock.VIETNAM)

At = Callable[[datetime | str], clock.Moment]


def browser(app: Flask, user_agent: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = user_agent
    assert enter(client, EMAIL).status_code == 303
    return client


@pytest.fixture
def owner(app: Flask) -> int:
    """Id of a person with an account."""
    return person(app, EMAIL)


def test_the_devices_are_listed_in_words(app: Flask, owner: int) -> None:
    desk, phone = browser(app, FIREFOX), browser(app, IPHONE)
    page = phone.get("/account").text
    assert "Firefox trên Linux" in page
    assert "Safari trên iPhone</span>" not in page, "one's own carries no press"
    assert re.search(r"Safari trên iPhone\s*· <strong>thiết bị này", page)
    assert len(END.findall(page)) == 1
    assert len(END.findall(desk.get("/account").text)) == 1


def test_another_device_is_signed_out(app: Flask, owner: int) -> None:
    desk, phone = browser(app, FIREFOX), browser(app, IPHONE)
    path = END.findall(phone.get("/account").text)[0]
    assert post(phone, path, page="/account").status_code == 303
    assert not is_in(desk)
    assert is_in(phone)
    assert post(phone, path, page="/account").status_code == 404


def test_nobody_ends_a_session_of_somebody_else(app: Flask, owner: int) -> None:
    browser(app, FIREFOX)
    phone = browser(app, IPHONE)
    path = END.findall(phone.get("/account").text)[0]
    stranger = signed_in(app, person(app, "stranger@example.vn"))
    assert post(stranger, path, page="/account").status_code == 404
    assert len(END.findall(phone.get("/account").text)) == 1


def test_all_others_are_signed_out_at_once(app: Flask, owner: int) -> None:
    desk, phone, other = browser(app, FIREFOX), browser(app, IPHONE), browser(app, "")
    assert post(phone, "/account/sessions/end-others", page="/account").status_code == 303
    assert [is_in(client) for client in (desk, phone, other)] == [False, True, False]
    assert "end-others" not in phone.get("/account").text


def test_a_cookie_from_before_signing_out_is_nobody(app: Flask, owner: int) -> None:
    client = browser(app, FIREFOX)
    stolen = client.get_cookie("session")
    assert stolen is not None
    client.post("/sign-out", data={"csrf_token": token(client, "/account")})
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert not is_in(thief)


def test_another_password_leaves_this_device_signed_in_alone(app: Flask, owner: int) -> None:
    desk, phone = browser(app, FIREFOX), browser(app, IPHONE)
    stolen = phone.get_cookie("session")
    assert stolen is not None
    fields = {"current": PASSWORD, "new": "một câu dễ nhớ", "again": "một câu dễ nhớ"}
    assert post(phone, "/account/password", **fields).status_code == 303
    assert [is_in(client) for client in (desk, phone)] == [False, True]
    thief = app.test_client()
    thief.set_cookie("session", stolen.value)
    assert not is_in(thief), "the session was rotated"


def test_last_seen_is_written_down_now_and_then(app: Flask, at: At, session: Session) -> None:
    at(START)
    person(app, EMAIL)
    client = browser(app, FIREFOX)
    for minutes, seen in ((4, 0), (5, 5), (9, 5), (25, 25)):
        at(START + timedelta(minutes=minutes))
        assert is_in(client)
        assert session.scalars(sa.select(AccountSession.seen_at)).one() == START + timedelta(minutes=seen)
        session.rollback()


def test_a_session_ends_after_a_working_day_and_is_tidied_at_the_next(app: Flask, at: At, session: Session) -> None:
    at(START)
    person(app, EMAIL)
    client = browser(app, FIREFOX)
    for minutes in range(25, 12 * 60 + 1, 25):
        at(START + timedelta(minutes=minutes))
        assert is_in(client), minutes
    at(START + timedelta(hours=12))
    assert is_in(client)
    at(START + timedelta(hours=12, seconds=1))
    assert not is_in(client)
    phone = browser(app, IPHONE)
    assert len(session.scalars(sa.select(AccountSession.id)).all()) == 1
    assert "Firefox" not in phone.get("/account").text


def test_a_session_that_nobody_uses_ends_after_half_an_hour(app: Flask, at: At) -> None:
    at(START)
    person(app, EMAIL)
    left, used = browser(app, FIREFOX), browser(app, IPHONE)
    at(START + timedelta(minutes=20))
    assert is_in(used)
    at(START + timedelta(minutes=30))
    assert is_in(left), "seen half an hour ago"
    at(START + timedelta(minutes=50))
    assert is_in(used)
    at(START + timedelta(minutes=60, seconds=1))
    assert not is_in(left)
    assert "Firefox" not in used.get("/account").text, "nor is it listed as signed in"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(app: Flask, at: At) -> None:
    at(START)
    person(app, EMAIL)
    left = browser(app, FIREFOX)
    for minutes in range(10, 31, 10):
        at(START + timedelta(minutes=minutes))
        assert left.get("/account", headers={"HX-Request": "true"}).status_code == 200
    at(START + timedelta(minutes=31))
    assert not is_in(left)


def test_how_long_that_is_the_operator_says(app: Flask, at: At) -> None:
    at(START)
    person(app, EMAIL)
    client, of_sign_in = browser(app, FIREFOX), app.extensions["sign_in_rules"]
    app.extensions["sign_in_rules"] = replace(of_sign_in, idle=timedelta(hours=2))
    try:
        at(START + timedelta(hours=2))
        assert is_in(client)
        at(START + timedelta(hours=4, seconds=1))
        assert not is_in(client)
    finally:
        app.extensions["sign_in_rules"] = of_sign_in


def test_a_disabled_account_is_out_at_once_everywhere(app: Flask, owner: int) -> None:
    client = browser(app, FIREFOX)
    administrator = signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))
    page = f"/accounts/{token_of(app, owner)}"
    assert "Firefox trên Linux" in administrator.get(page).text
    assert post(administrator, page + "/disable").status_code == 303
    assert not is_in(client)
    assert enter(client, EMAIL).status_code == 400
    assert post(administrator, page + "/enable", page=page).status_code == 303
    assert not is_in(client), "what was ended stays ended"
    assert enter(client, EMAIL).status_code == 303


def test_an_administrator_signs_somebody_out_everywhere(app: Flask, owner: int) -> None:
    client = browser(app, FIREFOX)
    administrator = signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))
    page = f"/accounts/{token_of(app, owner)}"
    assert post(administrator, page + "/end-sessions", page=page).status_code == 303
    assert not is_in(client)
    assert account_of(app, owner).active


def test_nobody_disables_their_own_account(app: Flask) -> None:
    person_id = person(app, "admin@example.vn", Office.ADMINISTRATOR)
    administrator = signed_in(app, person_id)
    path = f"/accounts/{token_of(app, person_id)}/disable"
    assert administrator.get(path).status_code == 404
    assert post(administrator, path, page="/account").status_code == 404
    assert is_in(administrator)
