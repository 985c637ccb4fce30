"""A mail server that stalls, at whichever word: its mail waits, and no other job waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from jobs import scheduler
from jobs.clock_guard import Steadiness
from tests.jobs.conftest import Postbox, free_port
from tests.jobs.test_delivery import queue, run_deliver, state
from tracker.core import clock
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.mail import delivery
from tracker.mail.delivery import Fault
from tracker.mail.service import Content, Outgoing
from tracker.settings import Secret, Settings

PATIENCE_SECONDS = 240
MAIL = Outgoing(
    1, 1, "<1@h>", "ai@example.invalid", Content("Chào", "Kính gửi\n"), "vi", datetime(2021, 6, 1, tzinfo=UTC)
)


class Mute:
    """A mail server that knows its lines, and falls silent when it hears a word (or, at "greeting", before the first);
    at "letters" it greets with a letter now and then."""

    def __init__(self, silent_at: str) -> None:
        self.silent_at, self.taken, self.over = silent_at, 0, threading.Event()
        self.called = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.called.set()
                threading.Thread(target=self._speak, args=[connection], daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as heard, suppress(OSError):
            while self.silent_at == "letters" and not self.over.wait(0.05):
                connection.sendall(b"2")
            if self.silent_at == "greeting":
                self.over.wait()
                return
            connection.sendall(b"220 h\r\n")
            for line in heard:
                word = line.strip().partition(b" ")[0].decode().upper()
                if word == self.silent_at:
                    self.over.wait()
                    return
                if word == "DATA":
                    connection.sendall(b"354 go on\r\n")
                elif word in {"EHLO", "MAIL", "RCPT", "QUIT", "."}:
                    self.taken += word == "."
                    connection.sendall(b"250 h\r\n" if word != "QUIT" else b"221 h\r\n")


@pytest.fixture
def mute() -> Iterator[Callable[[str], Mute]]:
    """Makes one."""
    made: list[Mute] = []

    def make(silent_at: str) -> Mute:
        made.append(Mute(silent_at))
        return made[-1]

    yield make
    for server in made:
        server.over.set()
        server.listener.close()


@pytest.mark.parametrize(
    ("silent_at", "fault"),
    [
        ("greeting", Fault.SERVER),
        ("letters", Fault.SERVER),
        ("EHLO", Fault.SERVER),
        ("MAIL", Fault.CUT_OFF),
        ("RCPT", Fault.CUT_OFF),
        ("DATA", Fault.CUT_OFF),
        (".", Fault.CUT_OFF),
        ("QUIT", None),  # taken already: it is not sent twice
        ("never", None),
    ],
)
def test_at_whichever_word_a_server_stalls(
    silent_at: str, fault: Fault | None, mute: Callable[[str], Mute], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "STEP_SECONDS", 0.2)
    monkeypatch.setattr(delivery, "SENDING_SECONDS", 0.4)
    server = mute(silent_at)
    answer = delivery.send(MAIL, Settings(smtp_url=Secret(server.address)))
    assert answer.fault is fault
    assert (answer.error is None) is (fault is None)
    assert server.taken == (fault is None)


def test_other_jobs_go_on_meanwhile(
    app: Flask, context: None, mute: Callable[[str], Mute], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the scheduler itself, and a server that says nothing for as long as the test wants."""
    server = mute("greeting")
    settings = replace(settings_of(app), smtp_url=Secret(server.address))
    monkeypatch.setitem(app.extensions, "settings", settings)
    mail_id = queue()
    with running(app) as fire:
        fire("deliver")
        assert server.called.wait(PATIENCE_SECONDS)
        for job in ("chain", "answer", "assess"):
            fire(job)
        wait_for(lambda: {"chain", "answer", "assess"} <= ended())
        assert "deliver" not in ended()
        server.over.set()
        wait_for(lambda: "deliver" in ended())
    assert state(mail_id).state == "pending"


def test_without_a_server_the_tries_are_fewer_each_time_and_no_mail_pays_for_it(
    app: Flask, context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [queue(f"test:{number}") for number in range(3)]
    begun = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    gone = replace(settings_of(app), smtp_url=Secret(f"smtp://127.0.0.1:{free_port()}"))
    monkeypatch.setitem(app.extensions, "settings", gone)
    for minute in range(50):
        with time_machine.travel(begun + timedelta(minutes=minute), tick=False):
            run_deliver(app)
    assert [minute_of(run, begun) for run in tries_in_vain()] == [0, 1, 3, 8, 18, 33, 48]
    assert {(mail.state, mail.attempts) for mail in map(state, ids)} == {("pending", 0)}


def test_one_mail_that_cuts_the_server_off_does_not_hold_up_the_others(
    app: Flask, context: None, postbox: Postbox
) -> None:
    for number in range(3):
        queue(f"test:{number}")
    postbox.refuse = lambda mail: "421 closing" if "test-0" in mail["To"] else None
    for minute in range(3):
        with time_machine.travel(clock.now() + timedelta(minutes=minute), tick=False):
            run_deliver(app)
    assert sorted(str(mail["To"])[:6] for mail in postbox.mails) == ["test-1", "test-2"]


@contextmanager
def running(app: Flask) -> Iterator[Callable[[str], None]]:
    """The scheduler in a thread, without what it would make up for; gives a verb that lets a job's time come."""
    own = scheduler._scheduler(app, Steadiness())
    for job in own.get_jobs():
        if job.id.startswith("catch_up"):
            job.remove()
    thread = threading.Thread(target=own.start)
    thread.start()
    wait_for(lambda: own.running)
    try:
        yield lambda job: own.modify_job(job, next_run_time=clock.now())
    finally:
        own.shutdown()
        thread.join()


def wait_for(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def ended() -> set[str]:
    session = database.session()
    session.rollback()
    return set(session.scalars(sa.select(JobRun.job).where(JobRun.finished_at.is_not(None))))


def tries_in_vain() -> list[JobRun]:
    session = database.session()
    session.rollback()
    runs = session.scalars(sa.select(JobRun).order_by(JobRun.id)).all()
    return [run for run in runs if isinstance(run.detail, Remark) and run.detail.code is RemarkCode.MAIL_SERVER_AWAY]


def minute_of(run: JobRun, begun: datetime) -> int:
    return int((run.scheduled_for - begun).total_seconds() // 60)
