"""Consequences of a change: the steps of every target that it touches, and the sums of their bodies, in the same transaction.

The nightly run is in `nightly`, proving what is stored in `verify`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance import locks, sums
from tracker.compliance.facts import BATCH, in_batches
from tracker.compliance.frames import Frames
from tracker.compliance.store import Batch
from tracker.core.clock import Moment
from tracker.core.listeners import Touched
from tracker.programmes.models import Programme

Unit = Callable[[Session], Any]
Units = Generator[Unit, Any, str | None]


def on_touched(session: Session, touched: Touched, now: Moment) -> None:
    """Hear what was touched ("target", "programme", "calendar", "agency") and bring the steps of those targets to today.

    A target that has no steps yet gets its whole history: so a loaded package is replayed.
    """
    ids: dict[str, set[int]] = {}
    for kind, identity in touched:
        ids.setdefault(kind, set()).add(identity)
    wide = _targets_of(ids)
    if wide is None:
        found = _bodies_of(session, ids.get("target", set()))
    else:
        found = sorted({*_bodies_of(session, ids.get("target", set())), *_matching(session, wide)})
    bring_to(session, found, now.on)


def bring_to(session: Session, targets: Iterable[tuple[int, int]], day: date) -> int:
    """Bring the steps of targets, (body, target) pairs in order, to the day; returns how many rows were written."""
    pairs = list(targets)
    locks.hold(session, {agency_id for agency_id, _ in pairs})
    return _derive(session, pairs, lambda batch, ids: batch.bring_to(ids, day))


def rebuild(session: Session, target_ids: Iterable[int], until: date) -> int:
    """Derive all steps of these targets from their facts, up to the day; returns how many rows differed.

    Unlike a touch this also rewrites days that are past: it is for loading and for mending.
    """
    pairs = _bodies_of(session, set(target_ids))
    locks.hold(session, {agency_id for agency_id, _ in pairs})
    return _derive(session, pairs, lambda batch, ids: batch.derive_anew(ids, until))


def rebuild_units(until: date, *where: sa.ColumnElement[bool]) -> Units:
    """Derive every step of the targets that meet the conditions (on Target), and their bodies' sums, in small units of work.

    Each unit is sent back what it returned; at the end comes a line that says how much differed.
    """
    mended = 0
    bodies: list[tuple[int, int]] = yield partial(_bodies_with_targets, where=where)
    for programme_id, agency_id in bodies:
        of_body = (Target.programme_id == programme_id, Target.agency_id == agency_id, *where)
        after: int | None = 0
        while after is not None:
            written, after = yield partial(_rebuild_some, where=of_body, agency_id=agency_id, after=after, until=until)
            mended += written
        mended += yield partial(sums.rebuild, programme_id=programme_id, agency_id=agency_id)
    return f"{mended} rows differed"


def _bodies_with_targets(session: Session, where: tuple[sa.ColumnElement[bool], ...]) -> list[tuple[int, int]]:
    """(programme, body) of the targets that meet the conditions."""
    pair = (Target.programme_id, Target.agency_id)
    return list(session.connection().execute(sa.select(*pair).where(*where).distinct().order_by(*pair)))


def _rebuild_some(
    session: Session, where: tuple[sa.ColumnElement[bool], ...], agency_id: int, after: int, until: date
) -> tuple[int, int | None]:
    """One batch of a body's targets: how many rows differed, and the last target's id where more may follow.

    Sums are left to the end of the body: adding up once is cheaper than carrying each change of a year.
    """
    locks.hold(session, [agency_id])
    found = sa.select(Target.id).where(Target.id > after, *where).order_by(Target.id).limit(BATCH)
    ids = list(session.connection().execute(found).scalars())
    batch = Batch(session)
    batch.derive_anew(ids, until)
    return batch.write(), ids[-1] if len(ids) == BATCH else None


def _derive(session: Session, pairs: list[tuple[int, int]], derive: Callable[[Batch, list[int]], None]) -> int:
    frames, changes, written = Frames(session), sums.Changes(), 0
    for batch_of_pairs in _batches(pairs):
        batch = Batch(session, frames, changes)
        derive(batch, [target_id for _, target_id in batch_of_pairs])
        written += batch.write()
        # The last body of a batch may go on in the next one; its sums are written once.
        sums.apply(session, changes.take(but_agency=batch_of_pairs[-1][0]))
    sums.apply(session, changes.take())
    return written


def _batches(pairs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    return (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))


def _targets_of(ids: dict[str, set[int]]) -> sa.ColumnElement[bool] | None:
    """All targets of the touched programmes, calendars and bodies; none where nothing so wide was touched."""
    wide: list[sa.ColumnElement[bool]] = []
    if programmes := ids.get("programme"):
        wide.append(Target.programme_id.in_(programmes))
    if calendars := ids.get("calendar"):
        wide.append(Target.programme_id.in_(sa.select(Programme.id).where(Programme.calendar_id.in_(calendars))))
    if agencies := ids.get("agency"):
        wide.append(Target.agency_id.in_(agencies))
    return sa.or_(*wide) if wide else None


def _bodies_of(session: Session, target_ids: set[int]) -> list[tuple[int, int]]:
    """(body, target) of these targets, in order."""
    found: list[tuple[int, int]] = []
    for ids in in_batches(target_ids):
        found += session.connection().execute(sa.select(Target.agency_id, Target.id).where(Target.id.in_(ids)))
    return sorted(found)


def _matching(session: Session, where: sa.ColumnElement[bool]) -> Iterator[tuple[int, int]]:
    statement = sa.select(Target.agency_id, Target.id).where(where).execution_options(yield_per=5_000)
    yield from session.connection().execute(statement)
