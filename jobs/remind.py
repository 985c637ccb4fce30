"""remind: on working days at 07:30, one mail to each person who owes a report soon, today, or since yesterday;
on the first of a week one to the People's Committee about the week before."""

from jobs import assess
from jobs.work import Occasion
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.reminders import service
from tracker.reminders.weekly import service as weekly


def run(occasion: Occasion) -> Units[Remark | None]:
    """Plan today's reminders. Today's statuses come first: nobody is reminded by yesterday's."""
    yield from assess.run(occasion)
    queued = yield from service.units(occasion.day, occasion.now, occasion.settings.site)
    queued += yield from weekly.units(occasion.day, occasion.now, occasion.settings.site)
    return Remark(RemarkCode.MAILS_QUEUED, {"queued": queued}) if queued else None
