"""Reading whom to remind of what: today's plan, what was told, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.core.clock import Moment
from tracker.mail.models import TOLD, OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress.queries import Report
from tracker.progress.threads.turns import Side, whose_turn
from tracker.reminders import declared, digest, news
from tracker.reminders.declared import Opened, Within
from tracker.reminders.digest import Asked
from tracker.reminders.duty import Line, Step, step_of
from tracker.reminders.ladder import PRESET, Ladder, Occasion
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.reminders.receivers import Receiver, WrittenTo, people_written_to, receivers_of, told_of
from tracker.settings import Site

_SAID = [str(one) for one in (Occasion.REPORT, Occasion.RETURN, Occasion.DECISION)]  # what is asked of a report
Plan = dict[Receiver, list[Line]]
Lines = dict[int, dict[object, Line]]  # by person, one line for each thing


def plan_of(session: Session, day: date) -> Plan:
    """Who is to be told of what on a day, by the ladder of each programme; reads only."""
    written_to = people_written_to(session, day)
    receivers = receivers_of(written_to.everybody)
    within = Within(programmes=programmes.working_on(session, day))
    plan = lines_of(declared.open_on(session, [day], within), written_to, on_day(session, day))[day]
    return {receivers[person_id]: list(lines.values()) for person_id, lines in plan.items()}


def lines_of(
    opened: Opened, written_to: WrittenTo, ladders: Mapping[int, Ladder]
) -> Mapping[date, Mapping[int, Mapping[object, Line]]]:
    """Who is told of what is open on each day: by day and person, of each thing one line."""
    found: Mapping[date, Lines] = defaultdict(lambda: defaultdict(dict))
    for day, duties in opened:
        for duty in duties:
            for person_id, line in told_of(duty, written_to, ladders.get(duty.programme_id, PRESET)).items():
                lines = found[day][person_id]
                other = lines.get(duty.key)
                if other is None or line.rank < other.rank:
                    lines[duty.key] = line
    return found


def was_told(session: Session, report: Report, since: datetime) -> bool:
    """Whether a mail that was written since then has told somebody what is asked of a report. One that still waits has
    not: what is done meanwhile is left out of it."""
    about = (ReminderSent.target_id == report.target_id, ReminderSent.period_id.is_not_distinct_from(report.period_id))
    told_of = (
        sa.select(ReminderSent.id)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(*about, ReminderSent.occasion.in_(_SAID))
        .where(OutboxMail.created_at >= since, OutboxMail.state.in_(("claimed", "sent")))
    )
    return bool(session.scalar(sa.select(told_of.exists())))


def still_due(session: Session, waiting: OutboxMail, now: Moment, *, site: Site) -> Content | None:
    """What a waiting digest has to say now: its lines that are still open for the receiver, as they stand today; none
    where none is, and on a day off. What was not said then the next working day's plan takes up."""
    rows = session.scalars(
        sa.select(ReminderSent).where(ReminderSent.mail_id == waiting.id, ReminderSent.closed_on.is_(None))
    ).all()
    person = people.by_id(session, waiting.person_id)
    if not rows or person is None:
        return None
    said = {row.place for row in rows}
    things: dict[str, set[int]] = defaultdict(set)
    for kind, subject_id, _part in said:
        things[kind].add(subject_id)
    written_to, working = people_written_to(session, now.on), programmes.working_on(session, now.on)
    opened = declared.open_on(session, [now.on], Within(programmes=working, things=things))
    found = lines_of(opened, written_to, on_day(session, now.on))[now.on].get(person.id, {})
    lines = [line for line in found.values() if line.duty.place in said]
    if not lines:
        return None
    bodies = agencies.names(session, {line.duty.agency_id for line in lines})
    own = [holder for holder in written_to.everybody if holder.person_id == person.id]
    receiver = receivers_of(own).get(person.id) or Receiver(person.id, person.name, person.language)
    own_bodies = {line.duty.agency_id for line in lines if not line.above}
    decided = news.of_persons(session, now, {person.id: own_bodies}, waiting.created_at)
    return digest.content(receiver, lines, bodies, now, site, asked_of(session, bodies), decided.get(person.id, ()))


def asked_of(session: Session, agency_ids: Collection[int]) -> dict[int, list[Asked]]:
    """What appraisers ask of these bodies and wait to be answered, by body. One statement."""
    found: dict[int, list[Asked]] = defaultdict(list)
    for report, target, agency, period, line in whose_turn(session, Side.BODY, Report.agency_id.in_(agency_ids)):
        found[agency.id].append(Asked(target.title, period.code if period else None, line.text, report.token))
    return found


def told(session: Session, person_ids: list[int]) -> set[tuple[int, Step]]:
    """What these persons were told and is still open, as (person, step); mails that never left are out."""
    found = (
        sa.select(ReminderSent)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(
            ReminderSent.person_id.in_(person_ids),
            ReminderSent.closed_on.is_(None),
            TOLD,
        )
    )
    return {(row.person_id, (row.place, row.occasion, row.rung, row.counted_on)) for row in session.scalars(found)}


def already(line: Line, person_id: int, told: Collection[tuple[int, Step]]) -> bool:
    """Whether a person was told on this step; those of the time before the day was kept count for any day."""
    step = step_of(line)
    return (person_id, step) in told or (person_id, (*step[:-1], None)) in told
