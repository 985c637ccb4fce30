"""What waiting digests have to say now, just before they leave: asked of several at once, so that who holds which
office and what is open is read once for all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people.models import Person
from tracker.programmes import queries as programmes
from tracker.reminders import declared, digest
from tracker.reminders.duty import key_of
from tracker.reminders.ladder import Occasion
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.reminders.queries import lines_of, things_of, within
from tracker.reminders.receivers import Receiver, people_written_to, receivers_of
from tracker.reminders.waiting import waiting_of
from tracker.settings import Site


def still_due(session: Session, mails: Sequence[OutboxMail], now: Moment, *, site: Site) -> Mapping[int, Content]:
    """What each has to say now, by its id: its lines that are still open for the receiver, as they stand today. Who
    has none is left out, and on a day off all are. What was not said then the next working day's plan takes up."""
    rows: dict[int, list[ReminderSent]] = defaultdict(list)
    for row in session.scalars(_open_rows([mail.id for mail in mails])):
        rows[row.mail_id].append(row)
    told = [mail for mail in mails if mail.id in rows]
    working = programmes.working_on(session, now.on) if told else []
    if not working:
        return {}
    written_to, ladders = people_written_to(session, now.on), on_day(session, now.on)
    things = things_of(row.place for some in rows.values() for row in some)
    opened = declared.open_on(session, [now.on], within(ladders.values(), things=things))
    found = lines_of(opened, written_to, ladders, working)[now.on]
    lines = {}
    for mail in told:
        said = {key_of(Occasion(row.occasion), row.place) for row in rows[mail.id]}
        if its := [line for key, line in found.get(mail.person_id, {}).items() if key in said]:
            lines[mail.id] = its
    bodies = agencies.names(session, {line.duty.agency_id for its in lines.values() for line in its})
    persons = {mail.person_id for mail in told if mail.id in lines}
    own = [holder for holder in written_to.everybody if holder.person_id in persons]
    receivers = _receivers(session, persons, own)
    waiting = waiting_of(session, now.on, own, written_to)
    contents = {}
    for mail in told:
        if mail.id in lines and mail.person_id in receivers:
            to = replace(receivers[mail.person_id], waiting=waiting.count(mail.person_id))
            contents[mail.id] = digest.content(to, lines[mail.id], bodies, now, site)
    return contents


def _open_rows(mail_ids: Sequence[int]) -> sa.Select[ReminderSent]:
    return sa.select(ReminderSent).where(ReminderSent.mail_id.in_(mail_ids), ReminderSent.closed_on.is_(None))


def _receivers(session: Session, persons: set[int], own: Sequence[Holder]) -> dict[int, Receiver]:
    """As they hold their offices; by their own name where they hold none any more."""
    named = session.scalars(sa.select(Person).where(Person.id.in_(persons)))
    return {one.id: Receiver(one.id, one.name, one.language) for one in named} | receivers_of(own)
