"""How long an answer takes tells nobody who has an account: the same work is done, whoever is meant. The work is
counted, not the time."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tests.integration.accounts.people import account_of, enter, person
from tests.support.product import Statements
from tests.support.signing_in import token
from tracker.accounts.models import Account
from tracker.core.db.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("dear_passwords")

EMAIL, DISABLED = "officer@example.vn", "disabled@example.vn"


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parameters of each hash that is computed."""
    done: list[str] = []
    verify, make = PasswordHasher.verify, PasswordHasher.hash

    def counted_verify(self: PasswordHasher, stored: str, typed: str) -> object:
        done.append(stored.rpartition("$")[0].rpartition("$")[0])
        return verify(self, stored, typed)

    def counted_hash(self: PasswordHasher, typed: str) -> str:
        done.append("hash")
        return make(self, typed)

    monkeypatch.setattr(PasswordHasher, "verify", counted_verify)
    monkeypatch.setattr(PasswordHasher, "hash", counted_hash)
    return done


@pytest.fixture
def town(app: Flask) -> None:
    person(app, EMAIL)
    disabled = account_of(app, person(app, DISABLED))
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, disabled.id).active = False


@pytest.mark.usefixtures("town")
def test_one_hash_of_todays_cost_for_every_refusal(app: Flask, hashings: list[str]) -> None:
    for email in (EMAIL, DISABLED, "nobody@example.vn", "no address", "x" * 250):
        hashings.clear()
        assert enter(app.test_client(), email, "mật khẩu sai").status_code == 400
        assert hashings == ["$argon2id$v=19$m=19456,t=2,p=1"], email


@pytest.mark.usefixtures("town")
def test_a_forgotten_password_is_asked_for_without_any_hash_or_mail(
    app: Flask, hashings: list[str], statements: Statements
) -> None:
    """The mail is written by a job; what the page does is the same, statement by statement."""
    done = []
    for email in (EMAIL, DISABLED, "nobody@example.vn"):
        client = app.test_client()
        form = {"csrf_token": token(client, "/sign-in/forgotten"), "email": email}
        statements.clear()
        assert client.post("/sign-in/forgotten", data=form).status_code == 200
        done.append(list(statements))
    assert done[0] == done[1] == done[2]
    assert not any("outbox" in statement for statement in done[0])
    assert hashings == []


@pytest.mark.usefixtures("town")
def test_a_password_of_any_length_costs_one_hash(app: Flask, hashings: list[str]) -> None:
    enter(app.test_client(), EMAIL, "x" * 100_000)
    assert len(hashings) <= 1
