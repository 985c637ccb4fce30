"""Adding calendars and programmes as a package brings them: judged before, told to the record by the loader."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.db import bulk
from tracker.programmes.models import CalendarDay, Period, PolicyVersion, Programme, WorkingCalendar


def calendar(session: Session, name: str, off_days: Iterable[date], working_days: Iterable[date]) -> int:
    """Add a working calendar with its days; returns its id."""
    (calendar_id,) = bulk.insert(session, WorkingCalendar, [{"name": name}])
    days = [(day, False) for day in off_days] + [(day, True) for day in working_days]
    rows = [{"calendar_id": calendar_id, "day": day, "works": works, "note": None} for day, works in days]
    bulk.add(session, CalendarDay, rows)
    return calendar_id


def programme(session: Session, row: Mapping[str, Any], policy: Mapping[str, Any], periods: bulk.Rows) -> int:
    """Add a programme (code, title, starts_on, ends_on, calendar_id), its policy and periods; returns its id."""
    (programme_id,) = bulk.insert(session, Programme, [row])
    bulk.add(session, PolicyVersion, [{"programme_id": programme_id, "from_on": None, "values": dict(policy)}])
    bulk.insert(session, Period, [{**period, "programme_id": programme_id} for period in periods])
    return programme_id
