"""chain: every minute, what was recorded since is linked to the chain, so that no record can change unseen."""

from jobs.work import Occasion
from tracker.audit import service
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode


def run(_occasion: Occasion) -> Units[Remark | None]:
    """Link the records that wait, in small units; the next minute's run goes on where there are very many."""
    linked = yield from service.chain_units()
    return Remark(RemarkCode.RECORDS_LINKED, {"linked": linked}) if linked else None
