"""What waiting digests have to say now, just before they leave: asked of several at once, so that who holds which
office and what is open is read once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment, beginning
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people.models import Person
from tracker.programmes import queries as programmes
from tracker.reminders import declared, digest
from tracker.reminders.asking import lines as by_hand
from tracker.reminders.asking.models import Asking
from tracker.reminders.duty import key_of
from tracker.reminders.ladder import Occasion
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.reminders.queries import lines_of, said_of, things_of, within
from tracker.reminders.receivers import Receiver, people_written_to, receivers_of
from tracker.reminders.waiting import waiting_of
from tracker.settings import Site


def still_due(session: Session, mails: Sequence[OutboxMail], now: Moment, *, site: Site) -> Mapping[int, Content]:
    """What each has to say now, by its id: its lines that are still open for the receiver, as they stand today. Who
    has none is left out, and so is one of another day; on a day off all are. What was not said then the next working
    day's plan takes up."""
    rows: dict[int, list[ReminderSent]] = defaultdict(list)
    by_asking: set[int] = set()  # mails that say who asked
    for row in session.scalars(sa.select(ReminderSent).where(ReminderSent.mail_id.in_([mail.id for mail in mails]))):
        if row.closed_on is None:
            rows[row.mail_id].append(row)
        if row.asking_id is not None:
            by_asking.add(row.mail_id)
    told = [mail for mail in mails if mail.id in rows and not _is_of_before(mail, now)]
    working = programmes.working_on(session, now.on) if told else []
    if not working:
        return {}
    written_to, ladders = people_written_to(session, now.on), on_day(session, now.on)
    things = things_of(row.place for some in rows.values() for row in some)
    opened = declared.open_on(session, [now.on], within(ladders.values(), things=things))
    found = lines_of(opened, written_to, ladders, working)[now.on]
    askings = _askings(session, rows, working)
    lines = {}
    for mail in told:
        own_lines = dict(found.get(mail.person_id, {}))
        asked = {row.place: row.asking_id for row in rows[mail.id] if row.asking_id is not None}
        by_hand.put_back(session, now.on, own_lines, written_to, mail.person_id, asked, askings)
        said = {key_of(Occasion(row.occasion), row.place) for row in rows[mail.id]}
        its = [line for key, line in own_lines.items() if key in said]
        new = {row.place for row in rows[mail.id] if not row.standing}
        # Who was asked for what is done by now hears nothing of what they were told before.
        if its and (mail.id not in by_asking or any(line.duty.place in new for line in its)):
            lines[mail.id] = its
    bodies = agencies.names(session, {line.duty.agency_id for its in lines.values() for line in its})
    persons = {mail.person_id for mail in told if mail.id in lines}
    own = [holder for holder in written_to.everybody if holder.person_id in persons]
    receivers = _receivers(session, persons, own)
    waiting = waiting_of(session, now.on, own, written_to)
    contents = {}
    for mail in told:
        if mail.id in lines and mail.person_id in receivers:
            to = replace(receivers[mail.person_id], waiting=len(waiting.of(mail.person_id)))
            said_by = said_of(session, lines[mail.id])
            contents[mail.id] = digest.content(to, lines[mail.id], bodies, now, site, said_by)
    return contents


def _is_of_before(mail: OutboxMail, now: Moment) -> bool:
    """Whether it was written on another day: nobody gets two on a day. Sent again by hand, it is of the day of that."""
    again = mail.attempts == 0 and mail.not_before >= beginning(now.on)
    return mail.created_at < beginning(now.on) and not again


def _askings(session: Session, rows: Mapping[int, list[ReminderSent]], working: Collection[int]) -> list[Asking]:
    """What was asked for by hand, in programmes for which it is a working day."""
    ids = {row.asking_id for some in rows.values() for row in some if row.asking_id is not None}
    return [one for one in by_hand.by_ids(session, ids).values() if one.programme_id in working]


def _receivers(session: Session, persons: set[int], own: Sequence[Holder]) -> dict[int, Receiver]:
    """As they hold their offices; by their own name where they hold none any more."""
    named = session.scalars(sa.select(Person).where(Person.id.in_(persons)))
    return {one.id: Receiver(one.id, one.name, one.language) for one in named} | receivers_of(own)
