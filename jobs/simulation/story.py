"""A day that was played, as a person reads it: to whom, what, how many; what stopped, and why; what went wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.channels.models import ChannelCall
from tracker.commitments.models import Target
from tracker.core.clock import VIETNAM, beginning
from tracker.core.job_run import JobRun, Remark
from tracker.mail.models import OutboxMail
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.reminders.models import ReminderSent

MOST_NAMED = 3  # bodies of one line


def of_day(session: Session, day: date, outage: str, broken: Iterable[str]) -> Iterator[str]:
    """The lines of a day."""
    off = "" if programmes.working_on(session, day) else ", a day off"
    yield f"\n{day:%A %d/%m/%Y}{off}"
    if outage:
        yield f"  outage: {outage}"
    yield from _jobs(session, day)
    yield from _left(session, day)
    yield from _waiting(session)
    yield from _stopped(session, day)
    yield from (f"  BROKEN {fault}" for fault in broken)


def _within(day: date, column: sa.orm.InstrumentedAttribute[Any]) -> tuple[sa.ColumnElement[bool], ...]:
    begin = beginning(day)
    return column >= begin, column < begin + timedelta(days=1)


def _jobs(session: Session, day: date) -> Iterator[str]:
    runs = session.scalars(sa.select(JobRun).where(*_within(day, JobRun.started_at)).order_by(JobRun.id))
    said = [run for run in runs if run.result != "done" or (run.detail is not None and run.job not in _POSTS)]
    for run in said:
        figures = (
            ", ".join(f"{name} {value}" for name, value in run.detail.figures.items())
            if isinstance(run.detail, Remark)
            else ""
        )
        tries = f", at try {run.attempt}" if run.attempt > 1 else ""
        yield f"  {run.started_at.astimezone(VIETNAM):%H:%M} {run.job}: {run.result}{tries} {figures}".rstrip()


_POSTS = ("deliver", "notify")


def _left(session: Session, day: date) -> Iterator[str]:
    sent = sa.select(OutboxMail).where(*_within(day, OutboxMail.sent_at)).order_by(OutboxMail.id)
    mails = list(session.scalars(sent))
    names = people.names(session, [mail.person_id for mail in mails]) if mails else {}
    held = agencies.held_by_each(session, [mail.person_id for mail in mails], day) if mails else {}
    rows: dict[int, list[ReminderSent]] = defaultdict(list)
    for row in session.scalars(sa.select(ReminderSent).where(ReminderSent.mail_id.in_([mail.id for mail in mails]))):
        rows[row.mail_id].append(row)
    for mail in mails:
        offices = ", ".join(f"{one.office} of {one.agency_code}" for one in held.get(mail.person_id, ()))
        assert mail.sent_at is not None  # noqa: S101 - the condition says so
        at = f"{mail.sent_at.astimezone(VIETNAM):%H:%M}"
        yield f"  {at} {names.get(mail.person_id, '')} ({offices}): {mail.subject}"
        yield from (f"        {told}" for told in _told(rows[mail.id]))
    words = session.scalar(sa.select(sa.func.count(ChannelCall.id)).where(*_within(day, ChannelCall.sent_at))) or 0
    if words:
        yield f"  {words} short words by other channels"


def _told(rows: Iterable[ReminderSent]) -> Iterator[str]:
    found = Counter((row.occasion, row.rung, row.standing, row.closed_on is not None) for row in rows)
    for (occasion, rung, standing, closed), number in sorted(found.items(), key=str):
        again, done = " (told before)" if standing else "", " (done by now)" if closed else ""
        yield f"{number} x {occasion}, step {rung}{again}{done}"


def _waiting(session: Session) -> Iterator[str]:
    waits = sa.select(sa.func.count(OutboxMail.id)).where(OutboxMail.state.in_(("pending", "claimed")))
    if number := session.scalar(waits):
        yield f"  {number} mails wait at the end of the day"


def _stopped(session: Session, day: date) -> Iterator[str]:
    closed = session.execute(
        sa.select(ReminderSent, Target)
        .outerjoin(Target, Target.id == ReminderSent.target_id)
        .where(ReminderSent.closed_on == day)
    ).all()
    things = {(row.occasion, row.place): _why(row, target) for row, target in closed}
    for (occasion, why), number in sorted(Counter((key[0], why) for key, why in things.items()).items()):
        yield f"  stopped: {number} x {occasion}, {why}"
    dropped = session.execute(
        sa.select(OutboxMail.kind, OutboxMail.elsewhere, sa.func.count())
        .where(OutboxMail.state == "dropped", *_within(day, OutboxMail.created_at))
        .group_by(OutboxMail.kind, OutboxMail.elsewhere)
    ).all()
    for kind, elsewhere, number in dropped:
        yield f"  {number} mails ({kind}) of the day did not leave: " + (
            "their receivers are told otherwise" if elsewhere else "nothing in them was open any more"
        )


def _why(row: ReminderSent, target: Target | None) -> str:
    ends = [] if target is None else [end for end in (target.closed_on, target.ended_on) if end is not None]
    ended = row.closed_on is not None and any(end <= row.closed_on for end in ends)
    return "its target or commitment ended" if ended else "open no more"
