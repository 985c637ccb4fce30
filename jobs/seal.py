"""seal: every minute, each document that both sides signed is sealed, one commit each."""

from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.sealing import sealer, sealing
from tracker.signing.sealing.sealer import Sealer
from tracker.signing.sealing.sealing import Work
from tracker.signing.sealing.unsealed import NotSealed, Why
from tracker.urging import wiring

LONGEST = timedelta(minutes=5)  # then the next minute's run goes on
wiring.wire()  # letters are sealed too
log = structlog.get_logger("jobs")
_without: set[int] = set()  # documents that were made without a field for the seal: looked at once by each process


def run(occasion: Occasion) -> Units[Remark | None]:
    """Seal what waits, the oldest first. Where the key or a timestamp is not to be had, the run ends, the page of jobs
    says why, and what waits is sealed once it is there again: never in a weaker way."""
    until, sealed, settings = clock.now() + LONGEST, 0, occasion.settings
    try:
        with sealer.opened(settings) as own:
            while clock.now() < until:
                work: Work | Why | None = yield partial(_asked, own=own)
                if isinstance(work, Why):
                    raise NotSealed(work)
                if work is None:
                    break
                content = sealing.add_seal(work, own, settings)
                if content is None:
                    _without.add(work.document_id)
                    continue
                keep = partial(sealing.keep, content=content, sealing=own, folder=settings.files_folder)
                sealed += yield partial(keep, now=clock.moment(), work=work)
    except NotSealed as reason:
        log.error("seal.not_sealed", why=str(reason.why))
        return Remark(RemarkCode.NOT_SEALED, {"sealed": sealed, "why": str(reason.why)})
    return Remark(RemarkCode.DOCUMENTS_SEALED, {"sealed": sealed}) if sealed else None


def _asked(session: Session, own: Sealer) -> Work | Why | None:
    """The next one, or why there is none that can be sealed."""
    try:
        return sealing.next_one(session, clock.moment(), sealing=own, without=_without)
    except NotSealed as reason:
        return reason.why
