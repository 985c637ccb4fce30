"""No page of another site can have a form sent in somebody's name: every address that takes a form wants its token."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.integration.permissions.town import Town
from tests.integration.permissions.walk import WRITES
from tests.integration.security.conftest import Browsers, Way
from tests.support.product import Statements

pytestmark = pytest.mark.one_database("sqlite")

HTMX = {"HX-Request": "true", "HX-Target": "main", "HX-Current-URL": "http://localhost/"}
FORGED: dict[str, dict[str, Any]] = {
    "without a token": {"data": {"do": "save"}},
    "by a script that htmx could send": {"data": {"do": "save"}, "headers": HTMX},
    "with a token of another session": {"data": {"csrf_token": "other"}, "headers": {"X-CSRFToken": "other"}},
    "as JSON": {"json": {"do": "save"}},
    "as plain text": {"data": "do=save", "content_type": "text/plain"},
    "from another site": {"data": {"do": "save"}, "headers": {"Origin": "http://evil.example"}},
    "from a page of ours, without a token": {"data": {"do": "save"}, "headers": {"Sec-Fetch-Site": "same-origin"}},
}


def test_a_forged_form_changes_nothing_anywhere(
    town: Town, ways: list[Way], browsers: Browsers, statements: Statements
) -> None:
    writing = [way for way in ways if way.method != "GET"]
    assert len(writing) > 30
    other = browsers.of("no office").csrf
    for how, way in itertools.product(FORGED, writing):
        visitor = browsers.of(way.role)
        client = town.app.test_client()
        client.set_cookie("session", visitor.cookie)
        sent = {**FORGED[how]}
        if sent.get("data", {}) == {"csrf_token": "other"} and way.role != "no office":
            sent |= {"data": {"csrf_token": other}, "headers": {"X-CSRFToken": other}}
        statements.clear()
        answer = client.open(way.address, method=way.method, **sent)
        assert [text for text in statements if WRITES.match(text)] == [], (how, way)
        assert answer.status_code in {200, 303, 400, 401}, (how, way)
        assert answer.status_code != 303 or answer.location == "/sign-in", (how, way)
    for role in {way.role for way in writing} - {"nobody"}:
        client = town.app.test_client()
        client.set_cookie("session", browsers.of(role).cookie)
        assert client.get("/account").status_code == 200, "nobody was signed out"


def test_a_token_of_ones_own_session_is_taken(town: Town, browsers: Browsers, statements: Statements) -> None:
    """Else the test above would find nothing whatever happened; a script may send it in a header."""
    visitor = browsers.of("officer")
    client = town.app.test_client()
    client.set_cookie("session", visitor.cookie)
    statements.clear()
    client.post("/account", data={"language": "en"}, headers={"X-CSRFToken": visitor.csrf})
    assert [text for text in statements if WRITES.match(text)]
