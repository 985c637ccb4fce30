"""Reading programmes in preparation, and what was approved of those in force."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.core.languages import _l
from tracker.programmes import queries
from tracker.programmes.models import CalendarDay, ProgrammePlan
from tracker.programmes.reporting import Days
from tracker.rule.calendar import WorkingCalendar

# Named anew: pages are given these rows, and know them by the queries that give them.
Plan = ProgrammePlan


def in_preparation(session: Session) -> Sequence[ProgrammePlan]:
    """All that are not approved yet, the one that begins first first."""
    waiting = sa.select(ProgrammePlan).where(ProgrammePlan.programme_id.is_(None))
    return session.scalars(waiting.order_by(ProgrammePlan.starts_on, ProgrammePlan.code)).all()


def by_token(session: Session, token: str) -> ProgrammePlan:
    """One of them, approved or not. Raises NotFound."""
    found = session.scalar(sa.select(ProgrammePlan).where(ProgrammePlan.token == token))
    if found is None:
        raise NotFound(_l("There is no such programme in preparation."))
    return found


def of_programme(session: Session, programme_id: int) -> ProgrammePlan | None:
    """What was approved of a programme; none of one that came with a package."""
    return session.scalar(sa.select(ProgrammePlan).where(ProgrammePlan.programme_id == programme_id))


def stored_files(session: Session) -> Iterator[str]:
    """The SHA-256 of every stored document that orders a programme."""
    yield from filter(None, session.scalars(sa.select(ProgrammePlan.basis_sha256)))


def periods(plan: ProgrammePlan) -> list[Days]:
    """The reporting calendar of a plan."""
    return [Days.read(one) for one in plan.periods]


def working_calendar(session: Session, calendar_id: int) -> WorkingCalendar:
    """A working calendar as the rule reckons with it."""
    days = queries.days(session, calendar_id)
    return WorkingCalendar((one.day for one in days if not one.works), (one.day for one in days if one.works))


def years_without_days(session: Session, calendar_id: int, years: Iterable[int]) -> list[int]:
    """Years of which a working calendar says nothing yet: no holiday is entered."""
    told = sa.select(CalendarDay.day).where(CalendarDay.calendar_id == calendar_id)
    return [
        year
        for year in years
        if session.scalar(told.where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))).limit(1)) is None
    ]
