"""What is promised to whoever gets mails, held against what was done on a day: nobody is told wrongly, twice or never.

Asked of what is open by the same sources, of who is told by the ladder alone, and of the mails by what stands in the
outbox and in the folder."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import beginning
from tracker.mail.models import OutboxMail
from tracker.programmes import queries as programmes
from tracker.reminders import queries, service
from tracker.reminders.models import ReminderSent
from tracker.reminders.queries import Plan

Step = tuple[int, str, str, int, int, str, date | None]  # the person, the occasion, the place, the rung, the day


class Promises:
    """Looks at each day as it ends, and remembers what was told before."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._folder = folder
        self._told: dict[Step, date] = {_step(row): row.told_on for row in session.scalars(_LEFT)}

    def broken(self, session: Session, day: date, *, ran: bool) -> Iterator[str]:
        """What went wrong on a day, a line each. `ran`: all that the day has was done by its end."""
        left = list(session.scalars(sa.select(OutboxMail).where(*_sent_on(day)).order_by(OutboxMail.id)))
        digests = [mail for mail in left if mail.kind == service.KIND]
        for person_id, number in Counter(mail.person_id for mail in digests).items():
            if number > 1:
                yield f"twice: person {person_id} got {number} mails about duties on one day"
        if digests and not programmes.working_on(session, day):
            yield f"wrongly: {len(digests)} mails about duties left on a day off"
        for mail in left:
            if len(list(self._folder.glob(f"*-{mail.id}.eml"))) != 1:
                yield f"never: mail {mail.id} counts as sent, and there is no such file"
        yield from self._repeats(session, digests, day)
        if ran:
            yield from self._gaps(session, day)

    def _repeats(self, session: Session, digests: list[OutboxMail], day: date) -> Iterator[str]:
        rows: dict[int, list[ReminderSent]] = defaultdict(list)
        for row in session.scalars(
            sa.select(ReminderSent).where(ReminderSent.mail_id.in_([mail.id for mail in digests]))
        ):
            rows[row.mail_id].append(row)
        for mail in digests:
            new = [row for row in rows[mail.id] if not row.standing]
            if not new:
                yield f"wrongly: mail {mail.id} to person {mail.person_id} tells nothing new"
            for row in new:
                before = self._told.get(_step(row))
                if before is not None and row.asking_id is None:
                    yield f"twice: {_named(row)} was told as new on {before} and on {day}"
                self._told[_step(row)] = day

    def _gaps(self, session: Session, day: date) -> Iterator[str]:
        plan: Plan = queries.plan_of(session, day)
        told = queries.told(session, [receiver.person_id for receiver in plan])
        for receiver, lines in plan.items():
            for line in lines:
                if not queries.already(line, receiver.person_id, told):
                    yield f"never: person {receiver.person_id} of {line.duty.occasion} {line.duty.place}, {line.rung}"


_LEFT = (
    sa.select(ReminderSent)
    .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
    .where(OutboxMail.state == "sent", ReminderSent.standing.is_(False))
)


def _sent_on(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    begin = beginning(day)
    return OutboxMail.state == "sent", OutboxMail.sent_at >= begin, OutboxMail.sent_at < begin + timedelta(days=1)


def _step(row: ReminderSent) -> Step:
    kind, subject_id, part = row.place
    return row.person_id, row.occasion, kind, subject_id, part, row.rung, row.counted_on


def _named(row: ReminderSent) -> str:
    return f"person {row.person_id}, {row.occasion} {row.place}, step {row.rung} of {row.counted_on}"
