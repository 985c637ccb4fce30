"""Two web workers and two schedulers on PostgreSQL for an hour of work, told many times as fast: all stays true.

Officials save, hand on, send and recall, an appraiser decides, the night's jobs, reminders and the chain run beside
them, and half-way the scheduler that works is killed.
"""

from __future__ import annotations

import os
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from tests.bench.client import hidden_fields
from tests.faults import world
from tests.faults.browser import Browser
from tests.faults.clocks import Clock
from tests.faults.server import Server, environment, free_port, running, serving_web
from tests.faults.world import FIGURES, Figure, faults_in, leases, reading
from tests.jobs.conftest import Postbox
from tests.support.migrated import MIGRATED
from tests.support.postgres import PostgresServer
from tracker import create_app
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.compliance.models import StatusSpan
from tracker.core.job_run import JobRun
from tracker.mail.models import OutboxMail
from tracker.programmes.models import Period
from tracker.progress.models import Decision, Draft, Revision

HOURS = 8 if os.environ.get("FAULTS_LONG") else 1
SPEED = 180
BEGIN = datetime(2021, 6, 15, 23, 50, tzinfo=UTC)  # ten to seven in Vietnam: the night is made up for, 07:30 reminds
REAL_SECONDS = HOURS * 3600 / SPEED
QUEUED = re.compile(r'row"><a href="(/appraisals/[^"/]+)"')
KINDS, LEAST = ("save", "send", "decide"), 5
ALL_JOBS = frozenset({"assess", "expire", "publish", "tidy", "prove", "remind", "deliver", "chain"})
AT_MOST_SECONDS = 240  # where the machine is busy with much else
PAUSE_SECONDS = 0.15  # people think; two cores shall not be the thing that is tested


@dataclass
class Town:
    """The people at work, and what they were answered."""

    server: Server
    until: float
    pressed: list[tuple[str, int, bool]] = field(default_factory=list)  # what, the answer's status, whether it led on

    def is_open(self) -> bool:
        """Whether it is still a time to work."""
        time.sleep(PAUSE_SECONDS)
        over, enough = time.monotonic() > self.until, all(self.done(what) >= LEAST for what in KINDS)
        return not (over and enough) and time.monotonic() < self.until + AT_MOST_SECONDS

    def done(self, what: str) -> int:
        """How many presses of a kind led on."""
        return sum(pressed == what and led_on for pressed, _status, led_on in self.pressed)

    def press(self, who: Browser, what: str, path: str, **values: str) -> None:
        """One press, to be counted. One that was refused leads back to where it came from."""
        answer = who.post(path, **values)
        led_on = answer.status == 303 and (what != "send" or answer.headers["Location"] == "/")
        self.pressed.append((what, answer.status, led_on))

    def body(self, name: str) -> None:
        """One body: the officer writes and hands on, the head sends, and sometimes takes it back."""
        chance = random.Random(name)
        officer, head = self.server.person(name, Office.OFFICER), self.server.person(name, Office.HEAD)
        own = [figure for figure in FIGURES if figure.body == name]
        while self.is_open():
            self._figure(chance, officer, head, chance.choice(own))

    def _figure(self, chance: random.Random, officer: Browser, head: Browser, figure: Figure) -> None:
        page = hidden_fields(officer.get(figure.path).page)
        if "version" not in page:
            return  # sent already, and not returned yet
        typed = {"language": "vi", "value": str(chance.randint(0, 240)), "narrative": f"Rà soát {chance.random()}"}
        self.press(officer, "save", figure.path, version=page["version"], **typed)
        if chance.random() < 0.2:
            return  # it lies
        version = hidden_fields(officer.get(figure.path).page).get("version", "0")
        self.press(officer, "hand", figure.path, version=version, do="hand", **typed)
        confirm = hidden_fields(head.get(f"{figure.path}/send").page).get("version")
        if confirm is None:
            return
        self.press(head, "send", f"{figure.path}/send", version=confirm)
        if chance.random() < 0.2 and "version" in (seen := hidden_fields(head.get(f"{figure.path}/recall").page)):
            self.press(head, "recall", f"{figure.path}/recall", version=seen["version"])

    def appraiser(self) -> None:
        """Decides what waits: two of three are accepted."""
        chance, own = random.Random(7), self.server.person("SNV", Office.APPRAISER)
        while self.is_open():
            for path in QUEUED.findall(own.get("/appraisals").page)[:3]:
                version = hidden_fields(own.get(path).page).get("version", "0")
                outcome = chance.choice(("accept", "accept", "return"))
                reason = "Cần bổ sung danh mục thủ tục" if outcome == "return" else ""
                chosen = {"version": version, "outcome": outcome, "reason": reason}
                self.press(own, "decide", path, seen="1", **chosen)


@pytest.fixture(scope="module")
def box() -> Iterator[tuple[Postbox, int]]:
    """A real SMTP server, and its port."""
    found = Postbox()
    smtp = Controller(found, hostname="127.0.0.1", port=free_port())
    smtp.start()
    yield found, smtp.port
    smtp.stop()


