"""The page on which one says how one is told, and the administrators' list of what was handed over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.support.signing_in import sign_in, token
from tracker.channels import choosing
from tracker.channels.models import PushSubscription
from tracker.channels.push import keys
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.settings import Secret

pytestmark = pytest.mark.one_database

PAGE = "/account/channels"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
GIVEN = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "p256dh": PUBLIC, "auth": "BTBZMqHH6r4Tts7J_aSIgg"}


@pytest.fixture(autouse=True)
def person(app: Flask, client: FlaskClient) -> int:
    """The id of a head who is signed in."""
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        made: int = people.register(session, now, actor_id=None, name="Giám đốc Sở Y tế", email="head@example.vn").id
    sign_in(app, client, made)
    return made


@pytest.fixture
def gateway(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with a gateway, and a key for browsers."""
    keys.make(tmp_path / "key.pem")
    changed = replace(
        app.extensions["settings"],
        webhook_url="https://sms.example.vn/hook",
        webhook_secrets=Secret("whsec_" + "a" * 32),
        push_key=tmp_path / "key.pem",
    )
    monkeypatch.setitem(app.extensions, "settings", changed)


def keep(client: FlaskClient, **typed: str) -> tuple[int, str]:
    answer = client.post(PAGE, data={"csrf_token": token(client, PAGE), "hour": "07:30", **typed})
    return answer.status_code, answer.text


def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, person: int, gateway: None
) -> None:
    status, page = keep(client)
    assert status == 400
    assert "Chọn ít nhất một cách nhận" in page
    status, page = keep(client, by_gateway="y", phone="0912 34")
    assert status == 400
    assert "Nhập số điện thoại di động" in page
    assert 'value="0912 34"' in page
    assert keep(client, by_gateway="y", phone="0912.345.678", hour="09:00")[0] == 303
    with app.app_context(), unit_of_work() as session:
        kept = choosing.of_person(session, person, gateway=True)
    assert (kept.by_mail, kept.by_gateway, kept.phone, kept.hour) == (False, True, "+84912345678", "09:00")


def test_without_a_gateway_or_a_key_the_page_says_so(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert 'name="by_mail"' in page
    assert 'name="phone"' not in page
    assert "chưa bật thông báo trên trình duyệt" in page
    assert "Cách nhận nhắc việc" in client.get("/account").text


def test_a_browser_is_added_and_removed(app: Flask, client: FlaskClient, person: int, gateway: None) -> None:
    page = client.get(PAGE).text
    assert "cần trình duyệt bật JavaScript" in page, "said to whoever has no scripts"
    crumb = {"csrf_token": token(client, PAGE)}
    assert client.post("/account/browsers", data=crumb | GIVEN | {"endpoint": "https://10.0.0.1/x"}).status_code == 303
    assert "chưa được phép dùng" in client.get(PAGE).text
    client.post("/account/browsers", data=crumb | GIVEN)
    with app.app_context(), unit_of_work() as session:
        (row,) = session.scalars(sa.select(PushSubscription))
        address = f"/account/browsers/{row.token}/remove"
    assert keep(client)[0] == 303, "told by the browser, one may do without mail"
    other = app.test_client()
    with app.app_context(), unit_of_work() as session:
        now = clock.moment()
        stranger = people.register(session, now, actor_id=None, name="Chuyên viên", email="x@example.vn").id
    sign_in(app, other, stranger)
    other.post(address, data={"csrf_token": token(other, PAGE)})
    assert address in client.get(PAGE).text, "nobody else takes it away"
    assert client.post(address, data=crumb).status_code == 303
    page = client.get(PAGE).text
    assert address not in page
    with app.app_context(), unit_of_work() as session:
        assert choosing.of_person(session, person, gateway=True).by_mail, "nothing else reaches them"
