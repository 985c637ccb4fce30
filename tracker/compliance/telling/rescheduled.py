"""What another working calendar or reporting calendar would move: the days by which targets are due, and their reports.

Each target is asked by the rule twice, as its calendars are and as they would be; nothing is stored.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.records.facts import Record, stream
from tracker.core.db.database import Condition
from tracker.programmes.models import Programme
from tracker.programmes.queries import not_long_over
from tracker.programmes.reporting import Days
from tracker.rule import Facts, Ledger, WorkingCalendar, owed_periods, settled_deadline
from tracker.rule.facts import Period

Altered = Callable[[Facts], Facts]


class What(NamedTuple):
    """What would be due on another day: the reports for a period, or (none) targets themselves; none for a day on which
    nothing is due."""

    programme_id: int
    period: str | None
    before: date | None
    after: date | None


@dataclass
class Many:
    """How many targets it concerns, of which bodies."""

    targets: int = 0
    agencies: set[int] = field(default_factory=set)


def with_calendar(calendar: WorkingCalendar) -> Altered:
    """As another working calendar would have it."""
    return lambda facts: replace(facts, calendar=calendar)


def with_day(calendar: WorkingCalendar, day: date, works: bool | None) -> WorkingCalendar:
    """A calendar in which a day is worked, off, or (none) as the usual week has it."""
    off, worked = calendar.off_days - {day}, calendar.working_days - {day}
    return WorkingCalendar(off | {day} if works is False else off, worked | {day} if works else worked)


def with_periods(periods: Iterable[Days]) -> Altered:
    """As other periods of their frequency would have it."""
    ordered = sorted(periods, key=lambda one: (one.cut_off, one.code))
    found = tuple(Period(one.code, one.starts_on, one.cut_off, one.due_on) for one in ordered)
    return lambda facts: replace(facts, periods=found)


def on_calendar(calendar_id: int, on: date) -> tuple[Condition, ...]:
    """Conditions: targets of the programmes of a working calendar, of one that is over as long as reports are asked for
    in it."""
    programmes = sa.select(Programme.id).where(Programme.calendar_id == calendar_id, not_long_over(on))
    return (Target.programme_id.in_(programmes), *_going_on(on))


def at_frequency(programme_id: int, frequency: str, on: date) -> tuple[Condition, ...]:
    """Conditions: targets of a programme that are reported at a frequency."""
    return (Target.programme_id == programme_id, Target.frequency == frequency, *_going_on(on))


def moved(session: Session, on: date, where: tuple[Condition, ...], altered: Altered) -> dict[What, Many]:
    """What would be due on another day than now, as far as one of the two days is still ahead; by programme and day."""
    found: dict[What, Many] = {}
    for records in stream(session, *where):
        for record in records:
            for what in _of_target(record, on, altered):
                many = found.setdefault(what, Many())
                many.targets += 1
                many.agencies.add(record.agency_id)
    return dict(sorted(found.items(), key=lambda one: _order(one[0])))


def _of_target(record: Record, on: date, altered: Altered) -> Iterator[What]:
    other = altered(record.facts)
    if other == record.facts:
        return
    before, after = Ledger(record.facts).known(on), Ledger(other).known(on)
    days: dict[str | None, tuple[date | None, date | None]] = {
        None: (settled_deadline(before), settled_deadline(after))
    }
    was_due, now_due = (
        {one.period.code: one.due_on for one in owed_periods(known, on) if one.sent_on is None}
        for known in (before, after)
    )
    for code in dict.fromkeys((*was_due, *now_due)):
        days[code] = was_due.get(code), now_due.get(code)
    for period, (was, now) in days.items():
        if was != now and max(filter(None, (was, now))) > on:
            yield What(record.programme_id, period, was, now)


def _going_on(on: date) -> tuple[Condition, ...]:
    return (sa.or_(Target.ended_on.is_(None), Target.ended_on > on),)


def _order(what: What) -> tuple[date, str]:
    return min(filter(None, (what.before, what.after))), what.period or ""
