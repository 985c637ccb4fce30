"""Reading whom to remind of what: today's plan, what was told, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.owed import OwedFigure, owed_figures, owed_soon
from tracker.core.clock import Moment
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress import queries as progress
from tracker.reminders import digest
from tracker.reminders.digest import Receiver
from tracker.reminders.ladder import rung
from tracker.reminders.models import Told

Plan = dict[Receiver, list[OwedFigure]]


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


def still_due(session: Session, waiting: OutboxMail, now: Moment) -> Content | None:
    """What a waiting digest has to say now: its lines that are still owed, as they stand today; none where none is."""
    rows = session.scalars(sa.select(Told).where(Told.mail_id == waiting.id, Told.closed_on.is_(None))).all()
    person = people.by_id(session, waiting.person_id)
    if not rows or person is None:
        return None
    said = {(row.target_id, row.period_id) for row in rows}
    found = owed_figures(session, now.on, Target.id.in_({target_id for target_id, _ in said}))
    with_head = progress.with_head(session, {target_id for target_id, _ in said})
    heads = {
        holder.agency_id
        for holder in agencies.holders(session, now.on, offices=(Office.HEAD,))
        if holder.person_id == person.id
    }
    figures = [
        figure
        for figure in found
        if place(figure) in said and (figure.agency_id in heads or place(figure) not in with_head)
    ]
    if not figures:
        return None
    bodies = agencies.names(session, {figure.agency_id for figure in figures})
    receiver = Receiver(person.id, person.name, person.language)
    return digest.content(receiver, figures, bodies, now, waiting.ref or "")


def still_owed(session: Session, on: date, target_ids: Collection[int]) -> set[tuple[int, int | None]]:
    """Places (target, period) of all that these targets owe on a day."""
    return {place(figure) for figure in owed_figures(session, on, Target.id.in_(target_ids))}


def told(session: Session, person_ids: list[int]) -> set[tuple[int, int, int | None, str]]:
    """What these persons were told and is still open: (person, target, period, rung); mails that never left are out."""
    columns = (Told.person_id, Told.target_id, Told.period_id, Told.rung)
    found = (
        sa.select(*columns)
        .join(OutboxMail, OutboxMail.id == Told.mail_id)
        .where(Told.person_id.in_(person_ids), Told.closed_on.is_(None), OutboxMail.state.not_in(("dropped", "failed")))
    )
    return {(row.person_id, row.target_id, row.period_id, row.rung) for row in session.execute(found)}


def place(figure: OwedFigure) -> tuple[int, int | None]:
    """What a figure is owed for: its target's id and its period's, none for a completion."""
    return figure.target_id, figure.period_id


def _once(figures: Iterable[OwedFigure]) -> list[OwedFigure]:
    """Each figure once, also for a person who holds two offices of a body."""
    return list({place(figure): figure for figure in figures}.values())
