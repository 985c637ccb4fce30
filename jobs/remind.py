"""remind: on working days at 07:30, one mail to each person who owes a report soon, today, or since yesterday."""

from jobs import assess
from jobs.work import Occasion
from tracker.core.db.unit_of_work import Units
from tracker.reminders import service


def run(occasion: Occasion) -> Units:
    """Plan today's reminders. Today's statuses come first: nobody is reminded by yesterday's."""
    yield from assess.run(occasion)
    return (yield from service.units(occasion.day, occasion.now, occasion.settings.host, occasion.settings.base_url))
