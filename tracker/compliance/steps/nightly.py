"""The nightly run: every step that has ended is followed by the next. The work grows with these, not the targets."""

from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import AssessedDay, StatusSpan
from tracker.compliance.records import statements, targets
from tracker.compliance.steps import ahead, locks, sums
from tracker.compliance.steps.ahead import follow
from tracker.compliance.steps.service import bring_to
from tracker.compliance.steps.store import Batch
from tracker.core.db.unit_of_work import Units

BATCH = 500  # steps in a unit of work: well under a second, so that nobody else waits long to write


def units(day: date) -> Units[int]:
    """Bring the steps of all targets to the day, batch by batch, in the order of the days on which they ended.

    Missed days are made up on the way: each target goes through all of its own before its batch is committed, so a run
    that is cut short has brought some targets all the way and others not at all, and the next one goes on from there.
    """
    followed = 0
    for some in (_due, _unbegun):
        while found := (yield partial(some, day=day)):
            followed += found
    yield partial(_record, day=day)
    return followed


def assessed_on(session: Session) -> date | None:
    """The last day that a nightly run has brought every step to; none where there was no run yet."""
    return session.scalar(sa.select(AssessedDay.day))


def _due(session: Session, day: date) -> int:
    """One batch of the targets whose step ended on the earliest day that has any; returns how many there were."""
    ended = (StatusSpan.to_on.is_(None), StatusSpan.wake_on <= day)
    first = session.scalar(sa.select(sa.func.min(StatusSpan.wake_on)).where(*ended))
    if first is None:
        return 0
    # One day at a time: so the index gives them in order, body after body, without sorting all that wait.
    found = (
        sa.select(StatusSpan.agency_id, StatusSpan.target_id)
        .where(StatusSpan.to_on.is_(None), StatusSpan.wake_on == first)
        .order_by(StatusSpan.agency_id, StatusSpan.target_id)
        .limit(BATCH)
    )
    pairs = [(agency_id, target_id) for agency_id, target_id in session.execute(found)]
    locks.hold(session, {agency_id for agency_id, _ in pairs})
    left = _follow(session, [target_id for _, target_id in pairs], day)
    bring_to(session, [pair for pair in pairs if pair[1] in left], day)
    return len(pairs)


def _follow(session: Session, target_ids: list[int], day: date) -> set[int]:
    """Follow the steps that ended by what was derived of the days ahead; returns the targets of which nothing is kept.

    No fact is loaded: with those of today nothing else can come of it.
    """
    changes, left = sums.Changes(), set()
    batch = Batch(session, changes=changes)
    for row in session.connection().execute(statements.OPEN, {"ids": target_ids}).all():
        if row.wake_on is None or row.wake_on > day:
            continue  # somebody was faster
        steps_ahead = [step for step in ahead.steps_ahead_of(row) if step.on <= day]
        if steps_ahead:
            batch.replace_open(row, follow(ahead.as_span(row), steps_ahead))
        else:
            left.add(row.target_id)
    batch.write()
    sums.apply(session, changes.take())
    return left


def _unbegun(session: Session, day: date) -> int:
    """One batch of the targets whose commitment's day of signing has come since they were loaded."""
    since = assessed_on(session)
    if since is not None and since > day:
        since = None  # a clock that ran ahead wrote it: what was signed in between is not done
    pairs = targets.unbegun(session, day, since, BATCH)
    bring_to(session, pairs, day)
    return len(pairs)


def _record(session: Session, day: date) -> None:
    row = session.get(AssessedDay, 1)
    if row is None:
        session.add(AssessedDay(id=1, day=day))
    elif row.day < day:
        row.day = day
