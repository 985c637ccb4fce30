"""After each run whoever watches from outside is told, and whatever becomes of that is no fault of the job."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from jobs import pinging, runner, timetable
from jobs.timetable import Entry
from jobs.work import Occasion
from tracker.core.db.unit_of_work import Units
from tracker.settings import Settings

pytestmark = pytest.mark.one_database
AT = datetime(2021, 6, 30, 17, 15, tzinfo=UTC)


class Watcher(http.server.ThreadingHTTPServer):
    """Somebody outside. `manner`: how it answers."""

    manner = "well"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[str] = []
        self.over = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Watcher

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.manner == "silent":
            self.server.over.wait(30)
        elif self.server.manner == "elsewhere":
            self.send_response(302)
            self.send_header("Location", f"{self.server.address}/elsewhere")
            self.end_headers()
        else:
            self.send_response({"well": 200, "broken": 500}[self.server.manner])
            self.end_headers()

    def log_message(self, *_told: Any) -> None: ...


@pytest.fixture
def watcher(app: Flask) -> Iterator[Watcher]:
    server, before = Watcher(), app.extensions["settings"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app.extensions["settings"] = replace(before, ping_url=f"{server.address}/k3y/{{job}}?{{result}}")
    yield server
    app.extensions["settings"] = before
    server.over.set()
    server.shutdown()
    server.server_close()


def run(app: Flask, at: datetime = AT, *, fails: bool = False) -> str | None:
    def job(_occasion: Occasion) -> Units[None]:
        yield lambda _session: None
        if fails:
            raise ZeroDivisionError

    return runner.run(app, Entry("assess", job, timetable.TIMETABLE[0].trigger), at)


def test_each_run_is_told_once_with_what_came_of_it(app: Flask, watcher: Watcher) -> None:
    assert run(app) == "done"
    assert run(app) is None, "it is done: nobody is told twice"
    assert run(app, AT + timedelta(days=1), fails=True) == "failed"
    assert watcher.asked == ["/k3y/assess?done", "/k3y/assess?failed"]


@pytest.mark.parametrize("manner", ["broken", "elsewhere", "silent", "away"])
def test_a_job_is_done_whatever_becomes_of_the_telling(
    app: Flask, watcher: Watcher, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "SECONDS", 0.2)
    watcher.manner = manner
    if manner == "away":
        watcher.shutdown()
        watcher.server_close()
    began = time.thread_time()
    assert run(app) == "done"
    assert time.thread_time() - began < 5
    assert watcher.asked == ([] if manner == "away" else ["/k3y/assess?done"]), "nobody is led elsewhere"


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("", True),
        ("https://watch.example.vn/{job}/{result}", True),
        ("http://127.0.0.1:9000/{job}", True),
        ("http://watch.example.vn/{job}", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("watch.example.vn", False),
    ],
)
def test_which_addresses_can_be_chosen(address: str, good: bool) -> None:
    faults = [fault for fault in Settings(ping_url=address).faults() if "PING" in fault]
    assert (faults == []) is good
