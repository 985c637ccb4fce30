"""Administrators' list of accounts: state, second factor, last time; found by name, state, office; taken as CSV."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.accounts.people import account_of, enter, person, post, signed_in, token_of
from tests.support.product import Statements
from tracker.accounts.factors import totp
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work

pytestmark = pytest.mark.one_database

SECRET = "a key for tests only, forty characters long"
ROWS = re.compile(r'<a href="/accounts/[\w-]+">Người (\w+)@example.vn</a>')


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """An administrator's browser; and people in each state."""
    person(app, "head@example.vn", Office.HEAD)
    person(app, "officer@example.vn", Office.OFFICER)
    disabled = person(app, "disabled@example.vn")
    person(app, "new_one@example.vn", account=False)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, account_of(app, disabled).id).active = False
        head = session.query(Account).filter_by(email="head@example.vn").one()
        head.totp = totp.new(SECRET)
    return signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["admin", "disabled", "head", "new_one", "officer"]),
        ("?sort=-email", ["officer", "new_one", "head", "disabled", "admin"]),
        ("?q=HEAD@", ["head"]),
        ("?q=_one", ["new_one"]),
        ("?q=%25", []),
        ("?state=active", ["admin", "head", "officer"]),
        ("?state=disabled", ["disabled"]),
        ("?state=none", ["new_one"]),
        ("?state=invited", []),
        ("?office=head", ["head"]),
        ("?factor=yes", ["head"]),
        ("?factor=no&office=officer", ["officer"]),
        ("?state=unknown", ["admin", "disabled", "head", "new_one", "officer"]),
    ],
)
def test_people_are_found(administrator: FlaskClient, query: str, names: list[str]) -> None:
    page = administrator.get("/accounts" + query)
    assert page.status_code == 200
    assert ROWS.findall(page.text) == names
    file = administrator.get("/accounts.csv" + query)
    assert file.status_code == (400 if "unknown" in query else 200), "a file never answers another question"
    rows = file.text.splitlines()[1:]
    assert file.status_code == 400 or sorted(row.split(",")[1].partition("@")[0] for row in rows) == sorted(names)


def test_sorted_by_the_last_time_the_latest_comes_first(app: Flask, administrator: FlaskClient) -> None:
    enter(app.test_client(), "officer@example.vn")
    assert ROWS.findall(administrator.get("/accounts?sort=-signed_in_at").text)[:2] == ["officer", "admin"]


def test_the_list_costs_the_same_however_long(app: Flask, administrator: FlaskClient, statements: Statements) -> None:
    statements.clear()
    administrator.get("/accounts")
    few = len(statements)
    for number in range(10):
        person(app, f"more{number}@example.vn", Office.OFFICER)
    statements.clear()
    administrator.get("/accounts")
    assert len(statements) == few


def test_somebody_entered_without_an_account_is_invited_from_the_page(app: Flask, administrator: FlaskClient) -> None:
    person_id = person(app, "later@example.vn", Office.OFFICER, account=False)
    page = f"/accounts/{token_of(app, person_id)}"
    assert "Chưa mời" in administrator.get(page).text
    assert post(administrator, page + "/invite", page=page).status_code == 303
    shown = administrator.get(page).text
    assert "Đã mời" in shown
    assert "Lời mời có hạn đến" in shown
    assert ROWS.findall(administrator.get("/accounts?state=invited").text) == ["later"]


def test_nobody_who_is_no_person_has_a_page(administrator: FlaskClient) -> None:
    for path in ("/accounts/guessed", "/accounts/guessed/disable", "/accounts/requests/guessed"):
        assert administrator.get(path).status_code == 404
    for verb in ("invite", "withdraw", "disable", "enable", "end-sessions", "remove-factors"):
        assert post(administrator, f"/accounts/guessed/{verb}", page="/accounts/invite").status_code == 404
