"""Reading whom to remind of what: today's plan, what was told, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.queries import shut_out_of
from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office, in_whose_name
from tracker.agencies.queries import Holder
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import OwedFigure, owed_figures, owed_soon
from tracker.core.clock import Moment
from tracker.core.languages import in_language
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress import queries as progress
from tracker.progress.queries import Report
from tracker.reminders import digest
from tracker.reminders.digest import Receiver
from tracker.reminders.ladder import rung
from tracker.reminders.models import ReminderSent
from tracker.settings import Site

Plan = dict[Receiver, list[OwedFigure]]


def plan_of(session: Session, day: date) -> Plan:
    """Who is to be told of which figures on a day, by the ladder; reads only."""
    holders = defaultdict(list)
    written_to = _written_to(session, day)
    for holder in written_to:
        if holder.email and holder.wants_mail:
            holders[holder.agency_id].append(holder)
    receivers, headed = receivers_of(written_to), _headed(written_to)
    with_head = progress.with_head(session)
    working = programmes.working_on(session, day)
    plan: Plan = defaultdict(list)
    for figures in owed_soon(session, day, Target.programme_id.in_(working)):
        for figure in figures:
            if rung(figure.left) is None:
                continue
            handed_on = place(figure) in with_head and figure.agency_id in headed
            for holder in holders[figure.agency_id]:
                # What an officer has handed to the head is done, for the officer, as long as there is a head.
                if not (handed_on and holder.office is Office.OFFICER):
                    plan[receivers[holder.person_id]].append(figure)
    return {receiver: _once(figures) for receiver, figures in plan.items()}


def receivers_of(holders: Iterable[Holder]) -> dict[int, Receiver]:
    """Each person once, by number; a stand-in with the name of the holder, in the receiver's language."""
    stood_in_for: dict[int, list[str]] = defaultdict(list)
    persons = {}
    for holder in holders:
        persons[holder.person_id] = holder
        if holder.for_name:
            stood_in_for[holder.person_id].append(holder.for_name)
    found = {}
    for person_id, one in persons.items():
        with in_language(one.language):
            name = in_whose_name(one.name, ", ".join(stood_in_for[person_id]))
        found[person_id] = Receiver(person_id, name, one.language)
    return found


def _written_to(session: Session, day: date) -> list[Holder]:
    """Heads and officers, and whoever stands in for a head; nobody whose account is disabled: they can do nothing."""
    heads_for_now = agencies.stand_ins(session, day, offices=(Office.HEAD,))
    everybody = agencies.holders(session, day, offices=(Office.HEAD, Office.OFFICER)) + heads_for_now
    out = shut_out_of(session, {holder.person_id for holder in everybody})
    return [holder for holder in everybody if holder.person_id not in out]


def _headed(holders: Iterable[Holder]) -> set[int]:
    """The bodies that have a head among these, or somebody who stands in for one."""
    return {holder.agency_id for holder in holders if holder.office is Office.HEAD}


def was_told(session: Session, report: Report, since: datetime) -> bool:
    """Whether a mail that was written since then has told somebody what is asked of a report. One that still waits has
    not: what is done meanwhile is left out of it."""
    about = (ReminderSent.target_id == report.target_id, ReminderSent.period_id.is_not_distinct_from(report.period_id))
    told_of = (
        sa.select(ReminderSent.id)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(*about, OutboxMail.created_at >= since, OutboxMail.state.in_(("claimed", "sent")))
    )
    return bool(session.scalar(sa.select(told_of.exists())))


def still_due(session: Session, waiting: OutboxMail, now: Moment, *, site: Site) -> Content | None:
    """What a waiting digest has to say now: its lines that are still owed by a body of the receiver's, as they stand
    today; none where none is, and on a day off. What was not said then the next working day's plan takes up."""
    rows = session.scalars(
        sa.select(ReminderSent).where(ReminderSent.mail_id == waiting.id, ReminderSent.closed_on.is_(None))
    ).all()
    person = people.by_id(session, waiting.person_id)
    if not rows or person is None:
        return None
    said = {(row.target_id, row.period_id) for row in rows}
    found = owed_figures(session, now.on, Target.id.in_({target_id for target_id, _ in said}))
    with_head = progress.with_head(session, {target_id for target_id, _ in said})
    written_to = _written_to(session, now.on)
    own = [holder for holder in written_to if holder.person_id == person.id]
    bodies_of = {office: {one.agency_id for one in own if one.office is office} for office in Office}
    headed = _headed(written_to)
    figures = [
        figure
        for figure in found
        if place(figure) in said
        and (
            figure.agency_id in bodies_of[Office.HEAD]
            or (
                figure.agency_id in bodies_of[Office.OFFICER]
                and not (figure.agency_id in headed and place(figure) in with_head)
            )
        )
    ]
    if not figures or not _working(session, said, now.on):
        return None
    bodies = agencies.names(session, {figure.agency_id for figure in figures})
    receiver = receivers_of(own).get(person.id) or Receiver(person.id, person.name, person.language)
    return digest.content(receiver, figures, bodies, now, site)


def _working(session: Session, places: Iterable[tuple[int, int | None]], on: date) -> bool:
    """Whether a day is a working day for one of the programmes of these places."""
    targets = {target_id for target_id, _ in places}
    working = programmes.working_on(session, on)
    found = sa.select(Target.id).where(Target.id.in_(targets), Target.programme_id.in_(working))
    return session.scalar(found.limit(1)) is not None


def told(session: Session, person_ids: list[int]) -> set[tuple[int, int, int | None, str]]:
    """What these persons were told and is still open: (person, target, period, rung); mails that never left are out."""
    columns = (ReminderSent.person_id, ReminderSent.target_id, ReminderSent.period_id, ReminderSent.rung)
    found = (
        sa.select(*columns)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(
            ReminderSent.person_id.in_(person_ids),
            ReminderSent.closed_on.is_(None),
            OutboxMail.state.not_in(("dropped", "failed")),
        )
    )
    return {(row.person_id, row.target_id, row.period_id, row.rung) for row in session.execute(found)}


def place(figure: OwedFigure) -> tuple[int, int | None]:
    """What a figure is owed for: its target's id and its period's, none for a completion."""
    return figure.target_id, figure.period_id


def _once(figures: Iterable[OwedFigure]) -> list[OwedFigure]:
    """Each figure once, also for a person who holds two offices of a body."""
    return list({place(figure): figure for figure in figures}.values())
