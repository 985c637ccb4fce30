"""Reading whom to remind of what: today's plan, what was told, and what a waiting mail still has to say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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
from tracker.mail.models import TOLD, OutboxMail
from tracker.mail.service import Content
from tracker.people import queries as people
from tracker.programmes import queries as programmes
from tracker.progress import queries as progress
from tracker.progress.queries import Report
from tracker.progress.threads.turns import Side, whose_turn
from tracker.reminders import digest, news
from tracker.reminders.digest import Asked, Line, Receiver, occasion_of
from tracker.reminders.ladder import ABOVE, PRESET, Audience, Ladder, reached
from tracker.reminders.ladders import on_day
from tracker.reminders.models import ReminderSent
from tracker.settings import Site

_OFFICES = {Office(audience): audience for audience in Audience}
_DOING = tuple(office for office, audience in _OFFICES.items() if audience not in ABOVE)
_SEEING = tuple(office for office, audience in _OFFICES.items() if audience in ABOVE)
Plan = dict[Receiver, list[Line]]
# What it is about (target and period), the occasion, the step, and the day from which it counts.
Step = tuple[int, int | None, str, str, date | None]


@dataclass(frozen=True, slots=True)
class WrittenTo:
    """Who holds which office today and can be written to."""

    of_body: Mapping[int, Collection[Holder]]  # by the id of the body
    above: Collection[Holder]  # of the People's Committee

    @property
    def everybody(self) -> list[Holder]:
        """All of them."""
        return [*(one for some in self.of_body.values() for one in some), *self.above]

    def headed(self, agency_id: int) -> bool:
        """Whether the body has a head, or somebody who stands in for one."""
        return any(one.office is Office.HEAD for one in self.of_body.get(agency_id, ()))


def plan_of(session: Session, day: date) -> Plan:
    """Who is to be told of which figures on a day, by the ladder of each programme; reads only."""
    ladders = on_day(session, day)
    written_to = people_written_to(session, day)
    receivers = receivers_of(written_to.everybody)
    with_head = progress.with_head(session)
    working = programmes.working_on(session, day)
    plan: Plan = defaultdict(list)
    for figures in owed_soon(session, day, Target.programme_id.in_(working), Target.closed_on.is_(None)):
        for figure in figures:
            ladder = ladders.get(figure.programme_id, PRESET)
            for person_id, line in told_of(figure, written_to, ladder, place(figure) in with_head).items():
                plan[receivers[person_id]].append(line)
    return dict(plan)


def told_of(figure: OwedFigure, written_to: WrittenTo, ladder: Ladder, with_head: bool) -> dict[int, Line]:
    """Who is told of a figure by now, each once, as the one of their offices asks for that reached most."""
    steps = reached(ladder, occasion_of(figure), figure.left)
    # What was handed to the head is done, for whoever handed it on, as long as there is a head.
    waits_for = {Audience.HEAD, *ABOVE} if with_head and written_to.headed(figure.agency_id) else set(Audience)
    found: dict[int, Line] = {}
    for holder in (*written_to.of_body.get(figure.agency_id, ()), *(written_to.above if steps else ())):
        audience = _OFFICES[holder.office]
        if not (audience in steps and audience in waits_for and holder.email):
            continue
        line = Line(figure, steps[audience], audience in ABOVE)
        other = found.get(holder.person_id)
        if other is None or (other.above, line.step) > (line.above, other.step):
            found[holder.person_id] = line
    return found


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


def people_written_to(session: Session, day: date) -> WrittenTo:
    """Who acts in a body, who stands in for its head, and who sees to it for the People's Committee; nobody whose
    account is disabled: they can do nothing."""
    heads_for_now = agencies.stand_ins(session, day, offices=(Office.HEAD,))
    everybody = agencies.holders(session, day, offices=_DOING + _SEEING) + heads_for_now
    out = shut_out_of(session, {holder.person_id for holder in everybody})
    there = [holder for holder in everybody if holder.person_id not in out]
    of_body: dict[int, list[Holder]] = defaultdict(list)
    for holder in there:
        if holder.office in _DOING:
            of_body[holder.agency_id].append(holder)
    return WrittenTo(of_body, [holder for holder in there if holder.office in _SEEING])


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
    within = (Target.id.in_({target_id for target_id, _ in said}), Target.closed_on.is_(None))
    with_head = progress.with_head(session, {target_id for target_id, _ in said})
    written_to, ladders = people_written_to(session, now.on), on_day(session, now.on)
    lines = [
        line
        for figure in owed_figures(session, now.on, *within)
        if place(figure) in said
        for person_id, line in told_of(
            figure, written_to, ladders.get(figure.programme_id, PRESET), place(figure) in with_head
        ).items()
        if person_id == person.id
    ]
    if not lines or not _working(session, said, now.on):
        return None
    bodies = agencies.names(session, {line.figure.agency_id for line in lines})
    own = [holder for holder in written_to.everybody if holder.person_id == person.id]
    receiver = receivers_of(own).get(person.id) or Receiver(person.id, person.name, person.language)
    own_bodies = {line.figure.agency_id for line in lines if not line.above}
    decided = news.of_persons(session, now, {person.id: own_bodies}, waiting.created_at)
    return digest.content(receiver, lines, bodies, now, site, asked_of(session, bodies), decided.get(person.id, ()))


def asked_of(session: Session, agency_ids: Collection[int]) -> dict[int, list[Asked]]:
    """What appraisers ask of these bodies and wait to be answered, by body. One statement."""
    found: dict[int, list[Asked]] = defaultdict(list)
    for report, target, agency, period, line in whose_turn(session, Side.BODY, Report.agency_id.in_(agency_ids)):
        found[agency.id].append(Asked(target.title, period.code if period else None, line.text, report.token))
    return found


def _working(session: Session, places: Iterable[tuple[int, int | None]], on: date) -> bool:
    """Whether a day is a working day for one of the programmes of these places."""
    targets = {target_id for target_id, _ in places}
    working = programmes.working_on(session, on)
    found = sa.select(Target.id).where(Target.id.in_(targets), Target.programme_id.in_(working))
    return session.scalar(found.limit(1)) is not None


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
    return {
        (row.person_id, (row.target_id, row.period_id, row.occasion, row.rung, row.counted_on))
        for row in session.scalars(found)
    }


def step_of(line: Line) -> Step:
    """The step of a line as it is kept: what it is about, its occasion, the step itself and the day it counts from. A
    later deadline begins the ladder anew."""
    return *place(line.figure), str(line.occasion), str(line.step), line.figure.by


def already(line: Line, person_id: int, told: Collection[tuple[int, Step]]) -> bool:
    """Whether a person was told on this step; those of the time before the day was kept count for any day."""
    step = step_of(line)
    return (person_id, step) in told or (person_id, (*step[:-1], None)) in told


def place(figure: OwedFigure) -> tuple[int, int | None]:
    """What a figure is owed for: its target's id and its period's, none for a completion."""
    return figure.target_id, figure.period_id
