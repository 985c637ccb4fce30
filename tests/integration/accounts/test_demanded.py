"""Who holds an office that demands a second factor sets one up before anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.integration.accounts.people import account_of, person, post, signed_in
from tests.support.signing_in import token
from tracker import create_app
from tracker.accounts.factors import totp
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.settings import SettingsError

pytestmark = pytest.mark.one_database

SET_UP = "/account/second-factor"
SECRET = "a key for tests only, forty characters long"


@pytest.fixture(autouse=True)
def _demanded(app: Flask) -> Iterator[None]:
    rules = app.extensions["sign_in_rules"]
    app.extensions["sign_in_rules"] = dataclasses.replace(rules, demanding=frozenset({Office.HEAD}))
    yield
    app.extensions["sign_in_rules"] = rules


def test_without_one_everything_leads_to_setting_it_up(app: Flask) -> None:
    client = signed_in(app, person(app, "head@example.vn", Office.HEAD))
    form = {"csrf_token": token(client, SET_UP + "/app")}
    for path in ("/", "/account", "/account/password", "/targets", "/audit"):
        assert client.get(path).location == SET_UP, path
    for path in ("/account", "/account/password"):
        assert client.post(path, data=form).location == SET_UP, path
    assert "bắt buộc có yếu tố thứ hai" in client.get(SET_UP).text
    assert client.get(SET_UP + "/app").status_code == 200
    assert client.get(SET_UP + "/passkeys").status_code == 200
    assert client.post("/language", data={**form, "language": "en"}).status_code == 303
    assert client.post("/sign-out", data=form).status_code == 303


def test_a_part_of_a_page_is_led_there_as_a_whole(app: Flask) -> None:
    client = signed_in(app, person(app, "head@example.vn", Office.HEAD))
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, SET_UP)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"second_factor_for": "head, king"}, "TRACKER_SECOND_FACTOR_FOR: there is no office king"),
        ({"sign_in_limit": "often"}, "TRACKER_SIGN_IN_LIMIT: must be a limit"),
    ],
)
def test_a_wrong_setting_is_named(app: Flask, change: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        create_app(replace(settings_of(app), **change))


@pytest.mark.parametrize("office", [Office.OFFICER, Office.MONITOR, None])
def test_other_offices_are_free(app: Flask, office: Office | None) -> None:
    assert signed_in(app, person(app, "x@example.vn", office)).get("/account").status_code == 200


def test_with_one_everything_is_open_and_the_last_one_stays(app: Flask) -> None:
    person_id = person(app, "head@example.vn", Office.HEAD)
    client = signed_in(app, person_id)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, account_of(app, person_id).id).totp = totp.new(SECRET)
    assert client.get("/account").status_code == 200
    refused = post(client, SET_UP + "/app/remove")
    assert refused.status_code == 400
    assert "thiết lập một yếu tố khác" in refused.text
    assert account_of(app, person_id).totp
