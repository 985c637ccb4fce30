"""The database frozen, stopped, or held by another: a clear page in the reader's language, and back without hands."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from jobs import runner, scheduler
from jobs.timetable import entry
from tests.faults import impatient, world
from tests.faults.browser import Answer
from tests.faults.outage import Postgres, own_postgres
from tests.faults.server import PRODUCT, Server, environment, free_port, running, serving_web
from tests.faults.world import FIGURES, faults_in, reading
from tests.jobs.conftest import Postbox
from tracker import create_app
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock, serving
from tracker.core.db import database, timeouts
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Letter, queue
from tracker.settings import Secret

LONG = bool(os.environ.get("FAULTS_LONG"))
OUTAGE_SECONDS = 30 if LONG else 3
FIGURE = FIGURES[0]
TYPED = {"language": "vi", "value": "120", "narrative": "Đã đối chiếu sổ gốc & biên bản"}
NOT_NOW = {"vi": "Hệ thống chưa sẵn sàng", "en": "The service is not ready yet"}
# In the short form the same promise with smaller numbers.
APPLICATION = PRODUCT if LONG else "tests.faults.impatient:app()"
LIMITS = timeouts if LONG else impatient
# A frozen server: the ping of a connection that was kept, then a new one, and the page itself.
LONGEST_ANSWER = LIMITS.STATEMENT_SECONDS + LIMITS.CONNECT_SECONDS + 60  # a busy machine's own


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with own_postgres() as own:
        yield own


@pytest.fixture(scope="module")
def server(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = tmp_path_factory.mktemp("instance")
    address = postgres.server.url(postgres.server.new_database())
    world.fill(create_app(world.settings(address, instance)))
    with serving_web(address, instance, APPLICATION) as served:
        yield served


def ready(server: Server) -> Answer:
    """What the health page says to a machine that watches."""
    return server.browser().get("/readyz")


def saves(server: Server) -> int:
    with reading(server.database, server.instance) as session:
        return session.scalar(sa.select(sa.func.count()).where(AuditEvent.event == "draft.saved")) or 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_stopped_it_is_told_at_once_with_what_was_typed_and_the_same_press_gets_through_later(
    server: Server, postgres: Postgres, language: str
) -> None:
    """The reader's own language is not the browser's: it is known without asking the database."""
    officer = server.person("SXD", Office.OFFICER, "en" if language == "vi" else "vi")
    officer.post("/language", language=language)
    officer.cookies.pop("language")  # chosen on another device
    officer.get(FIGURE.path)
    figure = FIGURES[0] if language == "vi" else FIGURES[4]
    before = saves(server)
    with postgres.gone():
        page, press = officer.get(figure.path), officer.post(figure.path, version="0", **TYPED)
        for answer in (page, press):
            assert answer.status == 503
            assert NOT_NOW[language] in answer.text
            assert answer.headers["Retry-After"]
            assert answer.seconds < LONGEST_ANSWER
        assert TYPED["narrative"] in press.text
        assert 'name="value" value="120"' in press.page
        health = ready(server)
        assert health.status == 503
        assert '"check": "database", "ok": false' in health.page
        time.sleep(OUTAGE_SECONDS)
    assert '"check": "database", "ok": true' in ready(server).page
    assert officer.post(figure.path, version="0", **TYPED).status == 303
    assert saves(server) == before + 1


def test_frozen_nobody_waits_longer_than_is_said_and_what_is_saved_then_is_saved_once(
    server: Server, postgres: Postgres
) -> None:
    """A frozen server takes what is sent and answers nothing, so only whoever waits can give up."""
    officer, figure = server.person("SYT", Office.OFFICER), FIGURES[2]
    assert officer.get(figure.path).status == 200
    before = saves(server)
    with ThreadPoolExecutor(3) as pool, postgres.frozen():
        press = pool.submit(officer.post, figure.path, version="0", **TYPED)
        health = pool.submit(ready, server)
        for answer in (press.result(), health.result()):
            assert answer.status == 503
            assert answer.seconds < LONGEST_ANSWER
        assert TYPED["narrative"] in press.result().text
    assert officer.until_answered(figure.path, version="0", **TYPED).status == 303
    assert saves(server) == before + 1


def beats(address: str) -> datetime | None:
    """When a scheduler gave its last sign of life."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT at FROM scheduler_beat").fetchone()
    return row[0] if row else None


def holders(address: str) -> int:
    """How many hold, or would hold at the same time, the right to be the only scheduler."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        # (the chain's own lock, held for a moment, is another number)
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s::bigint::oid"
        row = connection.execute(locks, [scheduler.LOCK_KEY % 2**32]).fetchone()
    return int(row[0]) if row else 0


def eventually(true: Callable[[], bool], seconds: float = 240) -> bool:
    """Whether something becomes true within a while."""
    give_up_at = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.2)
    return True


def test_of_two_schedulers_one_works_and_after_an_outage_one_works_again(server: Server, postgres: Postgres) -> None:
    """Neither ends, and the lock that went with the database is taken anew: never by both."""
    seen = environment(server.database, server.instance, server.port)
    command = serving.scheduler_command()
    log = server.instance / "jobs.log"
    with running(command, seen, log) as one, running(command, seen, log) as other:
        assert eventually(lambda: beats(server.database) is not None)
        assert holders(server.database) == 1
        with postgres.gone():
            time.sleep(OUTAGE_SECONDS)
        back_at = datetime.now(UTC)
        assert eventually(lambda: (beats(server.database) or back_at) > back_at)
        assert holders(server.database) == 1
        assert (one.poll(), other.poll()) == (None, None)
    with reading(server.database, server.instance) as session:
        failed = set(session.scalars(sa.select(JobRun.job).where(JobRun.result == "failed")))
        assert failed <= {"backup"}  # one that loses its database half-way is no backup, and says so (tests/jobs)
        assert faults_in(session, server.instance) == []


def test_a_mail_that_was_sent_when_the_database_went_away_is_not_sent_again(postgres: Postgres, tmp_path: Path) -> None:
    """Sent, but not yet recorded: the job waits for the database and records it, so nobody is told twice."""
    box = Postbox()
    smtp = Controller(box, hostname="127.0.0.1", port=free_port())
    smtp.start()
    address = postgres.server.url(postgres.server.new_database())
    app = create_app(replace(world.settings(address, tmp_path), smtp_url=Secret(f"smtp://127.0.0.1:{smtp.port}")))
    world.fill(app)
    outage = contextlib.ExitStack()

    def stop(_mail: object) -> None:
        if len(box.mails) == 1:
            outage.enter_context(postgres.gone())
            threading.Timer(OUTAGE_SECONDS, outage.close).start()

    box.refuse = stop
    with app.app_context():
        with unit_of_work() as session:
            people = session.scalars(sa.select(Account.person_id).order_by(Account.id)).all()
            for number in people:
                said = Content("Việc cần làm", f"Thư của người số {number}")
                queue(session, clock.moment(), Letter(f"test:{number}", "test", number, "vi", said, "localhost"))
        deliver = entry("deliver")
        assert deliver is not None
        assert runner.run(app, deliver, clock.now()) == "done"
        states = database.session().scalars(sa.select(OutboxMail.state)).all()
        database.session().close()
        database.db.engine.dispose()
    smtp.stop()
    assert sorted(str(mail["To"]) for mail in box.mails) == sorted(world.email(*person) for person in world.PEOPLE)
    assert set(states) == {"sent"}
