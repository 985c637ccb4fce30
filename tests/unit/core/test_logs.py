"""Logs: JSON lines with the request's id, and nothing in them that must not be kept."""

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask, abort

from tracker.core import logs
from tracker.core.logs import HIDDEN, scrub, scrubbed, scrubbed_text

TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"

MODULE = "tracker.interchange.a_module_with_a_rather_long_name"
ORDINARY = "an ordinary line about target CK-2021-01, and a long one"


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "token", "csrf_token", "Cookie", "Set-Cookie", "authorization", "api_key", "email",
     "mail_to", "secret_key", "otp"],
)  # fmt: skip
def test_what_is_named_a_secret_is_hidden(name: str) -> None:
    assert scrub(None, "info", {"event": "x", name: "value"})[name] == HIDDEN
    assert scrubbed({"deep": [{name: "value"}]}) == {"deep": [{name: HIDDEN}]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sent to giam.doc+x@sonoivu.example.vn today", f"sent to {HIDDEN} today"),
        ("smtp://user:pa-ss@host:25", f"smtp://{HIDDEN}@host:25"),
        (f"/reset/{TOKEN}", f"/reset/{HIDDEN}"),
        (ORDINARY, ORDINARY),
        (MODULE, MODULE),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(text: str, kept: str) -> None:
    assert scrubbed_text(text) == kept


def test_a_value_that_holds_itself_does_not_hang() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert HIDDEN in json.dumps(scrubbed(loop))


@pytest.fixture
def app(tmp_path: object) -> Iterator[Flask]:
    app = Flask("tracker")
    before = logging.getLogger().handlers[:]
    logs.configure(as_json=True)
    logs.init_app(app)

    @app.get("/reset/<token>")
    def reset(token: str) -> str:
        logs.log.info("asked", password="hunter2", who="x@example.vn")
        return "ok"

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("about x@example.vn")

    @app.get("/gone")
    def gone() -> str:
        abort(404)

    yield app
    logging.getLogger().handlers[:] = before


def test_a_request_is_one_line_with_its_id_and_no_secret(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=True)
    client = app.test_client()
    answer = client.get("/reset/short-token?q=private", headers={"X-Request-ID": "forged", "Cookie": "session=abc"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    asked, answered = lines
    assert answer.headers["X-Request-ID"] == answered["request"] == asked["request"] != "forged"
    assert (answered["event"], answered["method"], answered["status"]) == ("answered", "GET", 200)
    assert answered["path"] == "/reset/<token>"
    assert answered["ms"] >= 0
    assert (asked["password"], asked["who"]) == (HIDDEN, HIDDEN)
    whole = json.dumps(lines)
    assert not any(secret in whole for secret in ("private", "hunter2", "abc", "example.vn", "short-token"))


def test_a_fault_is_logged_with_its_trace_and_its_request(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=True)
    answer = app.test_client().get("/broken")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    fault = next(line for line in lines if line["level"] == "error")
    assert answer.status_code == 500
    assert fault["request"] == answer.headers["X-Request-ID"]
    assert "RuntimeError" in fault["exception"]
    assert "example.vn" not in fault["exception"]


def test_two_requests_have_two_ids(app: Flask) -> None:
    client = app.test_client()
    first, second = (client.get("/gone").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32
