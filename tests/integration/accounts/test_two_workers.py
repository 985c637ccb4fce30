"""What is counted holds over workers: two instances of the product on one database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.accounts.people import enter, is_in, person
from tests.support.product import Browser, Product
from tracker import create_app
from tracker.core.db import database
from tracker.core.extensions import settings_of

EMAIL = "officer@example.vn"


@pytest.fixture(scope="module")
def other(installed: Product) -> Iterator[Flask]:
    """Another worker of the same installation."""
    made = create_app(settings_of(installed.app))
    made.config["TESTING"] = True
    made.test_client_class = Browser
    yield made
    with made.app_context():
        database.db.engine.dispose()


@pytest.fixture
def workers(app: Flask, other: Flask) -> tuple[FlaskClient, FlaskClient]:
    """A browser that reaches one worker, and one that reaches the other."""
    person(app, EMAIL)
    return app.test_client(), other.test_client()


def test_tries_are_counted_over_both(workers: tuple[FlaskClient, FlaskClient]) -> None:
    for _time in range(4):
        for client in workers:
            assert enter(client, EMAIL, "wrong password").status_code == 400
    assert [enter(client, EMAIL).status_code for client in workers] == [429, 429]


def test_wishes_are_counted_over_both(workers: tuple[FlaskClient, FlaskClient]) -> None:
    codes = [
        client.post("/sign-in/forgotten", data={"csrf_token": _token(client), "email": EMAIL}).status_code
        for _time in range(6)
        for client in workers
    ]
    assert codes == [200] * 10 + [429] * 2


def test_a_session_of_one_is_known_to_the_other(workers: tuple[FlaskClient, FlaskClient]) -> None:
    here, there = workers
    assert enter(here, EMAIL).status_code == 303
    cookie = here.get_cookie("session")
    assert cookie is not None
    there.set_cookie("session", cookie.value)
    assert is_in(there)
    here.post("/sign-out", data={"csrf_token": _token(here, "/account")})
    assert not is_in(there)


def test_nobody_behind_the_same_address_keeps_a_known_device_out(workers: tuple[FlaskClient, FlaskClient]) -> None:
    """A whole province may stand behind one address: whoever tries in vain there holds up new devices only."""
    owner, thief = workers
    assert enter(owner, EMAIL).status_code == 303
    owner.post("/sign-out", data={"csrf_token": _token(owner, "/account")})
    for number in range(25):
        enter(thief, EMAIL if number < 10 else f"x{number}@example.vn", "wrong password")
    assert enter(thief, EMAIL).status_code == 429
    assert enter(owner, EMAIL).status_code == 303


def test_a_known_device_is_known_for_one_account_and_has_its_own_limit(
    app: Flask, workers: tuple[FlaskClient, FlaskClient]
) -> None:
    owner, other = workers
    person(app, "other@example.vn")
    assert enter(owner, EMAIL).status_code == 303
    owner.post("/sign-out", data={"csrf_token": _token(owner, "/account")})
    for _time in range(8):
        assert enter(owner, EMAIL, "wrong password").status_code == 400
    assert enter(owner, EMAIL).status_code == 429, "a stolen device guesses no more than others"
    assert enter(other, EMAIL).status_code == 303
    forged = app.test_client()
    forged.set_cookie("known-device", "made-up")
    for _time in range(8):
        enter(forged, "other@example.vn", "wrong password")
    assert enter(forged, "other@example.vn").status_code == 429


def _token(client: FlaskClient, path: str = "/sign-in") -> str:
    page = client.get(path).text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
