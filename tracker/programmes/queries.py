"""Reading programmes, their reporting calendar, policy versions and working calendars."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core import letters
from tracker.core.errors import NotFound
from tracker.core.languages import _l
from tracker.programmes.models import CalendarDay, WorkingCalendar

# Named anew: pages are given these rows, and know them by the queries that give them.
from tracker.programmes.models import PolicyVersion as PolicyVersion
from tracker.programmes.models import Programme as Programme

REST_DAYS_FROM = 5  # Saturday, as Python numbers weekdays
# By then the last reports of a programme are sent, appraised and, if need be, answered: nothing in it waits any more.
CLOSED_AFTER = timedelta(days=120)


def programmes(session: Session) -> Sequence[Programme]:
    """All programmes, the one that began last first."""
    return session.scalars(sa.select(Programme).order_by(Programme.starts_on.desc(), Programme.code)).all()


def not_long_over(on: date) -> sa.ColumnElement[bool]:
    """Condition on Programme: reports are still asked for in it."""
    return Programme.ends_on >= on - CLOSED_AFTER


def programme(session: Session, code: str) -> Programme:
    """The programme with a code, whatever its case. Raises NotFound."""
    found = _called(session, code) or _called(
        session, letters.meant(code, session.scalars(sa.select(Programme.code).order_by(Programme.id)))
    )
    if found is None:
        raise NotFound(_l("There is no such programme."))
    return found


def _called(session: Session, code: str | None) -> Programme | None:
    return session.scalar(sa.select(Programme).where(Programme.code == code))


def hold(session: Session, programme_id: int) -> None:
    """Of two who ask for something of a programme at once, let one wait for the other."""
    session.execute(sa.select(Programme.id).where(Programme.id == programme_id).with_for_update(key_share=True))


def by_id(session: Session, programme_id: int) -> Programme:
    """One programme. Raises NotFound."""
    found = session.get(Programme, programme_id)
    if found is None:
        raise NotFound(_l("There is no such programme."))
    return found


def current(session: Session, on: date) -> Programme | None:
    """The programme that a reader looks at when none is chosen: of those begun, the one that began last."""
    begun = sa.select(Programme).where(Programme.starts_on <= on).order_by(Programme.starts_on.desc(), Programme.code)
    return session.scalar(begun.limit(1))


def policy_versions(session: Session, programme_id: int) -> Sequence[PolicyVersion]:
    """The policy versions of a programme, the first one (from the beginning) first."""
    found = session.scalars(sa.select(PolicyVersion).where(PolicyVersion.programme_id == programme_id))
    return sorted(found, key=lambda version: version.from_on or date.min)


def working_on(session: Session, day: date) -> list[int]:
    """Ids of the programmes for whose calendar a day is a working day."""
    differs = sa.and_(CalendarDay.calendar_id == Programme.calendar_id, CalendarDay.day == day)
    found = session.execute(sa.select(Programme.id, CalendarDay.works).join(CalendarDay, differs, isouter=True))
    usual = day.weekday() < REST_DAYS_FROM
    return [programme_id for programme_id, works in found if (usual if works is None else works)]


def calendars(session: Session) -> Sequence[WorkingCalendar]:
    """All working calendars, by name."""
    return session.scalars(sa.select(WorkingCalendar).order_by(WorkingCalendar.name)).all()


def calendar(session: Session, calendar_id: int) -> WorkingCalendar:
    """One working calendar. Raises NotFound."""
    found = session.get(WorkingCalendar, calendar_id)
    if found is None:
        raise NotFound(_l("There is no such calendar."))
    return found


def calendar_named(session: Session, name: str | None) -> WorkingCalendar:
    """The working calendar of a name, without one the first by name. Raises NotFound."""
    found = next((one for one in calendars(session) if not name or one.name == name), None)
    if found is None:
        raise NotFound(_l("There is no such calendar."))
    return found


def days(session: Session, calendar_id: int) -> Sequence[CalendarDay]:
    """The days of a calendar that differ from "Monday to Friday", in order."""
    return session.scalars(
        sa.select(CalendarDay).where(CalendarDay.calendar_id == calendar_id).order_by(CalendarDay.day)
    ).all()
