"""The clock set back a day, or a month ahead, between presses and between nights: nothing lost, nothing told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from jobs import scheduler
from tests.bench.client import hidden_fields
from tests.faults import world
from tests.faults.clocks import Clock, run
from tests.faults.conftest import own_address
from tests.faults.server import Server, serving_web
from tests.faults.world import DAY, FIGURES, faults_in, leases, reading
from tracker import create_app
from tracker.accounts import service as accounts
from tracker.accounts.sessions import throttle
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Letter, claim, queue
from tracker.people.models import Person
from tracker.reminders.models import ReminderSent

A_DAY, A_MONTH = timedelta(days=1), timedelta(days=30)
TYPED = {"language": "vi", "value": "120", "narrative": "Đã đối chiếu sổ gốc"}


@pytest.fixture(scope="module")
def instance(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has a clock of its own."""
    return tmp_path_factory.mktemp(database_kind)


@pytest.fixture(scope="module")
def address(database_kind: str, instance: Path, request: pytest.FixtureRequest) -> str:
    """A database as it stood on the day."""
    made = own_address(database_kind, instance, request)
    world.fill(create_app(world.settings(made, instance)), DAY)
    return made


@pytest.fixture(scope="module")
def watch(instance: Path) -> Clock:
    """The clock of the installation."""
    made = Clock(instance / "clock")
    made.set(DAY)
    return made


@pytest.fixture(scope="module")
def server(address: str, instance: Path, watch: Clock) -> Iterator[Server]:
    """The product by this clock."""
    with serving_web(address, instance, "tests.faults.clocks:app()", watch.environment) as served:
        yield served


@pytest.fixture(scope="module")
def jobs(address: str, instance: Path) -> Iterator[Flask]:
    """What the nights run in."""
    app = create_app(world.settings(address, instance))
    yield app
    with app.app_context():
        database.db.engine.dispose()


def night(app: Flask, at: datetime) -> None:
    """What a scheduler does that starts at an instant, and what the faults are then."""
    with time_machine.travel(at, tick=True):
        scheduler.catch_up(app, clock.now())
        assert run(app, "chain", clock.now()) == "done"
    with app.app_context():
        session = database.session()
        assert faults_in(session, Path(app.instance_path), at) == []
        assert leases(session) == []
        session.close()


@pytest.mark.parametrize("by", [-A_DAY, A_MONTH], ids=["back", "ahead"])
def test_between_two_presses_the_session_has_ended_and_what_was_typed_is_carried_through(
    server: Server, watch: Clock, by: timedelta
) -> None:
    """Sessions of another time are refused. Signed in again one sends what one typed; with the right clock, too."""
    figure, other = (FIGURES[0], FIGURES[4]) if by < timedelta(0) else (FIGURES[8], FIGURES[12])
    watch.set(DAY)
    officer = server.person("SXD", Office.OFFICER)
    assert officer.get(figure.path).status == 200
    watch.set(DAY + by)
    refused = officer.post(figure.path, version="0", **TYPED)
    assert refused.status == 401
    assert "Phiên" in refused.text
    hidden = hidden_fields(refused.page)
    officer.token = hidden.pop("csrf_token")
    kept = officer.post("/sign-in", **hidden, email=world.email("SXD", Office.OFFICER), password=world.PASSWORD)
    assert kept.status == 200
    fields = hidden_fields(kept.page)
    officer.token = fields.pop("csrf_token")
    assert fields.items() >= {"version": "0", **TYPED}.items()
    assert officer.post(figure.path, version="0", **TYPED).status == 303
    watch.set(DAY + timedelta(minutes=1))
    again = server.person("SXD", Office.OFFICER)
    assert TYPED["narrative"] in again.get(figure.path).text
    assert again.post(other.path, version="0", **TYPED).status == 303
    with reading(server.database, server.instance) as session:
        saves = sa.select(sa.func.count()).where(AuditEvent.event == "draft.saved")
        assert session.scalar(saves) in {2, 4}
        assert faults_in(session, server.instance, DAY) == []


def test_between_nights_the_steps_stay_sound_each_night_is_run_and_nobody_is_told_twice(jobs: Flask) -> None:
    """A right night, one of yesterday, one of next month, right ones again; at last the month is there."""
    for at in (DAY, DAY - A_DAY, DAY + A_MONTH, DAY + A_DAY, DAY + 2 * A_DAY, DAY + A_MONTH - A_DAY):
        night(jobs, at)
    come = DAY + A_MONTH + timedelta(hours=1)
    night(jobs, come)
    with jobs.app_context():
        session = database.session()
        began = sa.select(JobRun.started_at).where(JobRun.job == "remind").order_by(JobRun.scheduled_for.desc())
        assert session.scalars(began.limit(1)).one() >= come  # the run of the clock that ran ahead did not stand for it
        told = session.execute(
            sa.select(
                ReminderSent.person_id,
                ReminderSent.target_id,
                ReminderSent.period_id,
                ReminderSent.subject_kind,
                ReminderSent.subject_id,
                ReminderSent.occasion,
                ReminderSent.rung,
                ReminderSent.counted_on,
            )
            .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
            .where(~ReminderSent.standing, OutboxMail.state != "dropped")  # a later one took its place
        ).all()
        assert max(Counter(tuple(row) for row in told).values()) == 1
        mails = Counter(session.scalars(sa.select(OutboxMail.key)))
        assert max(mails.values()) == 1
        session.close()


def test_what_a_clock_ahead_left_waiting_does_not_wait_for_its_month(jobs: Flask) -> None:
    """A mail that was queued then leaves now, and nobody is held up from signing in until then."""
    ahead, now = DAY + 3 * A_MONTH, DAY + A_MONTH + A_DAY
    with jobs.app_context():
        with time_machine.travel(ahead, tick=True), unit_of_work() as session:
            number = session.scalars(sa.select(Person.id).order_by(Person.id)).first() or 0
            content = Content("Việc cần làm", "Thư")
            queue(session, clock.moment(), Letter("ahead", "test", number, "vi", content, "localhost"))
            for _try in range(throttle.ONE_ACCOUNT.tries + 1):
                held = accounts.count_try(session, clock.moment(), {"somebody": throttle.ONE_ACCOUNT})
        assert held > 0
        with time_machine.travel(now, tick=True), unit_of_work() as session:
            session.execute(sa.update(OutboxMail).where(OutboxMail.key != "ahead").values(state="sent"))
            taken = claim(session, clock.moment())
            assert taken is not None
            assert taken.content.text == "Thư"
            assert accounts.count_try(session, clock.moment(), {"somebody": throttle.ONE_ACCOUNT}) == 0
        database.session().close()