def test_after_an_hour_of_work_everything_is_true(
    postgres: PostgresServer, tmp_path: Path, box: tuple[Postbox, int]
) -> None:
    postbox, port = box
    address = postgres.url(postgres.new_database(MIGRATED))
    world.fill(create_app(world.settings(address, tmp_path)), BEGIN - timedelta(days=1))
    watch = Clock(tmp_path / "clock")
    watch.set(BEGIN)
    idle = {"TRACKER_SESSION_IDLE_MINUTES": "720"}  # half an hour is ten seconds here
    more = {**watch.environment, **idle, "TRACKER_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    line = [sys.executable, "-m", "tests.faults.clocks"]
    with serving_web(address, tmp_path, "tests.faults.clocks:app()", more) as server:
        seen = environment(address, tmp_path, server.port, **more)
        with running(line, seen, tmp_path / "one.log") as one:
            _first_sign_of_life(server)
            watch.set(BEGIN, SPEED)
            with running(line, seen, tmp_path / "two.log") as other:
                town = Town(server, time.monotonic() + REAL_SECONDS)
                work = [threading.Thread(target=town.body, args=(body,)) for body in world.BODIES]
                work.append(threading.Thread(target=town.appraiser))
                for person in work:
                    person.start()
                time.sleep(REAL_SECONDS / 2)
                one.kill()
                for person in work:
                    person.join()
                watch.set(max(watch.now(), BEGIN + timedelta(minutes=45)), 30)
                _until_all_is_done(address, tmp_path)
                assert other.poll() is None
        end = watch.now()
    told = {path.name: path.read_text(errors="replace")[-2000:] for path in tmp_path.glob("*.log")}
    assert {status for _what, status, _led_on in town.pressed} <= {303, 409, 422}, (Counter(town.pressed), told)
    assert min(town.done(what) for what in KINDS) >= LEAST, (Counter(town.pressed), told)
    with reading(address, tmp_path) as session:
        _is_true(session, tmp_path, town, end)
        ran = set(session.scalars(sa.select(JobRun.job).where(JobRun.result == "done")))
    assert ran >= ALL_JOBS
    # The server may have taken one mail of the killed scheduler's that was not noted yet: it comes again as the same.
    copies = Counter(str(mail["Message-ID"]) for mail in postbox.mails)
    assert sorted(copies.values())[-2:] in ([1, 1], [1, 2]), copies
    mails = {str(mail["Message-ID"]): (str(mail["To"]), str(mail["Subject"])) for mail in postbox.mails}
    told_of = Counter(mails.values())
    assert max(told_of.values()) == 1
    assert any("báo cáo" in subject for _to, subject in told_of)


def _until_all_is_done(address: str, instance: Path) -> None:
    """The leases of whoever was killed run out, what was missed is made up for, and what waits is sent."""
    give_up_at = time.monotonic() + AT_MOST_SECONDS
    done = False
    while not done and time.monotonic() < give_up_at:
        time.sleep(2)
        with reading(address, instance) as session:
            ran = set(session.scalars(sa.select(JobRun.job).where(JobRun.result == "done")))
            waits = sa.select(sa.func.count()).where(OutboxMail.state.in_(("pending", "claimed")))
            left = session.scalar(sa.select(sa.func.count()).where(JobRun.result != "done"))
            done = ran >= ALL_JOBS and not session.scalar(waits) and not left
    time.sleep(1)


def _first_sign_of_life(server: Server) -> None:
    give_up_at = time.monotonic() + AT_MOST_SECONDS
    while "alive" not in server.browser().get("/readyz").page and time.monotonic() < give_up_at:
        time.sleep(0.1)


def _is_true(session: sa.orm.Session, instance: Path, town: Town, end: datetime) -> None:
    """Every question that can be asked of an installation."""
    assert faults_in(session, instance, end) == []
    opened = sa.select(sa.func.count()).where(StatusSpan.to_on.is_(None))
    assert session.scalar(opened) == world.TARGETS * len(world.BODIES)
    assert leases(session) == []
    assert set(session.scalars(sa.select(JobRun.result))) == {"done"}
    assert set(session.scalars(sa.select(OutboxMail.state))) <= {"sent", "dropped"}
    # Each press that was answered stands, once; each that was refused does not.
    events = Counter(session.scalars(sa.select(AuditEvent.event)))
    assert events["draft.saved"] == town.done("save")
    assert (
        events["report.sent"] == town.done("send") == session.scalar(sa.select(sa.func.count()).select_from(Revision))
    )
    decided = sa.select(sa.func.count()).where(Decision.outcome.in_(("accepted", "returned")))
    assert session.scalar(decided) == town.done("decide")
    assert _drafts_by_record(session) == {
        tuple(row) for row in session.execute(sa.select(Draft.target_id, Draft.period_id))
    }


def _drafts_by_record(session: sa.orm.Session) -> set[tuple[int, int]]:
    """The places whose last word in the record is a draft: none of them may be lost, and no other be there."""
    periods = dict(session.execute(sa.select(Period.code, Period.id)).all())
    places: set[tuple[int, int]] = set()
    words = ("draft.saved", "draft.handed_to_head", "report.sent")
    found = sa.select(AuditEvent.event, AuditEvent.detail).where(AuditEvent.event.in_(words)).order_by(AuditEvent.id)
    for event, detail in session.execute(found):
        place = detail["target"], periods[detail["place"]]
        places = places - {place} if event == "report.sent" else places | {place}
    return places
