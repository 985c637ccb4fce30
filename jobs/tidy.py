"""tidy: at night, the history that no longer tells anybody anything goes."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.compliance.recalculations import service as recalculations
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.privacy import service as privacy
from tracker.signing.elsewhere import ended

MINUTE_JOBS = ("answer", "bounces", "chain", "deliver", "freeze", "notify", "seal", "sign_remotely", "sort_scans")
KEPT_MINUTE_RUNS = timedelta(days=2)
KEPT_RUNS = timedelta(days=400)
KEPT_BEGINNINGS = timedelta(days=1)  # of files whose coming in was cut short by a crash


def run(occasion: Occasion) -> Units[Remark | None]:
    """Remove old history: two days of the minute jobs, a good year of the rest, recalculations
    and signatures that were asked for elsewhere after their time."""
    removed: int = yield partial(_remove, now=occasion.now)
    yield from recalculations.tidy(occasion.now)
    yield partial(ended.forget, now=occasion.now)
    # Whatever a crash, or the same file sent again, left of what was erased.
    yield partial(privacy.catch_up, instance=occasion.settings.instance, files=occasion.settings.files_folder)
    yield partial(_remove_beginnings, folder=occasion.settings.files_folder, before=occasion.now.at - KEPT_BEGINNINGS)
    return Remark(RemarkCode.RUNS_REMOVED, {"removed": removed}) if removed else None


def _remove(session: Session, now: Moment) -> int:
    old_minute = sa.and_(
        JobRun.job.in_(MINUTE_JOBS), JobRun.started_at < now.at - KEPT_MINUTE_RUNS, JobRun.result == "done"
    )
    old = JobRun.started_at < now.at - KEPT_RUNS
    found = session.execute(sa.delete(JobRun).where(JobRun.leased_until.is_(None), sa.or_(old_minute, old)))
    return int(getattr(found, "rowcount", 0))


def _remove_beginnings(_session: Session, folder: Path, before: datetime) -> None:
    """A file that is coming in has a hidden name until all of it is there."""
    for path in folder.glob(".*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                path.unlink()
