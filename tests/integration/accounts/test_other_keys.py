"""Another secret key: with the old one beside it nothing is lost, without it all sign in anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.errand import province
from tests.support.factors import code_of
from tests.support.product import Browser
from tests.support.signing_in import PASSWORD, account_of, sign_in, token
from tracker import create_app
from tracker.accounts.factors import rekeying, totp
from tracker.accounts.factors.rekeying import Rotated
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.cli import tracker
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.settings import Secret, Settings

OLD = "a key for tests only, forty characters long"  # the one of `app`
NEW = "another-key-for-tests-only-forty-characters"
THIRD = "one-key-more-for-tests-only-forty-characters"


def product(app: Flask, key: str, *old: str) -> Flask:
    """The same installation, started anew with other keys."""
    settings: Settings = app.extensions["settings"]
    other = create_app(replace(settings, secret_key=Secret(key), old_secret_keys=Secret(";".join(old))))
    other.config["TESTING"] = True
    other.test_client_class = Browser
    return other


@pytest.fixture
def officer(app: Flask, session: object, at: Callable[[date | str], clock.Moment]) -> int:
    """The account of an officer with an authenticator app whose secret has no name of its key, as of before."""
    with unit_of_work(at("2021-06-16")) as writing:
        person = province(writing).people[("SXD", Office.OFFICER)].id
    account = account_of(app, person)
    with app.app_context(), unit_of_work() as writing:
        stored = totp.new((OLD,))
        unnamed = stored.replace(totp._name(OLD), totp.UNNAMED)
        assert unnamed != stored
        writing.get_one(Account, account.id).totp = unnamed
    return account.id


def carried(client: FlaskClient, other: Flask, *names: str) -> FlaskClient:
    """The same browser with some of its cookies, at the product that was started anew."""
    found = other.test_client()
    for name in names or ("session", "known-device"):
        if cookie := client.get_cookie(name):
            found.set_cookie(name, cookie.value)
    return found


def test_a_session_outlives_its_key_as_long_as_the_key_is_kept(app: Flask, officer: int) -> None:
    client = app.test_client()
    with app.app_context():
        person = database.session().get_one(Account, officer).person_id
    sign_in(app, client, person)
    assert client.get("/account").status_code == 200
    assert carried(client, product(app, NEW, OLD)).get("/account").status_code == 200
    assert carried(client, product(app, THIRD, NEW, OLD)).get("/account").status_code == 200
    assert carried(client, product(app, NEW)).get("/account").status_code == 303


def test_a_code_of_an_app_is_right_under_the_old_key_and_after_rotating_without_it(app: Flask, officer: int) -> None:
    with app.app_context():
        stored = database.session().get_one(Account, officer).totp or ""
    shown = totp.shown(OLD, stored)
    now = clock.moment()

    def right(*secrets: str) -> bool:
        with app.app_context():
            held = database.session().get_one(Account, officer).totp or ""
        return totp.counter_of(secrets, held, code_of(shown, now.at), now.at, None) is not None

    assert right(OLD)
    assert right(NEW, OLD)
    assert not right(NEW)
    with app.app_context(), unit_of_work(now) as session:
        assert rekeying.rotate(session, now, (NEW, OLD)) == Rotated(1, 0)
        assert rekeying.rotate(session, now, (NEW, OLD)) == Rotated(0, 0)
    assert right(NEW)
    assert not right(OLD)
    with app.app_context(), unit_of_work(now) as session:
        assert rekeying.rotate(session, now, (THIRD,)) == Rotated(0, 1)
        assert session.query(AuditEvent).filter_by(event="key.taken").one().detail == {"apps": 1}


def test_a_browser_stays_known_and_is_then_known_by_the_new_key(app: Flask, officer: int) -> None:
    with app.app_context(), unit_of_work() as session:
        account = session.get_one(Account, officer)
        account.totp, email = None, account.email

    def enter(client: FlaskClient) -> None:
        typed = {"email": email, "password": PASSWORD, "csrf_token": token(client)}
        assert client.post("/sign-in", data=typed).status_code == 303

    def known(client: FlaskClient) -> str:
        cookie = client.get_cookie("known-device")
        assert cookie is not None
        return cookie.value

    client = app.test_client()
    enter(client)
    later = carried(client, product(app, NEW, OLD))
    later.post("/sign-out", data={"csrf_token": token(later, "/account")})
    enter(later)
    assert known(later) != known(client)
    again = carried(later, product(app, NEW), "known-device")
    enter(again)
    assert known(again) == known(later)


def test_the_command_says_what_it_did(
    app: Flask, officer: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings: Settings = app.extensions["settings"]
    for name, value in {
        "SECRET_KEY": NEW,
        "OLD_SECRET_KEYS": OLD,
        "DATABASE_URL": settings.database_url,
        "INSTANCE": str(tmp_path),
        "BASE_URL": settings.base_url,  # the mails of other tests name it
    }.items():
        monkeypatch.setenv(f"TRACKER_{name}", value)
    done = CliRunner().invoke(tracker, ["keys", "rotate"])
    assert (done.exit_code, "new key: 1 secrets" in done.stderr, "12 hours" in done.stderr) == (0, True, True)
    monkeypatch.setenv("TRACKER_SECRET_KEY", THIRD)
    lost = CliRunner().invoke(tracker, ["keys", "rotate"])
    assert (lost.exit_code, "No key reads 1" in lost.stderr) == (1, True)
