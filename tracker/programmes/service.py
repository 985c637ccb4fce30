"""Changing working calendars. A change is for days still ahead only: what a past day was, stays."""

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import service as audit
from tracker.audit.events import Event
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import FieldError
from tracker.core.languages import Text, _l
from tracker.programmes.models import CalendarDay, WorkingCalendar

_BEGUN: Text = _l("Only days that are still ahead can be changed: the past was judged by them.")
_DIFFERS: Text = _l("This day already differs from the usual week. Take that back first.")
STANDARD_NAME = "Việt Nam"
SATURDAY = 5


def seed_calendar(session: Session, name: str, off: Mapping[date, str], worked: Iterable[date]) -> WorkingCalendar:
    """A calendar with weekdays off, each with its name, and with rest days that are worked instead."""
    calendar = WorkingCalendar(name=name)
    session.add(calendar)
    session.flush()
    session.add_all(CalendarDay(calendar_id=calendar.id, day=day, works=False, note=off[day]) for day in off)
    session.add_all(CalendarDay(calendar_id=calendar.id, day=day, works=True, note=None) for day in worked)
    session.flush()
    return calendar


def make_calendar(
    session: Session, now: Moment, actor_id: int, name: str, off: Mapping[date, str], worked: Iterable[date]
) -> WorkingCalendar:
    """The same by a person's press: it stands in the record."""
    calendar = seed_calendar(session, name, off, worked)
    audit.record(session, now, Event.CALENDAR_MADE, actor_id=actor_id, subject=("calendar", calendar.id))
    return calendar


def add_holidays(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    calendar: WorkingCalendar,
    off: Mapping[date, str],
    worked: Iterable[date],
) -> int:
    """Enter public holidays and the days worked in exchange, as far as they are ahead and nothing stands for them;
    returns how many."""
    stand = set(session.scalars(sa.select(CalendarDay.day).where(CalendarDay.calendar_id == calendar.id)))
    new = dict.fromkeys(off, False) | dict.fromkeys(worked, True)
    rows = [
        CalendarDay(calendar_id=calendar.id, day=day, works=works, note=off.get(day))
        for day, works in sorted(new.items())
        if day > now.on and day not in stand
    ]
    if rows:
        session.add_all(rows)
        years = sorted({str(row.day.year) for row in rows})
        told = {"days": len(rows), "years": years}
        _changed(session, now, actor_id, calendar, Event.CALENDAR_HOLIDAYS_ADDED, told)
    return len(rows)


def set_day(session: Session, now: Moment, *, actor_id: int, calendar: WorkingCalendar, day: date, note: str) -> None:
    """Turn a day over: a working day is off from now on, a rest day is worked. Refuses days that have begun."""
    fault = fault_of_day(session, now.on, calendar.id, day)
    if fault is not None:
        raise FieldError("day", fault)
    works = day.weekday() >= SATURDAY
    session.add(CalendarDay(calendar_id=calendar.id, day=day, works=works, note=note))
    _changed(session, now, actor_id, calendar, Event.CALENDAR_DAY_SET, {"day": day.isoformat(), "works": works})


def fault_of_day(session: Session, today: date, calendar_id: int, day: date) -> Text | None:
    """Why a day cannot be turned over, or none."""
    if day <= today:
        return _BEGUN
    differs = session.get(CalendarDay, (calendar_id, day)) is not None
    return _DIFFERS if differs else None


def clear_day(session: Session, now: Moment, *, actor_id: int, calendar: WorkingCalendar, day: date) -> None:
    """Let a day ahead be as the usual week has it."""
    _ahead(now, day)
    session.execute(sa.delete(CalendarDay).where(CalendarDay.calendar_id == calendar.id, CalendarDay.day == day))
    _changed(session, now, actor_id, calendar, Event.CALENDAR_DAY_CLEARED, {"day": day.isoformat()})


def _ahead(now: Moment, day: date) -> None:
    if day <= now.on:
        raise FieldError("day", _BEGUN)


def _changed(
    session: Session, now: Moment, actor_id: int, calendar: WorkingCalendar, event: Event, detail: dict[str, object]
) -> None:
    session.flush()
    audit.record(session, now, event, actor_id=actor_id, subject=("calendar", calendar.id), detail=detail)
    touch(session, "calendar", calendar.id)
