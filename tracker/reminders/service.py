"""Reminding: queueing the mails of a day, and closing what is done. Who is to be told what, the queries read."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.compliance.records.facts import Record
from tracker.compliance.telling.owed import owed_slots
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.mail import service as mail
from tracker.mail.service import Letter
from tracker.people.models import Person
from tracker.reminders import declared, digest, queries
from tracker.reminders.declared import Within
from tracker.reminders.duty import TARGET, Line, Step
from tracker.reminders.ladder import Occasion
from tracker.reminders.models import ReminderSent, place_of
from tracker.reminders.queries import Plan
from tracker.reminders.receivers import Receiver
from tracker.settings import Site

KIND = "digest"
BATCH = 50  # persons in a unit of work
ROWS = 2000  # told rows in a unit of work
OF_FIGURES = (str(Occasion.REPORT), str(Occasion.RETURN))
# Built once: every report that is sent asks this. Without objects, as mostly there is none.
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_TOLD = sa.select(
    *(ReminderSent.id, ReminderSent.target_id, ReminderSent.period_id, ReminderSent.occasion),
    *(ReminderSent.subject_kind, ReminderSent.subject_id, ReminderSent.part),
).where(ReminderSent.closed_on.is_(None))
_OPEN = _TOLD.where(ReminderSent.target_id.in_(_IDS))
_SOME = _TOLD.where(ReminderSent.id > sa.bindparam("after")).order_by(ReminderSent.id).limit(ROWS)
_CLOSE = sa.update(ReminderSent).where(ReminderSent.id.in_(_IDS)).values(closed_on=sa.bindparam("on", type_=sa.Date))


def units(day: date, now: Moment, site: Site) -> Units[int]:
    """Queue today's digests: one mail a person at most, none to anybody on a day off, none about what is done. First
    what was told and is done by now is closed."""
    after: int | None = 0
    while after is not None:
        after = yield partial(close_gone, after=after, on=day)
    plan: Plan = yield partial(queries.plan_of, day=day)
    receivers = sorted(plan, key=lambda receiver: receiver.person_id)
    queued = 0
    for start in range(0, len(receivers), BATCH):
        some = {receiver: plan[receiver] for receiver in receivers[start : start + BATCH]}
        queued += yield partial(tell, now=Moment(now.at, day), plan=some, site=site)
    return queued


def tell(session: Session, now: Moment, plan: Plan, site: Site) -> int:
    """Queue one mail to each who is to be told something on a step on which they were not told of it before, with all
    that they are told of by now; returns how many. A mail of another day that still waits counts for nothing."""
    persons = [receiver.person_id for receiver in plan]
    _hold(session, persons)
    mail.withdraw(session, now, KIND, persons)
    told = queries.told(session, persons)
    new = {
        receiver: queries.to_tell(lines, receiver.person_id, told)
        for receiver, lines in plan.items()
        if _news(receiver, lines, told)
    }
    bodies = agencies.names(session, {line.duty.agency_id for lines in new.values() for line in lines})
    letters = [
        Letter(
            key=f"{KIND}:{now.on.isoformat()}:{receiver.person_id}",
            kind=KIND,
            person_id=receiver.person_id,
            language=receiver.language or "vi",
            content=digest.content(receiver, lines, bodies, now, site, queries.said_of(session, lines)),
            host=site.host,
        )
        for receiver, lines in new.items()
    ]
    queued = mail.queue_all(session, now, letters)
    session.add_all(
        _row(line, receiver.person_id, now.on, row.id, told)
        for row, (receiver, lines) in zip(queued, new.items(), strict=True)
        if row is not None
        for line in lines
    )
    session.flush()
    return sum(row is not None for row in queued)


def _hold(session: Session, person_ids: Collection[int]) -> None:
    """Of two who would tell somebody at once, let one wait for the other: nobody is told twice on a day."""
    held = sa.select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    session.execute(held.with_for_update(key_share=True))


def _row(line: Line, person_id: int, on: date, mail_id: int, told: Collection[tuple[int, Step]]) -> ReminderSent:
    duty = line.duty
    of_target = duty.kind == TARGET
    return ReminderSent(
        person_id=person_id,
        target_id=duty.subject_id if of_target else None,
        period_id=duty.part if of_target else None,
        occasion=str(duty.occasion),
        subject_kind=duty.kind,
        subject_id=duty.subject_id,
        part=duty.part or 0,
        rung=line.rung,
        counted_on=duty.by,
        standing=queries.already(line, person_id, told),
        told_on=on,
        mail_id=mail_id,
        audience=str(line.audience),
        agency_id=duty.agency_id,
        asking_id=line.asking_id,
    )


def _news(receiver: Receiver, lines: Collection[Line], told: Collection[tuple[int, Step]]) -> bool:
    return any(not queries.already(line, receiver.person_id, told) for line in lines)


def close(session: Session, now: Moment, records: list[Record]) -> None:
    """Close what was told of these targets and is open no more, so that no mail about it leaves.

    Called with what a re-assessment rests on, so that what is owed is not read twice; of other occasions their sources
    are asked, where anything of them was told.
    """
    told = session.connection().execute(_OPEN, {"ids": [record.target_id for record in records]}).all()
    about = {row.target_id for row in told}
    owed = {place for record in records if record.target_id in about for place in owed_slots(record, now.on)}
    done = [row.id for row in told if row.occasion in OF_FIGURES and (row.target_id, row.period_id) not in owed]
    done += _gone(session, now.on, [row for row in told if row.occasion not in OF_FIGURES])
    if done:
        session.connection().execute(_CLOSE, {"ids": done, "on": now.on})


def close_gone(session: Session, after: int, on: date) -> int | None:
    """Close what was told and is open no more, whatever brought that about: some rows after a number. The number of the
    last one; none where there were no more."""
    rows = session.execute(_SOME, {"after": after}).all()
    if done := _gone(session, on, rows):
        session.connection().execute(_CLOSE, {"ids": done, "on": on})
    return rows[-1].id if len(rows) == ROWS else None


def _gone(session: Session, on: date, rows: Sequence[Any]) -> list[int]:
    """Those of these rows of which nothing is open on a day."""
    if not rows:
        return []
    occasions = {Occasion(row.occasion) for row in rows}
    places = {row.id: place_of(row) for row in rows}
    opened = declared.open_on(session, [on], Within(things=queries.things_of(places.values())), occasions)
    open_ones = {(str(duty.occasion), duty.place) for _day, duties in opened for duty in duties}
    return [row.id for row in rows if (row.occasion, places[row.id]) not in open_ones]
