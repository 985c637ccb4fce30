"""A page that fails tells its number and nothing of what went on: no trace, no path, no statement, no secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.permissions.town import Town
from tests.integration.security.conftest import Browsers
from tracker.core.db import database

pytestmark = pytest.mark.one_database

HIDDEN = ("Traceback", "RuntimeError", "OperationalError", "hush-hush", "hush_hush", 'File "', "SELECT", "sqlalchemy")


def fails(**_given: str) -> str:
    raise RuntimeError("hush-hush")


def asks_wrongly(**_given: str) -> str:
    database.session().execute(sa.text("SELECT hush_hush FROM no_such_table"))
    return "never"


@pytest.fixture
def real_errors(app: Flask) -> Iterator[None]:
    """Errors are answered as in production, where tests would have them raised."""
    before, app.config["PROPAGATE_EXCEPTIONS"] = app.config["PROPAGATE_EXCEPTIONS"], False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = before


@pytest.mark.usefixtures("real_errors")
@pytest.mark.parametrize("broken", [fails, asks_wrongly])
def test_a_fault_of_ours(town: Town, browsers: Browsers, monkeypatch: pytest.MonkeyPatch, broken: object) -> None:
    for endpoint, address in (("accounts.account", "/account"), ("monitoring.targets", "/targets")):
        assert endpoint in town.app.view_functions
        monkeypatch.setitem(town.app.view_functions, endpoint, broken)
        client = town.app.test_client()
        client.set_cookie("session", browsers.of("head").cookie)
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code in {500, 503}
            assert answer.headers["X-Request-ID"] in answer.text
            assert not [word for word in HIDDEN if word in answer.text]
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/targets/x%00y", 400),
        ("/static/../tracker/settings.py", 404),
        ("/static/%2e%2e/tracker/settings.py", 404),
        ("/static/", 404),
        ("/.git/config", 404),
        ("/.env", 404),
        ("/targets?sort=-&cursor=zzz&q=%27;DROP+TABLE+target--", 303),
        ("/sign-in?next=" + "x" * 5000, 200),
        ("/choose-password/%2527", 410),
    ],
)
def test_odd_addresses(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert not [word for word in HIDDEN if word in answer.text]
    assert "BaseSettings" not in answer.text
