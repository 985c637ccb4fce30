"""Reminding: queueing the mails of a day, and closing what is done. Who is to be told what, the queries read."""

from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.core.clock import Moment
from tracker.core.db.listeners import Touched
from tracker.core.db.unit_of_work import Units
from tracker.mail import service as mail
from tracker.reminders import digest, queries
from tracker.reminders.ladder import rung
from tracker.reminders.models import Told
from tracker.reminders.queries import Plan

KIND = "digest"
BATCH = 50  # persons in a unit of work
TOUCHED = 5_000  # targets in a statement: a loaded package touches more than one can name
# Built once: every report that is sent asks this.
_OPEN = sa.and_(Told.closed_on.is_(None), Told.target_id.in_(sa.bindparam("ids", expanding=True)))
_ANY_OPEN = sa.select(Told.id).where(_OPEN).limit(1)
_STILL_OPEN = sa.select(Told).where(_OPEN)


def units(day: date, now: Moment, host: str, base_url: str) -> Units[int]:
    """Queue today's digests: one mail a person at most, none to anybody on a day off, none about what is done."""
    plan: Plan = yield partial(queries.plan_of, day=day)
    receivers = sorted(plan, key=lambda receiver: receiver.person_id)
    queued = 0
    for start in range(0, len(receivers), BATCH):
        some = {receiver: plan[receiver] for receiver in receivers[start : start + BATCH]}
        queued += yield partial(tell, now=Moment(now.at, day), plan=some, host=host, base_url=base_url)
    return queued


def tell(session: Session, now: Moment, plan: Plan, host: str, base_url: str) -> int:
    """Queue one mail to each, about what they were not told on the same rung before; returns how many."""
    told = queries.told(session, [receiver.person_id for receiver in plan])
    bodies = agencies.names(session, {figure.agency_id for figures in plan.values() for figure in figures})
    queued = 0
    for receiver, figures in plan.items():
        new = [
            figure for figure in figures if (receiver.person_id, *queries.place(figure), rung(figure.left)) not in told
        ]
        if not new:
            continue
        row = mail.queue(
            session,
            now,
            key=f"{KIND}:{now.on.isoformat()}:{receiver.person_id}",
            kind=KIND,
            person_id=receiver.person_id,
            language=receiver.language or "vi",
            content=digest.content(receiver, new, bodies, now, base_url),
            host=host,
            ref=base_url,
        )
        if row is None:
            continue
        session.add_all(
            Told(
                person_id=receiver.person_id,
                target_id=figure.target_id,
                period_id=figure.period_id,
                rung=str(rung(figure.left)),
                told_on=now.on,
                mail_id=row.id,
            )
            for figure in new
        )
        queued += 1
    session.flush()
    return queued


def on_touched(session: Session, touched: Touched, now: Moment) -> None:
    """Close what was told and is owed no more, so that no mail about it leaves."""
    ids = [identity for kind, identity in touched if kind == "target"]
    for start in range(0, len(ids), TOUCHED):
        _close(session, ids[start : start + TOUCHED], now)


def _close(session: Session, ids: list[int], now: Moment) -> None:
    if session.connection().execute(_ANY_OPEN, {"ids": ids}).first() is None:
        return  # as mostly: without objects it is told sooner
    still_open = session.scalars(_STILL_OPEN, {"ids": ids}).all()
    owed = queries.still_owed(session, now.on, {row.target_id for row in still_open})
    for row in still_open:
        if (row.target_id, row.period_id) not in owed:
            row.closed_on = now.on
