"""urge: each day at 07:45, behind the reminders: the letter of each body of which something reached the ladder's top
is drafted, apologies are asked for, and letters of which all is done are closed. None is sent."""

from jobs.work import Occasion
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.urging import drafting


def run(occasion: Occasion) -> Units[Remark | None]:
    """One letter a unit."""
    done = yield from drafting.units(occasion.day, occasion.now, occasion.settings.site)
    if not (done.drafted or done.owed or done.settled):
        return None
    figures = {"drafted": done.drafted, "owed": done.owed, "closed": done.settled}
    return Remark(RemarkCode.LETTERS_DRAFTED, figures)
