"""tidy: at night, the history that no longer tells anybody anything goes."""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.compliance import inquiries
from tracker.core.clock import Moment
from tracker.core.job_run import JobRun
from tracker.core.unit_of_work import Units
from tracker.privacy import service as privacy

MINUTE_JOBS = ("answer", "chain", "deliver")
KEPT_MINUTE_RUNS = timedelta(days=2)
KEPT_RUNS = timedelta(days=400)


def run(occasion: Occasion) -> Units:
    """Remove old history: two days of the minute jobs, a good year of the rest, recalculations after their time."""
    removed: int = yield partial(_remove, now=occasion.now)
    yield from inquiries.tidy(occasion.now)
    # Whatever a crash, or the same file sent again, left of what was erased.
    yield partial(privacy.catch_up, instance=occasion.settings.instance, files=occasion.settings.files_folder)
    return f"removed {removed} runs" if removed else None


def _remove(session: Session, now: Moment) -> int:
    old_minute = sa.and_(
        JobRun.job.in_(MINUTE_JOBS), JobRun.started_at < now.at - KEPT_MINUTE_RUNS, JobRun.result == "done"
    )
    old = JobRun.started_at < now.at - KEPT_RUNS
    found = session.execute(sa.delete(JobRun).where(JobRun.leased_until.is_(None), sa.or_(old_minute, old)))
    return int(getattr(found, "rowcount", 0))
