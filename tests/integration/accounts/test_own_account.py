"""One's own page, one's own password, and what becomes of a form whose session had ended."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.signing_in import PASSWORD, sign_in, token
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import queries
from tracker.people import service as people

pytestmark = pytest.mark.one_database

NEW = "một câu dễ nhớ"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def person(app: Flask) -> int:
    """The id of an officer."""
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        someone = people.register(session, now, actor_id=None, name="Chuyên viên Sở Y tế", email="officer@example.vn")
        made: int = someone.id
    return made


def test_settings_are_kept_with_the_person(app: Flask, client: FlaskClient, person: int) -> None:
    sign_in(app, client, person)
    form = {"csrf_token": token(client, "/account"), "language": "en"}
    assert client.post("/account", data=form).status_code == 303
    with app.app_context(), unit_of_work() as session:
        kept = queries.by_id(session, person)
    assert kept is not None
    assert (kept.language, kept.wants_mail) == ("en", True)
    page = client.get("/account").text
    assert '<html lang="en"' in page
    assert "Your settings are kept." in page


def test_the_language_of_the_menu_goes_with_the_person(app: Flask, client: FlaskClient, person: int) -> None:
    sign_in(app, client, person)
    client.post("/language", data={"csrf_token": token(client, "/account"), "language": "en", "next": "/account"})
    other_device = app.test_client()
    sign_in(app, other_device, person)
    assert '<html lang="en"' in other_device.get("/account").text
    assert '<html lang="en"' in other_device.get("/no-such-page").text


def change(client: FlaskClient, current: str = PASSWORD, new: str = NEW, again: str = NEW) -> TestResponse:
    form = {"csrf_token": token(client, "/account/password"), "current": current, "new": new, "again": again}
    return client.post("/account/password", data=form)


def test_another_password_ends_all_other_sessions(app: Flask, client: FlaskClient, person: int) -> None:
    other_device = app.test_client()
    sign_in(app, client, person)
    sign_in(app, other_device, person)
    assert change(client).status_code == 303
    assert client.get("/account").status_code == 200
    assert other_device.get("/account").status_code == 303
    form = {"csrf_token": token(other_device), "email": "officer@example.vn", "password": NEW}
    assert other_device.post("/sign-in", data=form).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "fault"),
    [
        ("wrong password", NEW, NEW, "current"),
        (PASSWORD, "ngắn", "ngắn", "new"),
        (PASSWORD, NEW, NEW + ".", "again"),
        (PASSWORD, "", "", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
    ],
)
def test_a_refused_change_says_beside_which_field(
    app: Flask, client: FlaskClient, person: int, current: str, new: str, again: str, fault: str
) -> None:
    sign_in(app, client, person)
    answer = change(client, current, new, again)
    assert answer.status_code == 400
    assert f'id="{fault}-error"' in answer.text
    assert f'href="#{fault}"' in answer.text


def test_the_old_password_cannot_be_guessed_without_end(app: Flask, client: FlaskClient, person: int) -> None:
    sign_in(app, client, person)
    for _time in range(8):
        change(client, "wrong password")
    assert "quá nhiều lần" in change(client).text


def hidden(page: str, name: str) -> str:
    match = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page.partition("<main")[2])
    assert match, f"{name} is not on the page"
    return match.group(1).replace("&amp;", "&").replace("&#34;", '"')


def test_what_was_typed_into_an_ended_session_is_sent_after_signing_in(
    app: Flask, client: FlaskClient, person: int
) -> None:
    sign_in(app, client, person)
    stale = token(client, "/account")
    with client.session_transaction() as kept:
        kept.clear()
    answer = client.post("/account", data={"csrf_token": stale, "language": "en"}, headers=FROM_HERE)
    assert answer.status_code == 401
    form = {
        "csrf_token": hidden(answer.text, "csrf_token"),
        "kept": hidden(answer.text, "kept"),
        "email": "officer@example.vn",
        "password": PASSWORD,
    }
    page = client.post("/sign-in", data=form)
    assert page.status_code == 200
    assert 'action="/account"' in page.text
    again = {"csrf_token": hidden(page.text, "csrf_token"), "language": hidden(page.text, "language")}
    assert client.post("/account", data=again).status_code == 303
    assert '<html lang="en"' in client.get("/account").text


def test_a_form_from_before_a_new_session_is_shown_again_to_be_sent(
    app: Flask, client: FlaskClient, person: int
) -> None:
    sign_in(app, client, person)
    stale = token(client, "/account")
    sign_in(app, client, person)
    page = client.post("/account", data={"csrf_token": stale, "language": "en"}, headers=FROM_HERE)
    assert page.status_code == 200
    assert hidden(page.text, "language") == "en"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_from_elsewhere_gets_nothing(
    app: Flask, client: FlaskClient, person: int, headers: dict[str, str]
) -> None:
    sign_in(app, client, person)
    answer = client.post("/account", data={"language": "en"}, headers=headers)
    assert answer.status_code == 400
    assert 'value="en"' not in answer.text.partition("<main")[2]


def test_a_sign_in_page_that_stood_open_too_long_asks_once_more(client: FlaskClient) -> None:
    form = {"csrf_token": "old", "email": "officer@example.vn", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, headers=FROM_HERE)
    assert answer.status_code == 400
    assert 'value="officer@example.vn"' in answer.text
    assert PASSWORD not in answer.text
