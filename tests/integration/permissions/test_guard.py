"""What the guard answers in place of a page, and what a request of somebody signed in costs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.errand import province
from tests.support.product import Statements
from tests.support.signing_in import sign_in, token
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work


@pytest.fixture(autouse=True)
def people(app: Flask) -> dict[Office, int]:
    """Id of one person for each office."""
    with app.app_context(), unit_of_work() as session:
        made = province(session)
        return {office: person.id for (_body, office), person in reversed(made.people.items())}


def test_nobody_is_asked_to_sign_in_and_led_back(client: FlaskClient) -> None:
    answer = client.get("/account?from=mail&x=a%20b")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account?from%3Dmail%26x%3Da%2520b"


def test_a_part_of_a_page_is_told_where_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_an_address_that_is_none_is_404_for_all(app: Flask, client: FlaskClient, people: dict[Office, int]) -> None:
    assert client.get("/no-such-page").status_code == 404
    sign_in(app, client, people[Office.HEAD])
    assert client.get("/no-such-page").status_code == 404
    assert client.delete("/account").status_code == 405


def test_what_the_office_does_not_allow_is_403(app: Flask, client: FlaskClient, people: dict[Office, int]) -> None:
    sign_in(app, client, people[Office.OFFICER])
    assert client.get("/audit").status_code == 403


def test_the_menu_shows_what_one_may_do(app: Flask, client: FlaskClient, people: dict[Office, int]) -> None:
    sign_in(app, client, people[Office.OFFICER])
    assert 'href="/audit"' not in client.get("/account").text
    sign_in(app, client, people[Office.ADMINISTRATOR])
    page = client.get("/account").text
    assert 'href="/audit"' in page
    assert "Văn phòng UBND tỉnh" in page


def test_a_forged_session_is_nobody(app: Flask, client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        kept["_user_id"], kept["fs_paa"] = "guessed", 9e9
    assert client.get("/account").status_code == 303
    app.test_client().set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.x.y")
    assert client.get("/account?auth_token=guessed", headers={"Authentication-Token": "x"}).status_code == 303


def test_the_reader_costs_one_statement(
    app: Flask, client: FlaskClient, people: dict[Office, int], statements: Statements
) -> None:
    sign_in(app, client, people[Office.HEAD])
    statements.clear()
    client.get("/no-such-page")
    of_the_reader = [text for text in statements if "FROM account " in text or "FROM office_holding" in text]
    assert len(of_the_reader) == 1


def test_reading_never_waits_for_writers(
    app: Flask, people: dict[Office, int], statements: Statements, database_kind: str
) -> None:
    """Whether a transaction begins as a writer is said for each request, also where one thread serves them all."""
    if database_kind != "sqlite":
        return
    client = FlaskClient(app)  # unlike the fixture's, this one keeps to the test's own context
    sign_in(app, client, people[Office.HEAD])
    form = {"csrf_token": token(client, "/account"), "language": "en"}
    for method, begun in (("GET", {"BEGIN"}), ("POST", {"BEGIN IMMEDIATE"}), ("GET", {"BEGIN"})):
        statements.clear()
        client.open("/account", method=method, data=form if method == "POST" else None)
        assert {text for text in statements if text.startswith("BEGIN")} == begun
