"""The mailbox of demo mode: there in demo mode only, showing text and never running what a mail brings."""

from __future__ import annotations

import shutil
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import migrated
from tests.support.rows import Rows, rows_of
from tests.support.signing_in import sign_in
from tracker import create_app
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import views
from tracker.people import service
from tracker.settings import Secret, Settings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Rows]:
    """The product in demo mode, on a database of its own, and the rows of that."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "demo-database").touch()
    migrated.copy_file(tmp_path_factory, folder)
    app = create_app(
        Settings(instance=folder, secret_key=Secret("a key for tests only, forty characters long"), demo=True)
    )
    with app.app_context():
        return app, rows_of(database.db.engine)


@pytest.fixture
def demo(made: tuple[Flask, Rows]) -> Flask:
    """The same, without a row and without a mail."""
    app, rows = made
    rows.remove()
    shutil.rmtree(app.extensions["settings"].mail_folder, ignore_errors=True)
    return app


@pytest.fixture
def reader(demo: Flask) -> FlaskClient:
    """Somebody signed in, without any office."""
    now = clock.moment()
    with demo.app_context(), unit_of_work(now) as session:
        person: int = service.register(session, now, actor_id=None, name="Chuyên viên", email="officer@example.vn").id
    client = demo.test_client()
    sign_in(demo, client, person)
    return client


def write(app: Flask, name: str, text: str, subject: str = "Việc đến hạn") -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = "officer@example.vn", subject, "Tue, 01 Jun 2021 07:30:00 +0700"
    mail.set_content(text)
    mail.add_alternative("<script>alert(1)</script>", subtype="html")
    folder = app.extensions["settings"].mail_folder
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


def test_an_empty_mailbox_says_what_will_stand_there(reader: FlaskClient) -> None:
    assert "Chưa có thư nào" in reader.get("/mail").text


def test_a_mail_is_listed_and_read(demo: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    write(demo, "one", "Xem http://localhost:8000/figures/1 <b>ngay</b>")
    write(demo, "two", "text")
    listed = reader.get("/mail").text
    assert "Việc đến hạn" in listed
    assert '<p class="t-small t-soft">2 dòng</p>' in listed
    monkeypatch.setattr(views, "MOST", 1)
    assert '<p class="t-small t-soft">trên 1 dòng</p>' in reader.get("/mail").text
    page = reader.get("/mail/one").text
    assert '<a href="http://localhost:8000/figures/1"' in page
    assert "&lt;b&gt;ngay" in page
    assert "<script>alert" not in page
    assert "07:30 ngày 01/06/2021" in page


@pytest.mark.parametrize("name", ["two", "..%2Fsecret-key", "%2e%2e", "one.eml"])
def test_no_address_leads_out_of_the_folder(demo: Flask, reader: FlaskClient, name: str) -> None:
    write(demo, "one", "text")
    assert reader.get(f"/mail/{name}").status_code == 404


def test_the_mailbox_is_for_whoever_is_signed_in(demo: Flask) -> None:
    assert demo.test_client().get("/mail").status_code == 303


def test_outside_demo_mode_there_is_no_mailbox(app: Flask) -> None:
    assert app.test_client().get("/mail").status_code == 404


def test_demo_mode_offers_one_account_for_each_role(demo: Flask, reader: FlaskClient) -> None:
    page = demo.test_client().get("/sign-in").text
    assert "officer@example.vn" not in page  # holds no office
