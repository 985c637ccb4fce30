"""expire: just after midnight, what was not signed by the last day that was set for it is no commitment any more, and
what a head had the time to state upon can be closed."""

from functools import partial

from jobs.work import Occasion
from tracker.commitments.life import closing
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.documents import expiring


def run(occasion: Occasion) -> Units[Remark | None]:
    """Let everything expire whose last day is over, in small units; what the head has signed stays."""
    expired = 0
    while found := (yield partial(expiring.expire, now=occasion.now, day=occasion.day)):
        expired += found
    while (yield partial(closing.lapse, now=occasion.now, day=occasion.day)):
        pass
    return Remark(RemarkCode.COMMITMENTS_EXPIRED, {"expired": expired}) if expired else None
