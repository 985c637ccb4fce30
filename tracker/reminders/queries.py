"""Reading whom to remind of what: today's plan, what was told, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.mail.models import TOLD, OutboxMail
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress.queries import Report
from tracker.reminders import declared
from tracker.reminders.asking import lines as by_hand
from tracker.reminders.asking.lines import Lines
from tracker.reminders.declared import Opened, Within, calendar_days
from tracker.reminders.digest import Said
from tracker.reminders.duty import Line, Place, Step, step_of
from tracker.reminders.ladder import PRESET, WAYS, Ladder, Occasion
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.reminders.receivers import Receiver, WrittenTo, people_written_to, receivers_of, told_of
from tracker.reminders.waiting import Waiting

_SAID = [str(one) for one in (Occasion.REPORT, Occasion.RETURN, Occasion.DECISION)]  # what is asked of a report
Plan = dict[Receiver, list[Line]]


def plan_of(session: Session, day: date) -> Plan:
    """Who is to be told of what on a day, by the ladder of each programme and by what was asked for by hand; reads
    only."""
    working = set(programmes.working_on(session, day))
    if not working:
        return {}
    written_to, ladders = people_written_to(session, day), on_day(session, day)
    receivers = receivers_of(written_to.everybody)
    waiting = Waiting(written_to)
    opened = waiting.heard(declared.open_on(session, [day], within(ladders.values())))
    plan = lines_of(opened, written_to, ladders, working)[day]
    by_hand.add(session, day, plan, written_to, by_hand.waiting(session, day, working))
    return {
        replace(receivers[person_id], waiting=len(waiting.of(person_id))): list(lines.values())
        for person_id, lines in plan.items()
    }


def within(ladders: Iterable[Ladder], **more: Any) -> Within:
    """As far ahead and behind as some ladders, or the preset, look."""
    rungs = [rung for ladder in (PRESET, *ladders) for rung in ladder]
    earliest, news = min(rung.after for rung in rungs), [one.after for one in rungs if WAYS[one.occasion].news]
    return Within(ahead=calendar_days(-earliest), behind=calendar_days(max(news)), **more)


def lines_of(
    opened: Opened, written_to: WrittenTo, ladders: Mapping[int, Ladder], programmes: Collection[int]
) -> Mapping[date, Lines]:
    """Who is told of what is open on each day in these programmes: by day and person, of each thing one line."""
    found: Mapping[date, Lines] = defaultdict(lambda: defaultdict(dict))
    for day, duties in opened:
        for duty in duties:
            if duty.programme_id not in programmes:
                continue
            for person_id, line in told_of(duty, written_to, ladders.get(duty.programme_id, PRESET)).items():
                lines = found[day][person_id]
                other = lines.get(duty.key)
                if other is None or line.rank < other.rank:
                    lines[duty.key] = line
    return found


def to_tell(lines: Iterable[Line], person_id: int, told: Collection[tuple[int, Step]]) -> list[Line]:
    """What a mail lists: whatever is open, and the news that were not told yet."""
    return [line for line in lines if not (line.duty.news and already(line, person_id, told))]


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


def said_of(session: Session, lines: Collection[Line]) -> list[Said]:
    """What whoever asks for some of these by hand says to it, in the order of asking."""
    askings = by_hand.by_ids(session, {line.asking_id for line in lines if line.asking_id is not None})
    names = people.names(session, [one.asked_by_id for one in askings.values()]) if askings else {}
    return [Said(names.get(one.asked_by_id, ""), one.sentence, one.asked_at) for _id, one in sorted(askings.items())]


def things_of(places: Iterable[Place]) -> Mapping[str, Collection[int]]:
    """The ids of what some places are about, by kind."""
    found: dict[str, set[int]] = defaultdict(set)
    for kind, subject_id, _part in places:
        found[kind].add(subject_id)
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
    if line.asking_id is not None:
        return False  # whoever was told of an asking is asked no more (`asking.lines`)
    step = step_of(line)
    return (person_id, step) in told or (person_id, (*step[:-1], None)) in told
