"""backup: each night database and files are backed up, and old backups go; a failure alarms the administrators."""

import time
from collections.abc import Generator
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion, breathe, last_done
from tracker.backup import notices, service
from tracker.backup.service import Made
from tracker.core import clock
from tracker.core.db.unit_of_work import Unit, Units
from tracker.core.job_run import Remark, RemarkCode

NAME = "backup"
BREATH_SECONDS = 10.0  # so often the lease is extended while copies are written
NAMED = 3

log = structlog.get_logger("jobs")


def run(occasion: Occasion) -> Units[Remark | None]:
    """Make tonight's backup, thin out the older ones. The demo has nothing to lose, and is not backed up."""
    settings = occasion.settings
    if settings.demo:
        return Remark(RemarkCode.DEMO_NOT_BACKED_UP)
    try:
        made: Made = yield from _made(occasion)
    except Exception as fault:
        yield partial(_tell_failure, occasion=occasion, reason=_words(fault))
        raise
    folder = settings.backups_folder
    try:
        service.thin_out(folder, settings.backup_daily, settings.backup_weekly)
    except OSError as fault:  # tonight's is safe, but the disk fills
        log.exception("backup.not_thinned_out")
        yield partial(notices.crowded, now=occasion.now, settings=settings, reason=_words(fault))
    kept = len(service.names(folder))
    if missing := made.manifest.missing:
        log.error("backup.gaps", files=missing)
        yield partial(notices.gaps, now=occasion.now, settings=settings, missing=missing)
        first = ", ".join(missing[:NAMED])
        return Remark(RemarkCode.BACKED_UP_WITH_GAPS, {"missing": len(missing), "first": first})
    log.info("backup.made", folder=made.folder.name, files=made.manifest.files, linked=made.linked)
    megabytes = -(-made.manifest.size // 1_000_000)
    return Remark(RemarkCode.BACKED_UP, {"files": made.manifest.files, "megabytes": megabytes, "kept": kept})


def _made(occasion: Occasion) -> Generator[Unit, Any, Made]:
    """The backup, with a breath now and then; no transaction is open while it is written."""
    steps = service.steps(occasion.settings, occasion.settings.backups_folder, clock.moment())
    last = time.monotonic()
    try:
        while True:
            next(steps)
            if time.monotonic() - last > BREATH_SECONDS:
                yield breathe
                last = time.monotonic()
    except StopIteration as end:
        made: Made = end.value
        return made
    finally:
        steps.close()


def _words(fault: Exception) -> str:
    """A fault on one line."""
    return " ".join(f"{type(fault).__name__}: {fault}".split())


def _tell_failure(session: Session, occasion: Occasion, reason: str) -> int:
    return notices.failed(session, occasion.now, occasion.settings, last_done(session, NAME), reason)
