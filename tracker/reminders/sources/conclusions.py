"""What the committee concluded and is not done: the office that it was given to does it, ahead of its day and after."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.languages import _, format_day
from tracker.duties import queries
from tracker.duties.models import Conclusion
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import CONCLUSION, Duty
from tracker.reminders.ladder import Audience, Occasion
from tracker.rule import WorkingCalendar


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Each from the day of its meeting on, by its own day."""
    where = within.where(CONCLUSION, Conclusion.id, Conclusion.agency_id, Conclusion.programme_id)
    rows = queries.open_then(session, max(days), where)
    calendars = within.calendars(session, {row.programme_id for row in rows})
    for day in days:
        yield day, [_duty(row, day, calendars) for row in rows if row.met_on <= day]


def _duty(row: Any, day: date, calendars: Mapping[int, WorkingCalendar]) -> Duty:
    return Duty(
        occasion=Occasion.CONCLUSION,
        kind=CONCLUSION,
        subject_id=row.id,
        agency_id=row.agency_id,
        at=row.agency_id,
        programme_id=row.programme_id,
        by=row.due_on,
        left=calendars[row.programme_id].left(day, row.due_on),
        title=row.title or row.agency_name,
        what=partial(_what, row.met_on),
        page=f"/conclusions/{row.token}",
        handed_to=Audience(row.office),
        text=row.task,
    )


def _what(met_on: date) -> str:
    return _("Concluded by the meeting of %(day)s", day=format_day(met_on))


SOURCE = Declared((Occasion.CONCLUSION,), CONCLUSION, open_on)
