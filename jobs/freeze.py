"""freeze: every minute, the documents that were asked for of many commitments at once are made, one commit each.

Files are made by two threads, ahead of what is stored: most of that time is Typst's, which lets others go on.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from flask import Flask, current_app

from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db.unit_of_work import Unit, Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.documents import bulk
from tracker.signing.documents.bulk_queries import MADE, REFUSED
from tracker.signing.documents.freezing import Composed, Form, Prepared

LONGEST = timedelta(minutes=5)  # then the next minute's run goes on
THREADS = 2

log = structlog.get_logger("jobs")


def run(occasion: Occasion) -> Units[Remark | None]:
    """Make what was asked for, the oldest first."""
    until, form, folder = clock.now() + LONGEST, Form.of(occasion.settings), occasion.settings.files_folder
    made = dict.fromkeys((MADE, REFUSED), 0)
    run_id: int | None = yield bulk.take
    if run_id is None:
        return None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(THREADS) as threads:
        while run_id is not None and clock.now() < until:
            works: list[bulk.Work] = yield partial(bulk.compose, now=clock.moment(), run_id=run_id, form=form)
            made[REFUSED] += sum(work.composed is None for work in works)
            files = [(item_id, threads.submit(_file, app, one)) for item_id, one in works if one is not None]
            for item_id, file in files:
                outcome: str | None = yield _settling(item_id, file, folder)
                if outcome is not None:
                    made[outcome] += 1
            if not works:
                run_id = yield bulk.take
    return Remark(RemarkCode.DOCUMENTS_MADE, made)


def _settling(item_id: int, file: Future[Prepared], folder: Path) -> Unit:
    """What is done with a file once it is there."""
    fault = file.exception()
    if fault is not None:
        log.error("document.not_made", item=item_id, exc_info=fault)
        return partial(bulk.give_up, now=clock.moment(), item_id=item_id)
    return partial(bulk.store, now=clock.moment(), item_id=item_id, made=file.result(), folder=folder)


def _file(app: Flask, composed: Composed) -> Prepared:
    with app.app_context():  # the languages' catalogues are its own
        return composed.made()
