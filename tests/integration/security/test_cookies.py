"""At an https address: cookies that travel on no other way, and a browser that is told to come back on no other."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.accounts.people import enter, person
from tests.support.signing_in import token
from tracker.core.extensions import configuration, settings_of
from tracker.core.web.every_page import HTTPS_ONLY

pytestmark = pytest.mark.one_database

EMAIL = "officer@example.vn"
OF_SESSIONS = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE")


@pytest.fixture
def secure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser at the product's https address."""
    settings = replace(settings_of(app), base_url="https://localhost")
    monkeypatch.setitem(app.extensions, "settings", settings)
    for name in OF_SESSIONS:
        monkeypatch.setitem(app.config, name, configuration(settings)[name])
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def test_cookies_of_an_https_address(app: Flask, secure: FlaskClient) -> None:
    person(app, EMAIL)
    answers = [enter(secure, EMAIL)]
    form = {"csrf_token": token(secure, "/account"), "language": "en", "theme": "dark"}
    answers += [secure.post(path, data=form) for path in ("/language", "/theme")]
    cookies = {line.partition("=")[0]: line for answer in answers for line in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) >= {"__Host-session", "language", "theme"}
    assert len([name for name in cookies if "known-device" in name]) == 1
    for line in cookies.values():
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert re.search(rf"; {part}(;|$)", line), line
        assert "Domain=" not in line
    assert "Expires" not in cookies["__Host-session"]


def test_an_https_address_stays_one(secure: FlaskClient) -> None:
    for path in ("/sign-in", "/nowhere", "/healthz", "/static/css/app.scss"):
        assert secure.get(path).headers["Strict-Transport-Security"] == HTTPS_ONLY
