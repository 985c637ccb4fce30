"""`make bench`: mails composed just before they leave and handed over, by the job itself, on both databases.

Told beside a floor of the same run: as many finished messages as bytes, by smtplib alone over one connection, into the
same server (aiosmtpd, which keeps nothing). Rates are told by the clock and by what this process worked.
"""

from __future__ import annotations

import argparse
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.bench import server
from tests.bench.commitments import address_of
from tests.bench.engine import Report
from tests.factories.sample_mails import VALUES
from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db import database, migrating
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.headless import headless_app
from tracker.mail import service
from tracker.mail.composing import compose
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Letter, Outgoing
from tracker.mail.writing import message
from tracker.people.models import Person
from tracker.settings import Secret, Settings

GOAL = 300  # mails a second
KIND, HOST = "bench", "camket.example.vn"
START_SECONDS = 30


def main() -> None:
    """Start the sink, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    chosen = parser.parse_args()
    with sink() as port:
        for kind in ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]:
            with tempfile.TemporaryDirectory() as folder, address_of(kind, Path(folder)) as address:
                smtp = Secret(f"smtp://127.0.0.1:{port}")
                key = Secret(server.SECRET)
                settings = Settings(database_url=address, secret_key=key, instance=Path(folder), smtp_url=smtp)
                _measure(kind, headless_app(settings), port, chosen.mails)


@contextmanager
def sink() -> Iterator[int]:
    """The port of a mail server that takes everything and keeps nothing, in a process of its own."""
    port = server.free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen(command)
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up_at:
            with suppress(OSError), smtplib.SMTP("127.0.0.1", port) as ready:
                ready.noop()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def composed(_session: Session, mails: Sequence[OutboxMail], _now: Moment) -> Mapping[int, Content]:
    """What each says now: a digest of four lines, made when it leaves."""
    return {mail.id: compose("digest", "vi", receiver="Giám đốc Sở Y tế", **VALUES["digest"][0]) for mail in mails}


def _measure(kind: str, app: Flask, port: int, count: int) -> None:
    report = Report()
    report.note(f"\n{kind}: {count:,} digests")
    service.register_all(KIND, composed)
    with app.app_context():
        migrating.upgrade()
        settings = settings_of(app)
        content = compose("digest", "vi", receiver="x", **VALUES["digest"][0])
        one = Outgoing(1, 1, "<1@h>", "a@example.vn", content, "vi", clock.now())
        raw = message(one, settings)
        floor = _timed(lambda: _bare(port, raw, count))
        _told(report, "floor: finished bytes over smtplib", count, *floor)
        _told(report, "queued, composed one by one", count, *_timed(lambda: _queue(count)), of=floor)
        line = entry("deliver")
        assert line is not None
        used = clock_used = 0.0
        while _left():  # a run ends by itself after a while: the next minute's goes on
            seconds, worked = _timed(lambda: runner.run(app, line, clock.now()))
            clock_used, used = clock_used + seconds, used + worked
        _told(report, "composed, handed over, recorded", count, clock_used, used, of=floor, goal=GOAL)
        database.db.engine.dispose()


def _told(
    report: Report, name: str, count: int, seconds: float, worked: float, *,
    of: tuple[float, float] | None = None, goal: float | None = None,
) -> None:  # fmt: skip
    ratio = f" ({worked / of[1]:.1f} × what the floor works)" if of else ""
    report.line(f"{name}, by the clock", count / seconds, "/s")
    report.line(f"{name}, by its work{ratio}", count / worked, "/s", goal, least=True)


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and those that this process worked."""
    start, used = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - start, time.process_time() - used


def _bare(port: int, raw: bytes, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as bare:
        for _ in range(count):
            bare.sendmail("so@example.vn", ["a@example.vn"], raw)


def _queue(count: int) -> None:
    now = clock.moment()
    with unit_of_work() as session:
        person = Person(token="p", name="Giám đốc Sở Y tế", email="a@example.vn", language="vi")
        session.add(person)
        session.flush()
        for number in range(count):
            content = compose("digest", "vi", receiver=person.name, **VALUES["digest"][0])
            service.queue_all(session, now, [Letter(f"{KIND}:{number}", KIND, person.id, "vi", content, HOST)])


def _left() -> int:
    session = database.session()
    left = session.scalar(sa.select(sa.func.count()).where(OutboxMail.state == "pending")) or 0
    session.rollback()
    return left


if __name__ == "__main__":
    main()
