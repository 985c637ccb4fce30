"""Passkeys on the pages: made, used to sign in, each answer good once; a device of ours plays the browser's part."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.integration.accounts.people import enter, is_in, person, post, signed_in
from tests.support.factors import Device
from tests.support.signing_in import token
from tracker.accounts.models import AccountSession, Passkey
from tracker.core.db.unit_of_work import unit_of_work

pytestmark = pytest.mark.one_database

EMAIL = "head@example.vn"
ADD, MAKE, ENTER = "/account/second-factor/passkeys", "/account/second-factor/passkeys/question", "/sign-in/passkey"


def question(client: FlaskClient, path: str) -> tuple[str, str]:
    told = client.get(path)
    assert told.headers["Cache-Control"] == "no-store"
    found = json.loads(told.text)
    return found["options"], found["challenge"]


def add(client: FlaskClient, device: Device, name: str = "Điện thoại", challenge: str | None = None) -> TestResponse:
    options, sealed = question(client, MAKE)
    return post(client, ADD, name=name, challenge=challenge or sealed, answer=device.make(options))


def use(client: FlaskClient, device: Device, **more: str) -> TestResponse:
    options, sealed = question(client, ENTER)
    return post(client, ENTER, page="/sign-in", challenge=sealed, answer=device.sign(options), **more)


@pytest.fixture
def inside(app: Flask) -> FlaskClient:
    """The browser in which the owner is signed in."""
    return signed_in(app, person(app, EMAIL))


@pytest.fixture
def device(inside: FlaskClient) -> Device:
    """A device that holds a passkey of the owner."""
    made = Device()
    answer = add(inside, made)
    assert answer.status_code == 200
    assert "Mã khôi phục của ông/bà" in answer.text
    return made


def test_a_passkey_signs_in_by_itself(client: FlaskClient, device: Device, session: Session) -> None:
    answer = use(client, device, next="/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert is_in(client)
    assert "passkey" in session.scalars(sa.select(AccountSession.means)).all()
    assert session.scalars(sa.select(Passkey)).one().used_at is not None


def test_after_a_password_it_is_asked_for(client: FlaskClient, device: Device) -> None:
    assert not json.loads(question(client, ENTER)[0]).get("allowCredentials"), "whose it is, is not known yet"
    assert enter(client, EMAIL).location.startswith("/sign-in/second-factor")
    assert not is_in(client)
    page = client.get("/sign-in/second-factor").text
    assert 'data-t-passkey="enter"' in page
    assert len(json.loads(question(client, ENTER)[0])["allowCredentials"]) == 1
    assert use(client, device).status_code == 303
    assert is_in(client)


def test_an_answer_is_good_once(app: Flask, client: FlaskClient, device: Device) -> None:
    options, sealed = question(client, ENTER)
    answer = device.sign(options)
    assert post(client, ENTER, page="/sign-in", challenge=sealed, answer=answer).status_code == 303
    with app.app_context(), unit_of_work() as session:  # a device that counts nothing would not notice
        session.execute(sa.update(Passkey).values(sign_count=0))
    other = app.test_client()
    assert post(other, ENTER, page="/sign-in", challenge=sealed, answer=answer).status_code == 400
    assert not is_in(other)


@pytest.mark.parametrize("answer", ["", "{}", '{"id": "unknown"}', "[" * 30_000])
def test_what_is_no_answer_is_refused(client: FlaskClient, device: Device, answer: str) -> None:
    _options, sealed = question(client, ENTER)
    refused = post(client, ENTER, page="/sign-in", challenge=sealed, answer=answer)
    assert refused.status_code == 400
    assert "Không nhận ra khóa truy cập" in refused.text


def test_a_foreign_challenge_is_refused(client: FlaskClient, inside: FlaskClient, device: Device) -> None:
    options, _sealed = question(client, ENTER)
    for foreign in ("made-up", question(inside, MAKE)[1]):
        answer = post(client, ENTER, page="/sign-in", challenge=foreign, answer=device.sign(options))
        assert answer.status_code == 400


def test_a_stranger_is_refused(client: FlaskClient, device: Device) -> None:
    assert use(client, Device()).status_code == 400
    assert use(client, Device(identity=device.identity)).status_code == 400
    assert (
        use(client, Device(identity=device.identity, key=device.key, origin="https://evil.example")).status_code == 400
    )
    assert not is_in(client)


def test_a_disabled_account_is_not_entered(app: Flask, client: FlaskClient, device: Device) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(sa.text("UPDATE account SET active = false"))
    answer = use(client, device)
    assert answer.location == "/sign-in"
    assert not is_in(client)


def test_the_same_passkey_is_not_added_twice_nor_for_somebody_else(
    app: Flask, inside: FlaskClient, device: Device
) -> None:
    assert add(inside, device).status_code == 400
    other = signed_in(app, person(app, "other@example.vn"))
    assert add(other, device).status_code == 400
    assert add(other, Device(), challenge=question(inside, MAKE)[1]).status_code == 400
    assert add(other, Device(), name="").status_code == 400
    assert add(inside, Device(), name="Máy tính").status_code == 303


def test_a_passkey_is_removed_by_its_owner_only(
    app: Flask, client: FlaskClient, inside: FlaskClient, device: Device, session: Session
) -> None:
    path = f"{ADD}/{session.scalars(sa.select(Passkey.token)).one()}/remove"
    session.rollback()
    other = signed_in(app, person(app, "other@example.vn"))
    assert other.get(path).status_code == 404
    assert other.post(path, data={"csrf_token": token(other, "/account")}).status_code == 404
    assert post(inside, path).status_code == 303
    assert use(client, device).status_code == 400


def test_wrong_tries_are_held_up_and_keep_nobody_out(client: FlaskClient, device: Device) -> None:
    stranger = Device()
    assert [use(client, stranger).status_code for _time in range(21)] == [400] * 20 + [429]
    assert use(client, device).status_code == 303
