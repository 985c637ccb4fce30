"""answer: every minute, what was asked about a whole programme is answered, in small units that outlive a crash."""

from datetime import timedelta
from functools import partial

from jobs.work import Occasion
from tracker.compliance.recalculations import service as recalculations
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode

LONGEST = timedelta(seconds=30)  # then the next minute's run goes on: other jobs wait for this one


def run(_occasion: Occasion) -> Units[Remark | None]:
    """Answer what waits, the oldest first, for half a minute."""
    until, answered = clock.now() + LONGEST, 0
    while clock.now() < until:
        recalculation_id: int | None = yield recalculations.take
        if recalculation_id is None:
            break
        more = True
        while more and clock.now() < until:
            more = yield partial(recalculations.go_on, recalculation_id=recalculation_id, now=clock.moment())
        answered += not more
    return Remark(RemarkCode.RECALCULATIONS_ANSWERED, {"answered": answered}) if answered else None
