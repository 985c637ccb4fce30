"""The scheduler process: one on an installation, with a heartbeat; a second one on PostgreSQL waits and takes over."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import sqlalchemy as sa
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from jobs import runner
from jobs.clock_guard import Steadiness
from jobs.timetable import TIMETABLE, Entry, entry
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.outage import passes
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import SchedulerBeat

BEAT_SECONDS = 20
STANDBY_SECONDS = 5
MISFIRE_SECONDS = 12 * 3600  # a machine that slept through the night runs what it missed, once
LOCK_KEY = 7_116_821_004  # any number: PostgreSQL's name for "the scheduler of this database"

QUEUES = {queue: [line for line in TIMETABLE if line.queue == queue] for queue in {line.queue for line in TIMETABLE}}

log = structlog.get_logger("jobs")


def serve(app: Flask) -> None:
    """Be the scheduler until SIGTERM or SIGINT. Blocks.

    A PostgreSQL that went away took the right to be the only one with it: then this process waits for it once more.
    """
    stopped: list[int] = []
    steadiness = Steadiness()
    while not stopped:
        with alone(app) as is_held:
            # Who held the lock before is dead, so what it left unfinished is taken up as its leases run out.
            scheduler = _scheduler(app, steadiness)
            _stop_on_signal(scheduler, stopped)
            with _watched(scheduler, is_held, steadiness):
                log.info("scheduler.started", process=os.getpid())
                scheduler.start()
            _stop_at_once()


def catch_up(app: Flask, now: datetime, lines: Sequence[Entry] = TIMETABLE) -> None:
    """Run what crashed, and what should have run since midnight while no scheduler was there, in timetable order."""
    names = {line.name for line in lines}
    with app.app_context():
        runner.forget_what_is_ahead(now)
        # Only of today: yesterday's reminders are not for today, and today's assess makes up for missed days itself.
        crashed = [
            (run.job, run.scheduled_for)
            for run in runner.unfinished(database.session(), now)
            if run.job in names and clock.day_of(run.scheduled_for) == clock.day_of(now)
        ]
        missed = [(line.name, at) for line in lines if (at := _missed(line, now)) is not None]
    for name, scheduled_for in [*crashed, *missed]:
        line = entry(name)
        if line is not None:
            runner.run(app, line, scheduled_for)


def beat(app: Flask) -> None:
    """Leave a sign of life."""
    with app.app_context(), unit_of_work() as session:
        row = session.get(SchedulerBeat, 1)
        if row is None:
            row = SchedulerBeat(id=1)
            session.add(row)
        row.at, row.process = clock.now(), str(os.getpid())


@contextmanager
def alone(app: Flask) -> Iterator[Callable[[], bool]]:
    """Wait for the right to be the only scheduler: an advisory lock on PostgreSQL, a locked file beside SQLite.

    Gives a question: whether it is held still.
    """
    with _on_postgresql(app) if not settings_of(app).on_sqlite else _on_file(settings_of(app).instance) as is_held:
        yield is_held


@contextmanager
def _watched(scheduler: BlockingScheduler, is_held: Callable[[], bool], steadiness: Steadiness) -> Iterator[None]:
    """Stop the scheduler, so that `serve` begins another one, where its lock went with the database, or where the clock
    was moved: what it waits for may be a month ahead. By a thread that waits for no instant."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(STANDBY_SECONDS):
            if is_held() and not steadiness.jumped():
                continue
            log.warning("scheduler.begins_anew", process=os.getpid())
            with suppress(SchedulerNotRunningError):
                scheduler.shutdown(wait=False)  # what runs is held by its lease
            return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _scheduler(app: Flask, steadiness: Steadiness) -> BlockingScheduler:
    scheduler = BlockingScheduler(
        timezone=clock.VIETNAM,
        # One worker each: jobs of a queue run one after another. The heart beats beside them, also through a long job.
        executors={queue: ThreadPoolExecutor(1) for queue in ("beat", *QUEUES)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_SECONDS},
    )
    now, every = clock.now(), IntervalTrigger(seconds=BEAT_SECONDS)
    scheduler.add_job(unless(steadiness, partial(beat, app)), every, id="beat", executor="beat", next_run_time=now)
    for queue, lines in QUEUES.items():
        catching_up = unless(steadiness, partial(_catch_up_now, app, lines))
        name = f"catch_up {queue}"
        scheduler.add_job(catching_up, IntervalTrigger(minutes=1), id=name, executor=queue, next_run_time=now)
        for line in lines:
            scheduler.add_job(unless(steadiness, _fire(app, line)), line.trigger, id=line.name, executor=queue)
    return scheduler


