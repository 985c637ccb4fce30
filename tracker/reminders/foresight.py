"""What a ladder would send on the days ahead, by what is known now: the same plan as the morning's, day after day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import owed_on_days
from tracker.programmes import queries as programmes
from tracker.progress import queries as progress
from tracker.reminders import queries
from tracker.reminders.digest import Line, Receiver
from tracker.reminders.ladder import Ladder

DAYS = 30


@dataclass(frozen=True, slots=True)
class ForeseenMail:
    """A mail that somebody would get: how many lines, and how many of them are on a step that is new to them."""

    receiver: Receiver
    offices: Sequence[tuple[int, Office]]  # with the id of the body
    lines: int
    news: int


def foresee(
    session: Session, today: date, programme_id: int, ladder: Ladder, days: int = DAYS
) -> Mapping[date, Sequence[ForeseenMail]]:
    """The mails of each day ahead on which there are any, tomorrow first. Of one programme; holders of offices as
    today, what is sent meanwhile unknown. Reads only."""
    ahead = [today + timedelta(days=1 + number) for number in range(days)]
    works = [day for day in ahead if programme_id in programmes.working_on(session, day)]
    if not works:
        return {}
    written_to = queries.people_written_to(session, today)
    receivers = queries.receivers_of(written_to.everybody)
    with_head = progress.with_head(session)
    plans: dict[date, dict[int, list[Line]]] = {day: defaultdict(list) for day in works}
    where = (Target.programme_id == programme_id, Target.closed_on.is_(None))
    for day, figures in owed_on_days(session, works, *where):
        for figure in figures:
            handed = queries.place(figure) in with_head
            for person_id, line in queries.told_of(figure, written_to, ladder, handed).items():
                plans[day][person_id].append(line)
    told = queries.told(session, list({person_id for plan in plans.values() for person_id in plan}))
    offices: dict[int, list[tuple[int, Office]]] = defaultdict(list)
    for holder in written_to.everybody:
        offices[holder.person_id].append((holder.agency_id, holder.office))
    found = {}
    for day, plan in plans.items():
        mails = [_mail(receivers[one], offices[one], lines, told) for one, lines in sorted(plan.items())]
        if mails := [mail for mail in mails if mail.news]:
            found[day] = mails
        told |= {(person_id, queries.step_of(line)) for person_id, lines in plan.items() for line in lines}
    return found


def _mail(
    receiver: Receiver,
    offices: Sequence[tuple[int, Office]],
    lines: Collection[Line],
    told: Collection[tuple[int, queries.Step]],
) -> ForeseenMail:
    news = sum(not queries.already(line, receiver.person_id, told) for line in lines)
    return ForeseenMail(receiver, offices, len(lines), news)
