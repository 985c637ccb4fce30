"""Runs a job: takes its lease, commits its units one by one, records what came of it. Whoever crashes is replaced."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobs import pinging
from jobs.timetable import Entry
from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, outlast, unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark, RemarkCode

LEASE = timedelta(seconds=60)  # longer than the longest unit; the next unit extends it
MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=5)  # a run that failed is tried again
AHEAD = timedelta(minutes=10)  # two machines' clocks may differ a little

# Built once: every unit of every job asks this.
_EXTENDED = (
    sa.update(JobRun)
    .where(JobRun.id == sa.bindparam("run_id"), JobRun.attempt == sa.bindparam("its"), JobRun.leased_until.is_not(None))
    .values(leased_until=sa.bindparam("until", type_=JobRun.leased_until.type), units=JobRun.units + 1)
    .returning(JobRun.id)
)

log = structlog.get_logger("jobs")


class LeaseLost(Exception):
    """Somebody else took the run over: this process was thought dead, and must not write another word."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one run, as long as `attempt` is the run's last."""

    run_id: int
    attempt: int


def run(app: Flask, entry: Entry, scheduled_for: datetime, day: date | None = None) -> str | None:
    """Run a job for the instant (UTC) it was scheduled for; `day` (in Vietnam) is that instant's where none is given.

    Returns the run's result, "done" or "failed"; none where it is done already or somebody else is at it.
    """
    with app.app_context():
        lease = outlast(partial(_take, entry.name, scheduled_for))
    if lease is None:
        return None
    started = clock.now()
    result, remark = "done", None
    try:
        remark = _work(
            app, entry, lease, Occasion(clock.moment(), day or clock.day_of(scheduled_for), settings_of(app))
        )
    except LeaseLost:
        log.warning("job.lease_lost", job=entry.name, scheduled_for=scheduled_for.isoformat())
        return None
    except Exception as error:  # whatever goes wrong in one job, the others go on
        log.error("job.failed", job=entry.name, exc_info=error)
        result, remark = "failed", Remark(RemarkCode.FAILED, {"error": type(error).__name__})
    with app.app_context():
        outlast(partial(_finish, lease, result, remark))
    log.info("job.finished", job=entry.name, result=result, seconds=round((clock.now() - started).total_seconds(), 2))
    if address := settings_of(app).ping_url:
        pinging.ping(address, entry.name, result)
    return result


def unfinished(session: Session, now: datetime) -> list[JobRun]:
    """Runs that are to be redone: their process died and the lease ran out, or they failed a while ago."""
    return list(session.scalars(sa.select(JobRun).where(*_to_redo(now)).order_by(JobRun.id)))


def forget_what_is_ahead(now: datetime) -> None:
    """Remove runs that began later than now: a clock that ran ahead wrote them, and when their time comes they would
    count as done. Every job does what was done already no second time."""
    ahead = JobRun.started_at > now + AHEAD
    if not database.session().scalar(sa.select(sa.exists().where(ahead))):
        return
    with unit_of_work() as session:
        gone = session.execute(sa.delete(JobRun).where(ahead).returning(JobRun.job)).scalars().all()
    log.warning("jobs.clock_was_ahead", forgotten=len(gone))


def ran(session: Session, job: str, scheduled_for: datetime) -> bool:
    """Whether there is a run of a job for an instant, however it ended."""
    found = sa.select(JobRun.id).where(JobRun.job == job, JobRun.scheduled_for == scheduled_for)
    return session.scalar(found) is not None


def _work(app: Flask, entry: Entry, lease: Lease, occasion: Occasion) -> Remark | None:
    """Do the job's units of work; each extends the lease in its own transaction."""
    with app.app_context():
        return carry_out(entry.run(occasion), partial(_extend, lease=lease))


def _to_redo(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    failed = sa.and_(JobRun.result == "failed", JobRun.finished_at < now - RETRY_AFTER)
    return JobRun.attempt < MOST_ATTEMPTS, sa.or_(JobRun.leased_until < now, failed)


def _take(job: str, scheduled_for: datetime) -> Lease | None:
    now = clock.now()
    try:
        with unit_of_work() as session:
            run = JobRun(
                job=job, scheduled_for=scheduled_for, leased_until=now + LEASE, started_at=now, result="running"
            )
            session.add(run)
            session.flush()
            return Lease(run.id, 1)
    except IntegrityError:
        return _take_over(job, scheduled_for, now)


def _take_over(job: str, scheduled_for: datetime, now: datetime) -> Lease | None:
    """Take a run whose lease ran out. One statement tests and sets, so of two that try, one succeeds."""
    mine = (
        sa.update(JobRun)
        .where(JobRun.job == job, JobRun.scheduled_for == scheduled_for, *_to_redo(now))
        .values(attempt=JobRun.attempt + 1, leased_until=now + LEASE, result="running", finished_at=None)
        .returning(JobRun.id, JobRun.attempt)
    )
    with unit_of_work() as session:
        row = session.execute(mine).one_or_none()
    return Lease(row.id, row.attempt) if row else None


def _extend(session: Session, lease: Lease) -> None:
    given = {"run_id": lease.run_id, "its": lease.attempt, "until": clock.now() + LEASE}
    if session.connection().execute(_EXTENDED, given).one_or_none() is None:
        raise LeaseLost


def _finish(lease: Lease, result: str, remark: Remark | None) -> None:
    done = (
        sa.update(JobRun)
        .where(JobRun.id == lease.run_id, JobRun.attempt == lease.attempt)
        .values(leased_until=None, finished_at=clock.now(), result=result, detail=remark)
    )
    with unit_of_work() as session:
        session.execute(done)
