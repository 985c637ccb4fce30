"""Reminding: who is told what today, closing what is done, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.models import Office
from tracker.commitments.models import Target
from tracker.compliance.owed import OwedFigure, owed_figures, owed_soon
from tracker.core.clock import Moment
from tracker.core.listeners import Touched
from tracker.core.unit_of_work import Units
from tracker.mail import service as mail
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress import queries as progress
from tracker.reminders import digest
from tracker.reminders.digest import Receiver
from tracker.reminders.ladder import rung
from tracker.reminders.models import Told

KIND = "digest"
BATCH = 50  # persons in a unit of work

Plan = dict[Receiver, list[OwedFigure]]


def units(day: date, now: Moment, host: str, base_url: str) -> Units:
    """Queue today's digests: one mail a person at most, none to anybody on a day off, none about what is done."""
    plan: Plan = yield partial(plan_of, day=day)
    receivers = sorted(plan, key=lambda receiver: receiver.person_id)
    queued = 0
    for start in range(0, len(receivers), BATCH):
        some = {receiver: plan[receiver] for receiver in receivers[start : start + BATCH]}
        queued += yield partial(tell, now=Moment(now.at, day), plan=some, host=host, base_url=base_url)
    return f"queued {queued} mails" if queued else None


def plan_of(session: Session, day: date) -> Plan:
    """Who is to be told of which figures on a day, by the ladder; reads only."""
    holders = defaultdict(list)
    for holder in agencies.holders(session, day, offices=(Office.HEAD, Office.OFFICER)):
        if holder.email and holder.wants_mail:
            holders[holder.agency_id].append(holder)
    with_head = progress.with_head(session)
    working = programmes.working_on(session, day)
    plan: Plan = defaultdict(list)
    for figures in owed_soon(session, day, Target.programme_id.in_(working)):
        for figure in figures:
            if rung(figure.left) is None:
                continue
            handed_on = (figure.target_id, figure.period_id) in with_head
            for holder in holders[figure.agency_id]:
                # What an officer has handed to the head is done, for the officer.
                if not (handed_on and holder.office is Office.OFFICER):
                    plan[Receiver(holder.person_id, holder.name, holder.language)].append(figure)
    return {receiver: _once(figures) for receiver, figures in plan.items()}


def tell(session: Session, now: Moment, plan: Plan, host: str, base_url: str) -> int:
    """Queue one mail to each, about what they were not told on the same rung before; returns how many."""
    told = _told(session, [receiver.person_id for receiver in plan])
    bodies = agencies.names(session, {figure.agency_id for figures in plan.values() for figure in figures})
    queued = 0
    for receiver, figures in plan.items():
        new = [figure for figure in figures if (receiver.person_id, *_place(figure), rung(figure.left)) not in told]
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
    if not ids:
        return
    still_open = session.scalars(sa.select(Told).where(Told.closed_on.is_(None), Told.target_id.in_(ids))).all()
    if not still_open:
        return
    owed = {_place(figure) for figure in owed_figures(session, now.on, Target.id.in_(ids))}
    for row in still_open:
        if (row.target_id, row.period_id) not in owed:
            row.closed_on = now.on


def still_due(session: Session, waiting: OutboxMail, now: Moment) -> Content | None:
    """What a waiting digest has to say now: its lines that are still owed, as they stand today; none where none is."""
    rows = session.scalars(sa.select(Told).where(Told.mail_id == waiting.id, Told.closed_on.is_(None))).all()
    person = people.by_id(session, waiting.person_id)
    if not rows or person is None:
        return None
    told = {(row.target_id, row.period_id) for row in rows}
    found = owed_figures(session, now.on, Target.id.in_({target_id for target_id, _ in told}))
    with_head = progress.with_head(session, {target_id for target_id, _ in told})
    heads = {
        holder.agency_id
        for holder in agencies.holders(session, now.on, offices=(Office.HEAD,))
        if holder.person_id == person.id
    }
    figures = [
        figure
        for figure in found
        if _place(figure) in told and (figure.agency_id in heads or _place(figure) not in with_head)
    ]
    if not figures:
        return None
    bodies = agencies.names(session, {figure.agency_id for figure in figures})
    receiver = Receiver(person.id, person.name, person.language)
    return digest.content(receiver, figures, bodies, now, waiting.ref or "")


def _once(figures: Iterable[OwedFigure]) -> list[OwedFigure]:
    """Each figure once, also for a person who holds two offices of a body."""
    return list({_place(figure): figure for figure in figures}.values())


def _place(figure: OwedFigure) -> tuple[int, int | None]:
    return figure.target_id, figure.period_id


def _told(session: Session, person_ids: list[int]) -> set[tuple[int, int, int | None, str]]:
    """What these persons were told and is still open: (person, target, period, rung)."""
    columns = (Told.person_id, Told.target_id, Told.period_id, Told.rung)
    found = sa.select(*columns).where(Told.person_id.in_(person_ids), Told.closed_on.is_(None))
    return {(row.person_id, row.target_id, row.period_id, row.rung) for row in session.execute(found)}
