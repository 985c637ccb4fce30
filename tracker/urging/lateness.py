"""All that is late in a body on a day: reports that are owed or came back, and deadlines that passed; each with how
late it is, how its target stands, and who was told of it when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_figures, owed_soon
from tracker.mail.models import OutboxMail
from tracker.programmes import queries as programmes
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.reminders import ladders
from tracker.reminders.digest import occasion_of
from tracker.reminders.ladder import CLIMB, PRESET, Audience, Ladder, reached
from tracker.reminders.models import ReminderSent
from tracker.rule.facts import Status

TOP = CLIMB[-1]  # who is told last: then the product drafts a letter


class What(StrEnum):
    """What of a target is late."""

    REPORT = "report"
    RETURN = "return"  # it came back, and is not answered
    DEADLINE = "deadline"


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
    status = _statuses(session, {figure.target_id for figure in late})
    told = _told(session, {figure.target_id for figure in late})
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
            told=told.get((figure.target_id, figure.period_id, str(occasion_of(figure)), figure.by), ()),
        )
        for figure in late
    ]
    found += _overdue(session, on, agency_id)
    return sorted(found, key=lambda one: (one.by, one.commitment, one.code, one.what))


def at_the_top(session: Session, day: date) -> list[int]:
    """The bodies of which the ladder's top is reached by something that is late, by id. On their working days alone."""
    working, of_programmes = programmes.working_on(session, day), ladders.on_day(session, day)
    found: set[int] = set()
    within = (Target.programme_id.in_(working), Target.closed_on.is_(None), _running(day))
    for figures in owed_soon(session, day, *within):
        found |= {one.agency_id for one in figures if climbed(one, of_programmes.get(one.programme_id, PRESET))}
    return sorted(found)


def climbed(figure: OwedFigure, ladder: Ladder) -> bool:
    """Whether a figure that is late has climbed to the top of its ladder."""
    return figure.left < 0 and TOP in reached(ladder, occasion_of(figure), figure.left)


def audience_label(audience: Audience) -> Office:
    """The office that an audience holds."""
    return Office(audience)


def _running(on: date) -> sa.ColumnElement[bool]:
    return Target.programme_id.in_(sa.select(Programme.id).where(programmes.not_long_over(on)))


def _overdue(session: Session, on: date, agency_id: int) -> Iterable[Late]:
    """Deadlines that passed, of targets that can still be met: their programmes run."""
    columns = (Target.id, Target.token, Target.code, Target.title, Target.programme_id, Commitment.number)
    asked = (
        sa.select(*columns, StatusSpan.deadline_on, StatusSpan.status)
        .join(StatusSpan, StatusSpan.target_id == Target.id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Programme, Programme.id == Target.programme_id)
        .where(Target.agency_id == agency_id, Target.closed_on.is_(None), Programme.ends_on >= on)
        .where(StatusSpan.to_on.is_(None), StatusSpan.status == Status.OVERDUE, StatusSpan.deadline_on < on)
    )
    rows = session.execute(asked).all()
    frames = Frames(session).of({row.programme_id for row in rows}) if rows else {}
    for row in rows:
        left = frames[row.programme_id].calendar.left(on, row.deadline_on)
        if left < 0:
            yield Late(
                What.DEADLINE,
                row.id,
                row.token,
                row.code,
                row.title,
                row.number,
                None,
                row.deadline_on,
                -left,
                row.status,
            )


def _statuses(session: Session, target_ids: Collection[int]) -> dict[int, str]:
    if not target_ids:
        return {}
    asked = sa.select(StatusSpan.target_id, StatusSpan.status)
    rows = session.execute(asked.where(StatusSpan.target_id.in_(target_ids), StatusSpan.to_on.is_(None)))
    return {row.target_id: row.status for row in rows}


def _told(
    session: Session, target_ids: Collection[int]
) -> dict[tuple[int, int | None, str, date | None], tuple[Told, ...]]:
    """Who was told of what is owed by these targets, by what it is about: by the office held then, the highest last."""
    if not target_ids:
        return {}
    columns = (ReminderSent.target_id, ReminderSent.period_id, ReminderSent.occasion, ReminderSent.counted_on)
    asked = (
        sa.select(*columns, ReminderSent.told_on, ReminderSent.person_id)
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(ReminderSent.target_id.in_(target_ids), OutboxMail.state.not_in(("dropped", "failed")))
        .order_by(ReminderSent.told_on)
    )
    rows = session.execute(asked).all()
    held = agencies.offices_ever(session, {row.person_id for row in rows}) if rows else {}
    found: dict[tuple[int, int | None, str, date | None], dict[Office, dict[date, None]]] = defaultdict(dict)
    for row in rows:
        then = {one.office for one in held.get(row.person_id, ()) if one.held_on(row.told_on)}
        office = next((one for one in map(audience_label, reversed(CLIMB)) if one in then), None)
        if office is not None:
            about = (row.target_id, row.period_id, row.occasion, row.counted_on)
            found[about].setdefault(office, {})[row.told_on] = None
    order = list(map(audience_label, CLIMB))
    return {
        about: tuple(Told(office, tuple(by_office[office])) for office in sorted(by_office, key=order.index))
        for about, by_office in found.items()
    }
