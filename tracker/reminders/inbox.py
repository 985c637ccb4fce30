"""The product's own inbox: what a person was told and is still open, each thing once. What is done goes by itself.

The mail that told it may have failed, or never left: here it stands all the same.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.reminders import declared
from tracker.reminders.declared import Within
from tracker.reminders.duty import Line, Place
from tracker.reminders.ladder import WAYS, Occasion
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.reminders.queries import lines_of
from tracker.reminders.receivers import people_written_to

Thing = tuple[str, Place]  # the occasion, and what it is about
_PART = sa.case(
    (ReminderSent.subject_id.is_(None), sa.func.coalesce(ReminderSent.period_id, 0)), else_=ReminderSent.part
)
_THING = (
    ReminderSent.occasion.concat("/")
    .concat(ReminderSent.subject_kind)
    .concat("/")
    .concat(sa.cast(sa.func.coalesce(ReminderSent.subject_id, ReminderSent.target_id), sa.String))
    .concat("/")
    .concat(sa.cast(_PART, sa.String))
)


_NEWS = [str(occasion) for occasion, way in WAYS.items() if way.news]


def _things(*conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    """How many things of these tellings are open, each once."""
    return sa.select(sa.func.count(sa.distinct(_THING))).where(ReminderSent.closed_on.is_(None), *conditions)


def unseen(person: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """How many things a person was told of and has not seen here, as a part of another statement."""
    return _things(ReminderSent.person_id == person, ReminderSent.seen_at.is_(None)).scalar_subquery()


def waiting(session: Session, person_id: int, _now: Moment) -> int:
    """How many things wait for somebody: news are told there too, and nothing is to be done about them."""
    mine = (ReminderSent.person_id == person_id, ReminderSent.occasion.not_in(_NEWS))
    return session.scalar(_things(*mine)) or 0


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in the inbox, as it stands today. `is_new`: told, or told again, since it was seen last."""

    line: Line
    first_on: date
    last_on: date
    is_new: bool

    @property
    def key(self) -> str:
        """What a form names it by."""
        return key_of((str(self.line.duty.occasion), self.line.duty.place))


def key_of(thing: Thing) -> str:
    """A thing as one text, as `_THING` writes it."""
    occasion, (kind, subject_id, part) = thing
    return f"{occasion}/{kind}/{subject_id}/{part}"


def of_person(session: Session, person_id: int, today: date) -> Sequence[Told]:
    """What stands in somebody's inbox: what is new first, then by its day. What ended since is left out. Reads only."""
    mine = sa.select(ReminderSent).where(ReminderSent.person_id == person_id, ReminderSent.closed_on.is_(None))
    tellings: dict[Thing, list[ReminderSent]] = defaultdict(list)
    for row in session.scalars(mine):
        tellings[row.occasion, row.place].append(row)
    if not tellings:
        return ()
    things: dict[str, set[int]] = defaultdict(set)
    for _occasion, (kind, subject_id, _part) in tellings:
        things[kind].add(subject_id)
    occasions = [one for one in Occasion if str(one) in {occasion for occasion, _place in tellings}]
    opened = list(declared.open_on(session, [today], Within(things=things), occasions))
    programmes = {duty.programme_id for _day, duties in opened for duty in duties}  # on a day off too
    written_to, ladders = people_written_to(session, today), on_day(session, today)
    lines = lines_of(iter(opened), written_to, ladders, programmes)[today].get(person_id, {})
    found = []
    for line in lines.values():
        rows = tellings.get((str(line.duty.occasion), line.duty.place))
        if rows:
            days = [row.told_on for row in rows]
            found.append(Told(line, min(days), max(days), any(row.seen_at is None for row in rows)))
    return sorted(found, key=lambda one: (not one.is_new, one.line.above, one.line.duty.by, one.line.duty.order))


def see(session: Session, now: Moment, *, person_id: int, keys: Collection[str] | None = None) -> int:
    """A person saw what they were told: all of it, or these things. Told again, a thing is new again. Returns how many
    tellings were seen."""
    mine = sa.and_(ReminderSent.person_id == person_id, ReminderSent.seen_at.is_(None))
    seen = sa.update(ReminderSent).where(mine, ReminderSent.closed_on.is_(None))
    if keys is not None:
        seen = seen.where(_THING.in_(keys))
    done = session.execute(seen.values(seen_at=now.at), execution_options={"synchronize_session": False})
    return int(getattr(done, "rowcount", 0))
