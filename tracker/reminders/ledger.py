"""The escalation ledger: of a target, who was told of what, in which office, how and when, and why it stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.mail.models import OutboxMail
from tracker.people import queries as people
from tracker.reminders.asking import lines as by_hand
from tracker.reminders.asking.models import Asking
from tracker.reminders.ladder import Audience
from tracker.reminders.models import ReminderSent

ANY = Audience.OFFICER  # of a step whose audience is told apart


class Stopped(StrEnum):
    """What became of a telling."""

    OPEN = "open"  # told, and it is open still
    WAITING = "waiting"  # the mail has not left yet
    DONE = "done"  # it is owed no more: done, moved or suspended
    CLOSED = "closed"  # its commitment is closed, or the target ended
    DROPPED = "dropped"  # done before the mail left
    NOT_TAKEN = "not_taken"  # the receiver's server did not take it


@dataclass(frozen=True, slots=True)
class Telling:
    """One person was told of one thing."""

    row: ReminderSent
    mail: OutboxMail
    who: str
    asking: Asking | None
    asked_by: str
    stopped: Stopped


def of_target(session: Session, target: Target) -> Sequence[Telling]:
    """All that was told of a target, the latest first. Few statements."""
    found = session.execute(
        sa.select(ReminderSent, OutboxMail)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(ReminderSent.target_id == target.id)
        .order_by(ReminderSent.told_on.desc(), ReminderSent.id.desc())
    ).all()
    askings = by_hand.by_ids(session, {row.asking_id for row, _mail in found if row.asking_id is not None})
    persons = {row.person_id for row, _mail in found} | {one.asked_by_id for one in askings.values()}
    names = people.names(session, list(persons))

    def telling(row: ReminderSent, mail: OutboxMail) -> Telling:
        asking = askings.get(row.asking_id or 0)
        asked_by = names.get(asking.asked_by_id, "") if asking else ""
        return Telling(row, mail, names.get(row.person_id, ""), asking, asked_by, _stopped(row, mail, target))

    return [telling(row, mail) for row, mail in found]


def _stopped(row: ReminderSent, mail: OutboxMail, target: Target) -> Stopped:
    if mail.state == "failed":
        return Stopped.NOT_TAKEN
    if mail.state == "dropped":
        return Stopped.DROPPED
    if row.closed_on is not None:
        ends = [day for day in (target.closed_on, target.ended_on) if day is not None]
        return Stopped.CLOSED if any(day <= row.closed_on for day in ends) else Stopped.DONE
    return Stopped.OPEN if mail.state == "sent" else Stopped.WAITING
