"""What was decided on reports: news to their bodies, from the next day on, as a decision can be taken back on its
own."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.core.languages import by_each_language, text_by_language
from tracker.programmes.frames import Frames
from tracker.progress import decided
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import TARGET, Duty
from tracker.reminders.ladder import Occasion


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """What was decided lately and stands; of one report on one day the last."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    rows = decided.between(session, days[0] - within.behind, max(days), (Target.closed_on.is_(None), *where))
    frames = Frames(session).of({row.Target.programme_id for row in rows}) if rows else {}
    last = {(row.Target.id, row.Report.period_id, row.decided_on): row for row in reversed(rows)}
    for day in days:
        lately = [row for row in last.values() if day - within.behind < row.decided_on < day]
        yield day, [_duty(row, frames[row.Target.programme_id].calendar.left(day, row.decided_on)) for row in lately]


def _duty(row: Any, left: int) -> Duty:
    target = row.Target
    return Duty(
        occasion=Occasion.DECISION,
        kind=TARGET,
        subject_id=target.id,
        part=row.Report.period_id,
        agency_id=target.agency_id,
        at=target.agency_id,
        programme_id=target.programme_id,
        by=row.decided_on,
        left=left,
        title=target.title,
        what=partial(text_by_language, by_each_language(partial(_what, row))),  # a row is gone after its unit of work
        page=f"/figures/{target.token}/{row.period or 'completion'}",
        text=row.reason or "",
        order=(target.code,),
    )


def _what(row: Any) -> str:
    return f"{decided.place(row)}: {decided.sentence(row)}"


SOURCE = Declared((Occasion.DECISION,), TARGET, open_on)
