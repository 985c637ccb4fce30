"""What the runner promises: one worker at a time on a run, each unit committed, a crash redone, a thief found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner, scheduler, timetable
from jobs.timetable import Entry
from jobs.work import Job, Occasion
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import Unit, Units, unit_of_work
from tracker.core.job_run import JobRun, Remark, RemarkCode, SchedulerBeat
from tracker.people.models import Person

MIDNIGHT = datetime(2021, 6, 30, 17, 15, tzinfo=UTC)  # 00:15 on 1 July in Vietnam


def add(name: str) -> Unit:
    def unit(session: Session) -> None:
        session.add(Person(token=name, name=name))

    return unit


def names() -> list[str]:
    session = database.session()
    session.rollback()
    return list(session.scalars(sa.select(Person.name).order_by(Person.id)))


def line_of(job: Job) -> Entry:
    return Entry("assess", job, timetable.TIMETABLE[0].trigger)


def the_run() -> JobRun:
    session = database.session()
    session.expire_all()
    session.rollback()
    return session.scalars(sa.select(JobRun)).one()


def test_each_unit_is_committed_and_the_run_is_recorded(app: Flask, context: None) -> None:
    remark = Remark(RemarkCode.RUNS_REMOVED, {"removed": 2})

    def job(occasion: Occasion) -> Units[Remark | None]:
        yield add(f"first on {occasion.day}")
        yield add("second")
        return remark

    assert runner.run(app, line_of(job), MIDNIGHT) == "done"
    assert names() == ["first on 2021-07-01", "second"]
    run = the_run()
    assert (run.result, run.units, run.detail, run.leased_until) == ("done", 2, remark, None)


def test_a_run_is_done_once(app: Flask, context: None) -> None:
    def job(_occasion: Occasion) -> Units[None]:
        yield add("once")
        return None

    assert runner.run(app, line_of(job), MIDNIGHT) == "done"
    assert runner.run(app, line_of(job), MIDNIGHT) is None
    assert names() == ["once"]


def test_a_fault_keeps_what_was_committed_and_is_tried_again_later(app: Flask, context: None) -> None:
    broken = True

    def job(_occasion: Occasion) -> Units[None]:
        if "first" not in names():
            yield add("first")
        if broken:
            raise ZeroDivisionError
        yield add("second")
        return None

    assert runner.run(app, line_of(job), MIDNIGHT) == "failed"
    assert names() == ["first"]
    assert the_run().detail == Remark(RemarkCode.FAILED, {"error": "ZeroDivisionError"})
    broken = False
    assert runner.run(app, line_of(job), MIDNIGHT) is None  # not at once
    with time_machine.travel(clock.now() + runner.RETRY_AFTER + timedelta(seconds=1)):
        assert [run.job for run in runner.unfinished(database.session(), clock.now())] == ["assess"]
        assert runner.run(app, line_of(job), MIDNIGHT) == "done"
    assert names() == ["first", "second"]


def test_after_a_crash_the_run_is_redone_when_its_lease_has_run_out(app: Flask, context: None) -> None:
    now = clock.now()
    with unit_of_work() as session:
        session.add(
            JobRun(
                job="assess", scheduled_for=MIDNIGHT, leased_until=now + runner.LEASE, started_at=now, result="running"
            )
        )

    def job(_occasion: Occasion) -> Units[None]:
        yield add("redone")
        return None

    assert runner.run(app, line_of(job), MIDNIGHT) is None
    with time_machine.travel(now + runner.LEASE + timedelta(seconds=1)):
        assert runner.run(app, line_of(job), MIDNIGHT) == "done"
    assert the_run().attempt == 2


def test_whoever_lost_the_lease_writes_nothing_more(app: Flask, context: None) -> None:
    def job(_occasion: Occasion) -> Units[None]:
        yield add("mine")
        with time_machine.travel(clock.now() + runner.LEASE + timedelta(seconds=1)):
            assert runner.run(app, line_of(other), MIDNIGHT) == "done"
        yield add("too late")
        return None

    def other(_occasion: Occasion) -> Units[None]:
        yield add("the other's")
        return None

    assert runner.run(app, line_of(job), MIDNIGHT) is None
    assert names() == ["mine", "the other's"]
    assert the_run().result == "done"


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [
        ("assess", "2021-07-01 00:14", None),
        ("assess", "2021-07-01 00:15", "2021-07-01 00:15"),
        ("assess", "2021-07-01 23:59", "2021-07-01 00:15"),
        ("remind", "2021-07-01 07:29", None),
        ("remind", "2021-07-01 07:31", "2021-07-01 07:30"),
        ("deliver", "2021-07-01 07:31", "2021-07-01 07:31"),
    ],
)
def test_when_a_job_should_have_run_last(name: str, now: str, expected: str | None) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)

    line = timetable.entry(name)
    assert line is not None
    assert scheduler.last_fire(line.trigger, instant(now)) == (instant(expected) if expected else None)


def test_a_scheduler_that_starts_late_makes_up_for_the_day(app: Flask, context: None) -> None:
    with time_machine.travel(datetime(2021, 7, 1, 9, 0, tzinfo=clock.VIETNAM), tick=False):
        scheduler.catch_up(app, clock.now())
        scheduler.catch_up(app, clock.now())
    session = database.session()
    session.rollback()
    once = sorted(line.name for line in timetable.TIMETABLE if line.once_a_day)  # all fire before nine
    assert sorted(session.scalars(sa.select(JobRun.job))) == once


def test_the_heart_beats(app: Flask, context: None) -> None:
    scheduler.beat(app)
    scheduler.beat(app)
    session = database.session()
    assert abs(session.scalars(sa.select(SchedulerBeat)).one().at - clock.now()) < timedelta(seconds=5)
