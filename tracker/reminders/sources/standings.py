"""What the status of a target says: a deadline that comes or is over while the goal is not met, and a turn for the
worse. Of a day ahead as the rule foresees it if nobody acts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import settled
from tracker.compliance.telling import forecast
from tracker.compliance.telling.explain import STATUS_NAMES
from tracker.core import languages
from tracker.core.languages import _
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import TARGET, Duty
from tracker.reminders.ladder import Occasion
from tracker.rule import Status

UNMET = (Status.OVERDUE, Status.UNREPORTED, Status.PENDING, Status.ON_TRACK, Status.AT_RISK, Status.BEHIND)
TURNED = (Status.AT_RISK, Status.BEHIND, Status.UNREPORTED)
_SHOWN = (
    *(Target.id, Target.token, Target.title, Target.code, Target.agency_id, Target.programme_id),
    *(Programme.starts_on, Programme.ends_on, Commitment.number.label("commitment")),
)
Turns = Mapping[int, Sequence[tuple[date, str]]]  # by target: on which day ahead it turns into what


def _deadlines(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Targets whose goal is not met and whose deadline is over, or near."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    near = SPAN.deadline_on <= max(days) + within.ahead
    statement = (
        sa.select(*_SHOWN, SPAN.status, SPAN.deadline_on)
        .join(SPAN.id.table, sa.and_(SPAN.target_id == Target.id, SPAN.to_on.is_(None), near))
        .join(Programme, Programme.id == Target.programme_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(Target.closed_on.is_(None), Programme.ends_on >= days[0], *where)
    )
    ahead = _ahead(session, days, within)
    if not ahead:
        statement = statement.where(SPAN.status.in_(UNMET))
    rows = session.execute(statement.order_by(Target.agency_id, Target.id)).all()
    frames = Frames(session).of({row.programme_id for row in rows}) if rows else {}
    for day in days:
        found = []
        for row in rows:
            status = _status(row.status, ahead.get(row.id, ()), day)
            if status in UNMET and row.starts_on <= day <= row.ends_on:
                calendar = frames[row.programme_id].calendar
                by = settled(row.deadline_on, calendar)
                found.append(
                    _duty(Occasion.DEADLINE, row, by, calendar.left(day, by), _reach, begun=status == Status.OVERDUE)
                )
        yield day, found


def _turned(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Targets that turned for the worse lately, and stand so still."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    before, later = (StatusSpan.__table__.alias(name) for name in ("before", "later"))
    same = (before.c.target_id == SPAN.target_id, before.c.to_on == SPAN.from_on, before.c.status != SPAN.status)
    other = (later.c.target_id == SPAN.target_id, later.c.from_on > SPAN.from_on, later.c.status != SPAN.status)
    statement = (
        sa.select(*_SHOWN, SPAN.status, SPAN.from_on)
        .join(SPAN.id.table, SPAN.target_id == Target.id)
        .join(Programme, Programme.id == Target.programme_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(SPAN.status.in_(TURNED), SPAN.from_on > days[0] - within.behind, Target.closed_on.is_(None), *where)
        .where(sa.exists().where(*same), ~sa.exists().where(*other))
    )
    ahead = _ahead(session, days, within)
    turned = [(row, row.from_on, row.status) for row in session.execute(statement)]
    turned += _turning(session, ahead)
    frames = Frames(session).of({row.programme_id for row, _on, _status in turned}) if turned else {}
    for day in days:
        found = []
        for row, from_on, status in turned:
            stands = from_on <= day and _status(status, [one for one in ahead.get(row.id, ()) if one[0] > from_on], day)
            if stands == status and day - within.behind < from_on and day <= row.ends_on:
                left = frames[row.programme_id].calendar.left(day, from_on)
                found.append(_duty(Occasion.STATUS, row, from_on, left, partial(_now, status)))
        yield day, found


def _turning(session: Session, ahead: Turns) -> list[tuple[Any, date, str]]:
    """The turns for the worse that lie ahead, each with its target."""
    worse = [(key, on, status) for key, turns in ahead.items() for on, status in turns if status in TURNED]
    statement = (
        sa.select(*_SHOWN)
        .join(Programme, Programme.id == Target.programme_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(Target.id.in_({key for key, _on, _status in worse}), Target.closed_on.is_(None))
    )
    rows = {row.id: row for row in session.execute(statement)} if worse else {}
    return [(rows[key], on, status) for key, on, status in worse if key in rows]


def _ahead(session: Session, days: Sequence[date], within: Within) -> Turns:
    """How targets turn after the day as of which is asked. Of a single day, which is today, nothing lies ahead."""
    known = within.known or days[0]
    last = max(days)
    if last <= known or within.programmes is None:
        return {}
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for turn in forecast.turns(session, known, (last - known).days, SPAN.programme_id.in_(within.programmes)):
        found[turn.target.id].append((turn.from_on, turn.after))
    return found


def _status(now: str, turns: Sequence[tuple[date, str]], day: date) -> str:
    """The status on a day: the one of now, or what it turned into by then."""
    return next((after for on, after in reversed(turns) if on <= day), now)


def _duty(occasion: Occasion, row: Any, by: date, left: int, what: Any, begun: bool = True) -> Duty:
    return Duty(
        occasion=occasion,
        kind=TARGET,
        subject_id=row.id,
        agency_id=row.agency_id,
        at=row.agency_id,
        programme_id=row.programme_id,
        by=by,
        left=left,
        title=row.title,
        what=what,
        begun=begun,
        page=f"/targets/{row.token}",
        order=(row.commitment, row.code),
    )


def _reach() -> str:
    return _("The goal is to be reached")


def _now(status: str) -> str:
    return _("Now: %(status)s", status=languages.within(str(STATUS_NAMES[Status(status)])))


SOURCES = (Declared((Occasion.DEADLINE,), TARGET, _deadlines), Declared((Occasion.STATUS,), TARGET, _turned))
