"""What a ladder would send on the days ahead, by what is known now: the same plan as the morning's, day after day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.programmes import queries as programmes
from tracker.reminders import declared, queries
from tracker.reminders.duty import Line, Step, step_of
from tracker.reminders.ladder import Ladder
from tracker.reminders.receivers import Receiver, people_written_to, receivers_of

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
    written_to = people_written_to(session, today)
    receivers = receivers_of(written_to.everybody)
    within = queries.within([ladder], programmes=[programme_id], known=today)
    opened = declared.open_on(session, works, within)
    plans = queries.lines_of(opened, written_to, {programme_id: ladder}, [programme_id])
    told = queries.told(session, list({person_id for plan in plans.values() for person_id in plan}))
    offices: dict[int, list[tuple[int, Office]]] = defaultdict(list)
    for holder in written_to.everybody:
        offices[holder.person_id].append((holder.agency_id, holder.office))
    found = {}
    for day, plan in sorted(plans.items()):
        mails = [_mail(receivers[one], offices[one], lines.values(), told) for one, lines in sorted(plan.items())]
        if mails := [mail for mail in mails if mail.news]:
            found[day] = mails
        told |= {(person_id, step_of(line)) for person_id, lines in plan.items() for line in lines.values()}
    return found


def _mail(
    receiver: Receiver,
    offices: Sequence[tuple[int, Office]],
    lines: Collection[Line],
    told: Collection[tuple[int, Step]],
) -> ForeseenMail:
    news = sum(not queries.already(line, receiver.person_id, told) for line in lines)
    return ForeseenMail(receiver, offices, len(queries.to_tell(lines, receiver.person_id, told)), news)
