"""seal: every minute, each document that both sides signed is sealed, one commit each."""

from datetime import timedelta
from functools import partial

from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.sealing import sealer, sealing
from tracker.signing.sealing.sealing import Work

LONGEST = timedelta(minutes=5)  # then the next minute's run goes on
_without: set[int] = set()  # documents that were made without a field for the seal: looked at once by each process


def run(occasion: Occasion) -> Units[Remark | None]:
    """Seal what waits, the oldest first. A key that is not there ends the run, and the page of jobs says so."""
    until, sealed, settings = clock.now() + LONGEST, 0, occasion.settings
    with sealer.opened(settings) as own:
        while clock.now() < until:
            work: Work | None = yield partial(sealing.next_one, now=clock.moment(), sealing=own, without=_without)
            if work is None:
                break
            content = sealing.add_seal(work, own, settings)
            if content is None:
                _without.add(work.document_id)
                continue
            keep = partial(sealing.keep, content=content, sealing=own, folder=settings.files_folder)
            sealed += yield partial(keep, now=clock.moment(), work=work)
    return Remark(RemarkCode.DOCUMENTS_SEALED, {"sealed": sealed}) if sealed else None
