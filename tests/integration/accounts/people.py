"""Persons with accounts for the tests of this room, and how each signs in on a page as they would."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.signing_in import PASSWORD, sign_in, token
from tracker.accounts import queries, service
from tracker.accounts.models import Account
from tracker.agencies import service as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.people.models import Person

LINK = re.compile(r"http://localhost(/choose-password/[\w-]+)")


def body(app: Flask, code: str = "SYT") -> int:
    """The id of a body."""
    with app.app_context(), unit_of_work() as session:
        found = session.query(Agency).filter_by(code=code).one_or_none()
        if found is None:
            found = agencies.register(
                session, clock.moment(), actor_id=None, code=code, kind="department", name={"vi": "Sở Y tế"}
            )
        made: int = found.id
    return made


def person(app: Flask, email: str, office: Office | None = None, *, account: bool = True) -> int:
    """The id of a person, with an office since long ago and an account, where wanted."""
    now, agency_id = clock.moment(), body(app)
    with app.app_context(), unit_of_work(now) as session:
        someone = people.register(session, now, actor_id=None, name=f"Người {email}", email=email, language="vi")
        if office is not None:
            agencies.open_holding(
                session,
                now,
                actor_id=None,
                person_id=someone.id,
                agency_id=agency_id,
                office=office,
                from_on=date(2020, 1, 1),
            )
        if account:
            service.register(session, now, someone, PASSWORD)
        made: int = someone.id
    return made


def token_of(app: Flask, person_id: int) -> str:
    """A person's name in addresses."""
    with app.app_context(), unit_of_work() as session:
        return session.get_one(Person, person_id).token


def account_of(app: Flask, person_id: int) -> Account:
    """A person's account as it stands, detached."""
    with app.app_context(), unit_of_work() as session:
        found = queries.by_person(session, person_id)
        assert found is not None
        session.expunge_all()
    return found


def signed_in(app: Flask, person_id: int) -> FlaskClient:
    """A browser in which a person is signed in."""
    client = app.test_client()
    sign_in(app, client, person_id)
    return client


def enter(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    """Sign in on the page, by password."""
    return client.post("/sign-in", data={"csrf_token": token(client), "email": email, "password": password, **more})


def post(client: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Send a form, with the token of a page that one has seen."""
    return client.post(path, data={"csrf_token": token(client, page or path), **fields})


def is_in(client: FlaskClient) -> bool:
    """Whether somebody is signed in here."""
    return client.get("/account").status_code == 200


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = LINK.search(text)
    assert found, text
    return found.group(1)
