"""What was asked for by hand, as lines of the day's mails: whoever acts in the body is told once of each asking, with
their next mail; what is done by then is left out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.queries import Holder
from tracker.mail.models import TOLD, OutboxMail
from tracker.reminders import declared
from tracker.reminders.asking.models import Asking
from tracker.reminders.declared import Within
from tracker.reminders.duty import TARGET, Duty, Line, Place
from tracker.reminders.ladder import BODY, Audience, Occasion
from tracker.reminders.models import ReminderSent
from tracker.reminders.receivers import WrittenTo, can_be_told

HELD_FOR = timedelta(days=7)  # so long whoever could not be told yet is told still
OCCASIONS = (Occasion.RETURN, Occasion.REPORT)
Told = tuple[int, int, Place]  # the asking, the person, what about
Lines = dict[int, dict[object, Line]]  # by person, one line for each thing


def waiting(session: Session, day: date, programmes: Collection[int]) -> list[Asking]:
    """The askings of the last days, in these programmes, of which somebody may not have been told by a day."""
    lately = (Asking.leaves_on <= day, Asking.leaves_on > day - HELD_FOR, Asking.programme_id.in_(programmes))
    return list(session.scalars(sa.select(Asking).where(*lately)))


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Asking]:
    """These askings."""
    found = session.scalars(sa.select(Asking).where(Asking.id.in_(ids))) if ids else ()
    return {one.id: one for one in found}


def add(session: Session, day: date, lines: Lines, written_to: WrittenTo, askings: Collection[Asking]) -> None:
    """Add to the lines of a day what these askings ask for and is owed still, for each who was not told of it. What the
    ladder tells on that day already is said to be asked for too."""
    asked = _by_place(askings)
    if not asked:
        return
    told = _told(session, askings)
    for duty in duties(session, day, asked):
        for audience, holder in doing(duty, written_to):
            asking = asked[duty.place]
            if (asking.id, holder.person_id, duty.place) in told or not can_be_told(holder):
                continue
            _put(lines.setdefault(holder.person_id, {}), duty, audience, asking.id)


def duties(session: Session, day: date, places: Iterable[Place]) -> list[Duty]:
    """What is owed on a day of what is asked for."""
    wanted = set(places)
    things = {TARGET: {subject_id for _kind, subject_id, _part in wanted}}
    opened = declared.open_on(session, [day], Within(things=things), OCCASIONS)
    return [duty for _day, some in opened for duty in some if duty.place in wanted and duty.occasion in OCCASIONS]


def doing(duty: Duty, written_to: WrittenTo) -> list[tuple[Audience, Holder]]:
    """Whoever acts in the body and can do it now, each once, as the highest of their offices."""
    found: dict[int, tuple[Audience, Holder]] = {}
    for audience, holder in written_to.of(duty):
        other = found.get(holder.person_id)
        if audience in BODY and (other is None or BODY.index(other[0]) < BODY.index(audience)):
            found[holder.person_id] = audience, holder
    return list(found.values())


def put_back(
    session: Session,
    day: date,
    own: dict[object, Line],
    written_to: WrittenTo,
    person_id: int,
    said: Mapping[Place, int],
    askings: Collection[Asking],
) -> None:
    """The same for a mail of one person that waits to leave: what it says to be asked for (`said`: by which asking)."""
    ids = {one.id for one in askings}
    places = {place for place, asking_id in said.items() if asking_id in ids}
    for duty in duties(session, day, places) if places else ():
        for audience, holder in doing(duty, written_to):
            if holder.person_id == person_id and can_be_told(holder):
                _put(own, duty, audience, said[duty.place])


def _put(own: dict[object, Line], duty: Duty, audience: Audience, asking_id: int) -> None:
    """Of a person one line for each thing: what the ladder says, with who asked."""
    line = own.get(duty.key)
    if line is not None and line.duty.place == duty.place:
        own[duty.key] = replace(line, asking_id=asking_id)
    else:
        own[duty.key] = Line(duty, -duty.left, audience, asking_id=asking_id, by_hand=True)


def _by_place(askings: Iterable[Asking]) -> Mapping[Place, Asking]:
    """The latest asking of each place."""
    found: dict[Place, Asking] = {}
    for asking in sorted(askings, key=lambda one: one.id, reverse=True):
        for target_id in asking.targets:
            found.setdefault((TARGET, target_id, asking.period_id), asking)
    return found


def _told(session: Session, askings: Collection[Asking]) -> set[Told]:
    """Who was told of these askings already, by a mail that left or may leave still."""
    rows = (
        sa.select(ReminderSent)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(ReminderSent.asking_id.in_([one.id for one in askings]), TOLD)
    )
    return {(row.asking_id or 0, row.person_id, row.place) for row in session.scalars(rows)}


def mailed_today(session: Session, person_ids: Collection[int], day: date) -> dict[int, datetime]:
    """Who of these was told something on a day already, and when that was written: nobody gets two mails a day."""
    rows = (
        sa.select(ReminderSent.person_id, sa.func.max(OutboxMail.created_at))
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(ReminderSent.person_id.in_(person_ids), ReminderSent.told_on == day)
        .group_by(ReminderSent.person_id)
    )
    return {row[0]: row[1] for row in session.execute(rows)}
