"""What the product does each night: it looks for signs in what was recorded since it last looked, and notes those that
it has not told before. It asks nobody."""

from collections.abc import Iterable
from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.records.facts import BATCH, in_batches, records_of
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.signs import finders, reading, service
from tracker.signs.finders import Found

Of = tuple[int, int, int | None]  # programme, body, target


def units(since: date, day: date, now: Moment) -> Units[int]:
    """A batch of targets a unit; how many signs are new."""
    at, new = Moment(now.at, day), 0
    touched: list[int] = yield partial(reading.touched, since=since)
    for ids in in_batches(touched, BATCH):
        new += int((yield partial(_look, ids=ids, since=since, now=at)))
    return new + int((yield partial(_hours, since=since, now=at)))


def _look(session: Session, ids: list[int], since: date, now: Moment) -> int:
    found: list[tuple[Of, Found]] = []
    for record in records_of(session, ids):
        of = (record.programme_id, record.agency_id, record.target_id)
        found += [(of, one) for one in finders.of_target(record.known_on(now.on), now.on)]
    where = reading.places(session, ids)
    found += [((*where[target_id], target_id), one) for target_id, one in reading.same_files(session, ids, since)]
    return _note(session, now, found)


def _hours(session: Session, since: date, now: Moment) -> int:
    frames = Frames(session).of(session.scalars(sa.select(Programme.id)).all())
    told = reading.last_hours(session, since, {key: frame.calendar for key, frame in frames.items()})
    return _note(session, now, [((programme_id, agency_id, None), one) for programme_id, agency_id, one in told])


def _note(session: Session, now: Moment, found: Iterable[tuple[Of, Found]]) -> int:
    return sum(service.note(session, now, *of, found=one) is not None for of, one in found)
