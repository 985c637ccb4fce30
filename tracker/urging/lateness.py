"""All that is late in a body on a day: reports that are owed or came back, and deadlines that passed; each with how
late it is, how its target stands, and who was told of it when."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_figures, owed_soon
from tracker.mail.models import TOLD, OutboxMail
from tracker.programmes import queries as programmes
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.reminders import ladders
from tracker.reminders.duty import TARGET, Place
from tracker.reminders.ladder import CLIMB, PRESET, Audience, Ladder, Occasion, reached
from tracker.reminders.models import ReminderSent
from tracker.rule.facts import Status
from tracker.urging.states import What

TOP = Audience.VICE_CHAIR  # who is told last that a body is late: then the product drafts a letter
About = tuple[str, Place, date | None]  # the occasion, what it is about, the day that counts


@dataclass(frozen=True, slots=True)
class Told:
    """Holders of an office were told on these days."""

    office: Office
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is late. `days`: working days since `by`; `status`: of its target."""

    what: What
    target_id: int
    token: str
    code: str
    title: dict[str, str]
    commitment: str
    period: str | None
    by: date
    days: int
    status: str
    told: Sequence[Told] = ()


def of_body(session: Session, on: date, agency_id: int) -> list[Late]:
    """What is late in a body on a day, the latest first. Some eight statements."""
    own = (Target.agency_id == agency_id, Target.closed_on.is_(None), _running(on))
    late = [figure for figure in owed_figures(session, on, *own) if figure.left < 0]
    overdue = list(_overdue(session, on, Target.agency_id == agency_id))
    status = _statuses(session, {figure.target_id for figure in late})
    told = _told(session, {figure.target_id for figure in late} | {row.id for row, _days in overdue})
    found = [
        Late(
            what=What.RETURN if figure.why is WhyOwed.RETURNED else What.REPORT,
            target_id=figure.target_id,
            token=figure.target_token,
            code=figure.target_code,
            title=figure.title,
            commitment=figure.commitment,
            period=figure.period_code,
            by=figure.by,
            days=-figure.left,
            status=status.get(figure.target_id, ""),
            told=_of(told, _occasion(figure), (TARGET, figure.target_id, figure.period_id or 0), figure.by),
        )
        for figure in late
    ]
    found += [
        Late(
            what=What.DEADLINE,
            target_id=row.id,
            token=row.token,
            code=row.code,
            title=row.title,
            commitment=row.number,
            period=None,
            by=row.deadline_on,
            days=days,
            status=row.status,
            told=_of(told, Occasion.DEADLINE, (TARGET, row.id, 0), row.deadline_on),
        )
        for row, days in overdue
    ]
    return sorted(found, key=lambda one: (one.by, one.commitment, one.code, one.what))


def at_the_top(session: Session, day: date) -> list[int]:
    """The bodies of which the ladder's top is reached by something that is late, by id. On their working days alone."""
    working, of_programmes = programmes.working_on(session, day), ladders.on_day(session, day)
    found: set[int] = set()
    within = (Target.programme_id.in_(working), Target.closed_on.is_(None), _running(day))
    for figures in owed_soon(session, day, *within):
        found |= {one.agency_id for one in figures if climbed(one, of_programmes.get(one.programme_id, PRESET))}
    for row, days in _overdue(session, day, Target.programme_id.in_(working)):
        if TOP in reached(of_programmes.get(row.programme_id, PRESET), Occasion.DEADLINE, -days):
            found.add(row.agency_id)
    return sorted(found)


def climbed(figure: OwedFigure, ladder: Ladder) -> bool:
    """Whether a figure that is late has climbed to the top of its ladder."""
    return figure.left < 0 and TOP in reached(ladder, _occasion(figure), figure.left)


def _running(on: date) -> sa.ColumnElement[bool]:
    return Target.programme_id.in_(sa.select(Programme.id).where(programmes.not_long_over(on)))


def _occasion(figure: OwedFigure) -> Occasion:
    return Occasion.RETURN if figure.why is WhyOwed.RETURNED else Occasion.REPORT


def _overdue(session: Session, on: date, *where: sa.ColumnElement[bool]) -> Iterator[tuple[Any, int]]:
    """Deadlines that passed, of targets that can still be met (their programmes run), with the working days since."""
    columns = (Target.id, Target.token, Target.code, Target.title, Target.programme_id, Target.agency_id)
    asked = (
        sa.select(*columns, Commitment.number, StatusSpan.deadline_on, StatusSpan.status)
        .join(StatusSpan, StatusSpan.target_id == Target.id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Programme, Programme.id == Target.programme_id)
        .where(Target.closed_on.is_(None), Programme.ends_on >= on, *where)
        .where(StatusSpan.to_on.is_(None), StatusSpan.status == Status.OVERDUE, StatusSpan.deadline_on < on)
    )
    rows = session.execute(asked).all()
    frames = Frames(session).of({row.programme_id for row in rows}) if rows else {}
    for row in rows:
        left = frames[row.programme_id].calendar.left(on, row.deadline_on)
        if left < 0:
            yield row, -left


def _statuses(session: Session, target_ids: Collection[int]) -> dict[int, str]:
    if not target_ids:
        return {}
    asked = sa.select(StatusSpan.target_id, StatusSpan.status)
    rows = session.execute(asked.where(StatusSpan.target_id.in_(target_ids), StatusSpan.to_on.is_(None)))
    return {row.target_id: row.status for row in rows}


def _of(told: Mapping[About, tuple[Told, ...]], occasion: Occasion, place: Place, by: date) -> tuple[Told, ...]:
    """What was told of one thing; also before the day that counts was kept."""
    return told.get((str(occasion), place, by)) or told.get((str(occasion), place, None), ())


def _told(session: Session, target_ids: Collection[int]) -> dict[About, tuple[Told, ...]]:
    """Who was told of what is late with these targets, by what it is about, by the office held then, highest last."""
    if not target_ids:
        return {}
    of_target = sa.and_(ReminderSent.subject_kind == TARGET, ReminderSent.subject_id.in_(target_ids))
    asked = (
        sa.select(ReminderSent)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(sa.or_(ReminderSent.target_id.in_(target_ids), of_target))
        .where(TOLD)
        .order_by(ReminderSent.told_on)
    )
    rows = session.scalars(asked).all()
    held = agencies.offices_ever(session, {row.person_id for row in rows}) if rows else {}
    found: dict[About, dict[Office, dict[date, None]]] = defaultdict(dict)
    for row in rows:
        then = {one.office for one in held.get(row.person_id, ()) if one.held_on(row.told_on)}
        office = next((one for one in map(Office, reversed(CLIMB)) if one in then), None)
        if office is not None:
            about = (row.occasion, row.place, row.counted_on)
            found[about].setdefault(office, {})[row.told_on] = None
    order = list(map(Office, CLIMB))
    return {
        about: tuple(Told(office, tuple(by_office[office])) for office in sorted(by_office, key=order.index))
        for about, by_office in found.items()
    }
