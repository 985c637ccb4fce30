"""What a job is made of: small units of work; the runner commits each and sends back what it returned.

What it returns at the end is the remark in the history of runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import JobRun, Remark
from tracker.settings import Settings


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a job runs: the moment it started, the day (in Vietnam) it is for, and the settings."""

    now: Moment
    day: date
    settings: Settings


Job = Callable[[Occasion], Units[Remark | None]]


def last_done(session: Session, job: str) -> date | None:
    """The day of a job's last run that ended well; none where there was none."""
    done = sa.select(sa.func.max(JobRun.scheduled_for)).where(JobRun.job == job, JobRun.result == "done")
    at = session.scalar(done)
    return None if at is None else clock.day_of(at)


def breathe(_session: Session) -> None:
    """Nothing to write: the runner extends its lease."""
