"""The nightly proof: the round that holds an altered step finds and names it, and says so once; other rounds do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.conftest import Postbox
from tracker.agencies.offices import Office
from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.steps.proof_rotation import ROUNDS
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.mail.models import OutboxMail

At = Callable[[date | str], clock.Moment]
BEGUN = date(2021, 3, 1)


@pytest.fixture
def made(app: Flask, context: None, at: At) -> Province:
    """Two bodies with a target each; the one of Sở Xây dựng will be altered. The administrator reads English."""
    with unit_of_work(at(BEGUN)) as session:
        made = errand.province(session)
        errand.target(session, made, "SXD", "T01")
        errand.target(session, made, "SYT", "T01")
        made.people[("VP", Office.ADMINISTRATOR)].language = "en"
    return made


def night_of(agency_id: int, rotation: int = 0) -> date:
    """The night in March 2021 (or 28 nights later, …) on which a body has its turn."""
    wanted = (agency_id - BEGUN.toordinal()) % ROUNDS
    return BEGUN + timedelta(days=wanted + ROUNDS * rotation)


def prove(app: Flask, at: At, day: date) -> JobRun:
    """Run the job as the timetable does on a day, and give its record."""
    at(day)
    line = entry("prove")
    assert line is not None
    scheduled_for = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=4, minutes=30)
    assert runner.run(app, line, scheduled_for) == "done"
    session = database.session()
    session.rollback()
    return session.scalars(sa.select(JobRun).order_by(JobRun.id.desc())).first()  # type: ignore[return-value]


def remark(run: JobRun) -> Remark:
    assert isinstance(run.detail, Remark)
    return run.detail


def mails() -> list[OutboxMail]:
    return list(database.session().scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def alter(model: type[StatusSpan | AgencySum], agency_id: int) -> None:
    """Somebody changes one row past the product."""
    with unit_of_work() as session:
        first = sa.select(sa.func.min(model.id)).where(model.agency_id == agency_id).scalar_subquery()
        session.execute(sa.update(model).where(model.id == first).values(punctuality=1234))


def test_it_runs_at_half_past_two() -> None:
    line = entry("prove")
    assert line is not None
    assert str(line.trigger) == "cron[hour='2', minute='30']"


def test_what_agrees_is_quiet(app: Flask, made: Province, at: At) -> None:
    body = made.bodies["SXD"].id
    proved = Remark(RemarkCode.PART_PROVED, {"part": str(body % ROUNDS + 1), "parts": 28, "targets": 1})
    assert prove(app, at, night_of(body)).detail == proved
    assert mails() == []


def test_an_altered_step_is_found_named_and_told_once(
    app: Flask, made: Province, at: At, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    body, other = made.bodies["SXD"].id, made.bodies["SYT"].id
    alter(StatusSpan, body)
    assert remark(prove(app, at, night_of(other))).code == RemarkCode.PART_PROVED
    assert mails() == []

    night = night_of(body, 1)
    found = prove(app, at, night)
    assert found.result == "done"
    assert remark(found).code == RemarkCode.PART_DIFFERS
    assert "01/CK-SXD T01: 2021-02-04: punctuality is 1234, the facts say None" in str(remark(found).figures["first"])
    assert "proof.differs" in caplog.text
    (mail,) = mails()
    assert mail.subject.endswith("with the facts")
    for part in ("01/CK-SXD T01", "stored 1234", "tracker spans verify", "tracker spans rebuild"):
        assert part in mail.text
        assert part in str(mail.html)
    assert "SYT" not in mail.text

    again = runner.run(app, entry("prove"), clock.now())  # type: ignore[arg-type] # by hand, the same day
    assert again == "done"
    database.session().rollback()
    assert len(mails()) == 1
    runner.run(app, entry("deliver"), clock.now())  # type: ignore[arg-type]
    assert [one["To"] for one in postbox.mails] == ["person8@example.vn"]

    prove(app, at, night + timedelta(days=1))
    assert len(mails()) == 1  # not again every night
    prove(app, at, night_of(body, 2))
    assert len(mails()) == 2  # but when its turn comes again, and it is still there


def test_what_a_night_without_a_record_told_is_not_told_again(app: Flask, made: Province, at: At) -> None:
    body = made.bodies["SXD"].id
    alter(StatusSpan, body)
    night = night_of(body)
    prove(app, at, night - timedelta(days=1))
    run = prove(app, at, night)
    assert len(mails()) == 1
    with unit_of_work() as session:
        session.execute(sa.delete(JobRun).where(JobRun.id == run.id))
    assert remark(prove(app, at, night + timedelta(days=1))).code == RemarkCode.PART_DIFFERS
    assert len(mails()) == 1


def test_an_altered_sum_is_found_too(app: Flask, made: Province, at: At) -> None:
    body = made.bodies["SXD"].id
    alter(AgencySum, body)
    assert "PAR-2021 SXD domain" in str(remark(prove(app, at, night_of(body))).figures["first"])
    assert len(mails()) == 1


def test_nights_without_a_run_are_made_up(app: Flask, made: Province, at: At) -> None:
    first, second = sorted(night_of(made.bodies[code].id) for code in ("SXD", "SYT"))
    prove(app, at, first - timedelta(days=1))
    assert remark(prove(app, at, second)).figures["targets"] == 2
