"""The small province with people who can sign in and figures that can be saved: what every fault happens to."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand
from tests.factories.histories import morning
from tests.support.record import betrayals
from tracker import create_app
from tracker.accounts.service import register
from tracker.agencies.offices import Office
from tracker.audit import verify as audit
from tracker.audit.service import seal
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps import verify as spans
from tracker.core import clock
from tracker.core.db import database, migrating
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun
from tracker.mail.models import OutboxMail
from tracker.settings import Secret, Settings

PASSWORD = "mật khẩu thử nghiệm"
SECRET = "a key for tests of faults only, forty letters"
BODIES = ("SXD", "SYT")
TARGETS = 50  # of each body
PERIODS = ("2021-Q1", "2021-H1")  # both over on the day below
DAY = datetime(2021, 6, 16, 2, 0, tzinfo=UTC)  # nine o'clock in Vietnam


@dataclass(frozen=True)
class Figure:
    """A place where a figure is written: whose it is, and its address."""

    body: str
    target: str
    period: str

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/figures/target-{self.target}/{self.period}"


FIGURES = [
    Figure(body, f"{body}-T{number:02}", period) for number in range(TARGETS) for body in BODIES for period in PERIODS
]
DRAFTS = [Figure(body, f"{body}-T{number:02}", "2021-Q3") for number in range(TARGETS) for body in BODIES]
PEOPLE = [
    (body, office)
    for body, office, _name in errand.OFFICES
    if office in {Office.HEAD, Office.OFFICER} and body != "SNV"
] + [("SNV", Office.APPRAISER)]


def settings(address: str, instance: Path) -> Settings:
    """The settings of an installation without a demanded second factor."""
    return Settings(
        database_url=address,
        secret_key=Secret(SECRET),
        instance=instance,
        base_url="http://localhost",  # as in the other tests: rooms keep the site of the last app of a process
        second_factor_for="",
    )


def email(body: str, office: Office) -> str:
    """The address by which somebody signs in."""
    number = next(n for n, row in enumerate(errand.OFFICES) if row[:2] == (body, office))
    return f"person{number}@example.vn"


def fill(app: Flask, at: datetime | None = None) -> None:
    """Migrate an empty database and put the province into it, as the night before an instant (now) has left it."""
    with time_machine.travel(at, tick=True) if at else nullcontext():
        _fill(app)


def _fill(app: Flask) -> None:
    with app.app_context():
        migrating.upgrade()
        with unit_of_work(morning(errand.SIGNED_ON)) as session:
            made = errand.province(session)
            for body in BODIES:
                for number in range(TARGETS):
                    errand.target(session, made, body, f"T{number:02}")
            seal(session, morning(errand.SIGNED_ON))
        with unit_of_work() as session:
            for person in PEOPLE:
                register(session, clock.moment(), session.merge(made.people[person]), PASSWORD)
        database.session().close()
    assess = entry("assess")
    assert assess is not None
    assert runner.run(app, assess, clock.now()) == "done"
    with app.app_context():
        database.db.engine.dispose()


@functools.cache
def _app(address: str, instance: Path) -> Flask:
    return create_app(settings(address, instance))


@contextlib.contextmanager
def reading(address: str, instance: Path) -> Iterator[Session]:
    """The database as it stands now, read by this process."""
    with _app(address, instance).app_context():
        try:
            yield database.session()
        finally:
            database.session().close()
            database.db.engine.dispose()


def faults_in(session: Session, instance: Path, day: datetime | None = None) -> list[str]:
    """What must never be, and is, by every question that the product can be asked; empty where all is well."""
    on = clock.day_of(day) if day else clock.today()
    found = [f"steps: {difference}" for difference in spans.differences(session, on)]
    twice = sa.select(StatusSpan.target_id).where(StatusSpan.to_on.is_(None)).group_by(StatusSpan.target_id)
    found += [f"two open steps: {row}" for row in session.scalars(twice.having(sa.func.count() > 1))]
    record = audit.verification(session, instance, [])
    found += [f"record: {finding}" for finding in record.findings() if finding.wrong]
    keys = sa.select(OutboxMail.key).group_by(OutboxMail.key).having(sa.func.count() > 1)
    found += [f"queued twice: {key}" for key in session.scalars(keys)]
    found += [f"names: {told}" for told in betrayals(session.connection())]
    return found


def leases(session: Session) -> list[str]:
    """The jobs that somebody seems to be at."""
    return list(session.scalars(sa.select(JobRun.job).where(JobRun.leased_until.is_not(None))))