def _catch_up_now(app: Flask, lines: Sequence[Entry]) -> None:
    catch_up(app, clock.now(), lines)


def unless(steadiness: Steadiness, work: Callable[[], None]) -> Callable[[], None]:
    """The work, but not where the clock was moved (then the heart stands still too, and every page says so), and with a
    line in the log in place of a trace where the database is away: the next time comes soon."""

    def try_it() -> None:
        moved = steadiness.moved()
        if moved is not None:
            log.error("scheduler.clock_moved", by=str(moved))
            return
        try:
            work()
        except SQLAlchemyError as error:
            if not passes(error):
                raise
            log.warning("scheduler.database_away", reason=type(error).__name__)

    return try_it


def _fire(app: Flask, line: Entry) -> Callable[[], None]:
    def fire() -> None:
        scheduled_for = last_fire(line.trigger, clock.now())
        if scheduled_for is not None:
            runner.run(app, line, scheduled_for)

    return fire


def last_fire(trigger: CronTrigger, now: datetime) -> datetime | None:
    """The last instant since midnight in Vietnam at which a trigger was to fire, or none."""
    midnight = now.astimezone(clock.VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    # From the last hour that has one; every line of the timetable fires at least once a day.
    for start in (max(midnight, now.astimezone(clock.VIETNAM) - timedelta(minutes=2)), midnight):
        found: datetime | None = None
        at: datetime | None = trigger.get_next_fire_time(None, start)
        while at is not None and at <= now:
            found, at = at, trigger.get_next_fire_time(at, at + timedelta(seconds=1))
        if found is not None:
            return found.astimezone(UTC)
    return None


def _missed(line: Entry, now: datetime) -> datetime | None:
    at = last_fire(line.trigger, now) if line.once_a_day else None
    return at if at is not None and not runner.ran(database.session(), line.name, at) else None


@contextmanager
def _on_file(folder: Path) -> Iterator[Callable[[], bool]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "scheduler.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield lambda: True


@contextmanager
def _on_postgresql(app: Flask) -> Iterator[Callable[[], bool]]:
    with app.app_context():
        engine = database.db.engine
    connection = _locked(engine)
    while connection is None:
        time.sleep(STANDBY_SECONDS)
        connection = _locked(engine)

    def is_held() -> bool:
        try:
            return connection.scalar(sa.select(1)) == 1  # the lock lives as long as its connection
        except SQLAlchemyError:
            return False

    try:
        yield is_held
    finally:
        with suppress(SQLAlchemyError):
            connection.invalidate()  # closed for good: in the pool it would hold the lock against its own process
            connection.close()


def _locked(engine: sa.Engine) -> sa.Connection | None:
    """A connection that holds the lock; none where somebody else has it, or the database is away."""
    connection: sa.Connection | None = None
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_KEY))):
            return connection
    except SQLAlchemyError as error:
        log.warning("scheduler.database_away", reason=type(error).__name__)
    if connection is not None:
        connection.close()
    return None


def _stop_at_once() -> None:
    """A signal ends the process again, as it does while one waits for the lock."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop_on_signal(scheduler: BlockingScheduler, stopped: list[int]) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.append(_signal)
        # Not waiting: a unit under way is committed or rolled back by the database, and taken up at the next start.
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
