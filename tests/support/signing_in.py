"""How a test signs in: by the session itself where signing in is not the matter, and with the token that forms need."""

from __future__ import annotations

import contextvars
import re
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tracker.accounts.models import Account
from tracker.accounts.service import register
from tracker.accounts.sessions import service as sessions
from tracker.accounts.sessions.devices import Device
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person

PASSWORD = "mật khẩu thử nghiệm"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def account_of(app: Flask, person_id: int) -> Account:
    """A person's account, made by the service where there is none, and detached."""
    with app.app_context(), unit_of_work() as writing:
        return _detached(writing, _account(writing, person_id))


def sign_in(app: Flask, client: FlaskClient, person_id: int) -> Account:
    """Let a client be signed in as a person, without the page."""
    with app.app_context(), unit_of_work() as writing:
        account = _account(writing, person_id)
        key = sessions.begin(writing, clock.moment(), account, means="password", device=Device())
        account = _detached(writing, account)
    with client.session_transaction() as kept:
        kept.clear()
        kept["_user_id"] = account.fs_uniquifier
        kept["_fresh"] = True
        kept["fs_paa"] = clock.now().timestamp()
        kept["key"] = key
    return account


def _account(writing: Session, person_id: int) -> Account:
    found = writing.query(Account).filter_by(person_id=person_id).one_or_none()
    return found or register(writing, clock.moment(), writing.get_one(Person, person_id), PASSWORD)


def _detached(writing: Session, account: Account) -> Account:
    """The account as it stands, after what is to be written was written."""
    writing.refresh(account)
    writing.expunge_all()
    return account


def token(client: FlaskClient, path: str | None = None) -> str:
    """The token that a post of the same session needs: of a form on a page, or without any page."""
    if path is None:
        with client.session_transaction() as kept:
            made, after = contextvars.Context().run(_token_of, client.application, dict(kept))
            kept.update(after)
        return made
    match = _TOKEN.search(client.get(path).get_data(as_text=True))
    assert match is not None, f"no form on {path}"
    return match.group(1)


def seen(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """The page that shows once more what was typed, where a form leads there; asked for twice, as one goes back."""
    place = answer.headers.get("Location", "")
    if "considered=" not in place:
        return answer
    first = client.get(place)
    assert (first.status_code, client.get(place).status_code) == (200, 200), place
    return first


def _token_of(app: Flask, kept: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A token for a session, and what the session holds then. (In a context of its own, for `g` keeps a token too.)"""
    with app.test_request_context():
        session.update(kept)
        return generate_csrf(), dict(session)
