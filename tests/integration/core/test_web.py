"""What every answer has in common, readiness, error pages, and the switches of language and theme."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun, SchedulerBeat
from tracker.core.web.every_page import HEADERS
from tracker.settings import Secret, Settings

pytestmark = pytest.mark.one_database


def checks(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, {line["check"]: line for line in map(json.loads, answer.text.splitlines())}


def token(client: FlaskClient) -> str:
    """The mark against forged forms, off the page that anybody gets."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/nowhere").text)
    assert found
    return found.group(1)


@pytest.fixture
def set_smtp(app: Flask) -> Iterator[Callable[[str | None], None]]:
    before: Settings = app.extensions["settings"]

    def change(address: str | None) -> None:
        value = Secret(address) if address else None
        app.extensions["settings"] = replace(before, smtp_url=value)

    yield change
    app.extensions["settings"] = before


@pytest.fixture
def listener() -> Iterator[Callable[[bytes], str]]:
    """A port that greets whoever comes, once each."""
    servers: list[socket.socket] = []

    def open_one(greeting: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        return f"smtp://127.0.0.1:{server.getsockname()[1]}"

    yield open_one
    for server in servers:
        server.close()


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere", "/static/css/app.scss"):
        answer = client.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "Strict-Transport-Security" not in answer.headers
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_caches(client: FlaskClient, app: Flask) -> None:
    built = app.jinja_env.globals["asset"]("app.css")  # type: ignore[operator]
    assert client.get(built).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/app.scss").headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/nowhere").headers["Cache-Control"] == "private, no-cache"
    with client.session_transaction() as session:
        session["_user_id"] = "somebody"
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"


def test_another_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "localhost:8000"}).status_code == 200


def test_the_process_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_not_ready_without_a_mail_server(
    client: FlaskClient, set_smtp: Callable[..., None], listener: Callable[[bytes], str]
) -> None:
    status, found = checks(client)
    assert status == 503
    assert (found["smtp"]["ok"], found["smtp"]["detail"]) == (False, "ConnectionRefusedError")
    assert found["database"]["ok"]
    assert found["migrations"]["ok"]
    set_smtp(None)
    assert checks(client)[0] == 503
    set_smtp(listener(b"HTTP/1.1 400 Bad Request\r\n"))
    assert checks(client)[0] == 503
    set_smtp(listener(b"220 mail.example.vn ESMTP\r\n"))
    assert checks(client)[0] == 200


def test_a_silent_scheduler_is_told_and_does_not_fail(
    app: Flask, client: FlaskClient, at: Callable[[str], clock.Moment], set_smtp: Callable[..., None],
    listener: Callable[[bytes], str],
) -> None:  # fmt: skip
    with app.app_context(), unit_of_work() as session:
        session.add(SchedulerBeat(id=1, at=at("2021-06-20").at, process="test"))
    assert checks(client)[1]["scheduler"]["ok"]
    at("2021-06-21")
    set_smtp(listener(b"220 ready\r\n"))
    status, found = checks(client)
    assert (status, found["scheduler"]["ok"], found["scheduler"]["required"]) == (200, False, False)
    assert "2021-06-20T02:00:00+00:00" in found["scheduler"]["detail"]


@pytest.mark.parametrize(("language", "words"), [("vi", "Số của yêu cầu"), ("en", "Number of this request")])
def test_an_unknown_address_has_a_calm_page_with_the_number_of_the_request(
    client: FlaskClient, language: str, words: str
) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_wrong_method_keeps_its_code_and_says_what_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/healthz", data={"csrf_token": token(client)})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_without_its_mark_is_refused(client: FlaskClient) -> None:
    assert client.post("/language", data={"language": "en"}).status_code == 400


def test_language_and_theme_are_kept_on_the_device(client: FlaskClient) -> None:
    data = {"csrf_token": token(client), "language": "en", "next": "/nowhere?a=b"}
    answer = client.post("/language", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nowhere?a=b")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert 'lang="en"' in client.get("/nowhere", headers={"Accept-Language": "vi"}).text
    client.post("/theme", data={"csrf_token": token(client), "theme": "dark"})
    assert 'data-theme="dark"' in client.get("/nowhere").text
    client.post("/theme", data={"csrf_token": token(client), "theme": "system"})
    assert "data-theme" not in client.get("/nowhere").text


@pytest.mark.parametrize(("path", "field"), [("/language", "language"), ("/theme", "theme")])
def test_switches_take_what_there_is_and_lead_nowhere_else(client: FlaskClient, path: str, field: str) -> None:
    assert client.post(path, data={"csrf_token": token(client), field: "x\r\ny"}).status_code == 400
    value = {"language": "vi", "theme": "light"}[field]
    data = {"csrf_token": token(client), field: value, "next": "//evil.example"}
    assert client.post(path, data=data).headers["Location"] == "/"


def test_readiness_tells_when_each_job_was_last_done(app: Flask, client: FlaskClient) -> None:
    """Whoever watches from outside sees a job that fails, or has not been done since; only on this machine itself."""
    early, late = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    ends = [
        ("assess", early, "done"),
        ("assess", late, "failed"),
        ("remind", early, "failed"),
        ("remind", late, "done"),
    ]
    with app.app_context(), unit_of_work() as session:
        session.add_all(
            JobRun(job=job, scheduled_for=at, started_at=at, finished_at=at, result=result) for job, at, result in ends
        )
        session.add(JobRun(job="assess", scheduled_for=clock.now(), started_at=clock.now(), result="running"))
        session.add(JobRun(job="tidy", scheduled_for=late, started_at=late, finished_at=late, result="failed"))
    _, found = checks(client)
    told = {name: (line["ok"], line["detail"]) for name, line in found.items() if name.startswith("job ")}
    first, second = (at.isoformat(timespec="seconds") for at in (early, late))
    assert told == {
        "job assess": (False, f"failed {second}, last done {first}"),
        "job remind": (True, f"last done {second}"),
        "job tidy": (False, f"failed {second}, never done"),
    }
    assert not any(found[name]["required"] for name in told), "a job that failed takes no worker out of service"
    assert "job" not in client.get("/readyz", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).text
