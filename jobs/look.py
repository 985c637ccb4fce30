"""look: each night, behind the day's statuses: what raises a question in what was recorded since the last look is
noted. Nobody is asked or told of it."""

from datetime import timedelta
from functools import partial

from jobs.work import Occasion, last_done
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signs import looking

AT_FIRST = timedelta(days=366)  # where nobody ever looked


def run(occasion: Occasion) -> Units[Remark | None]:
    """A batch of targets a unit."""
    done = yield partial(last_done, job="look")
    new = yield from looking.units(done or occasion.day - AT_FIRST, occasion.day, occasion.now)
    return Remark(RemarkCode.SIGNS_NOTED, {"noted": new}) if new else None
