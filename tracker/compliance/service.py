"""Consequences of a change: steps of every target that it touches and sums of their bodies, in the same transaction.

The nightly run is in `nightly`, proving what is stored in `verify`.
"""

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance import locks, sums, targets
from tracker.compliance.facts import BATCH
from tracker.compliance.frames import Frames
from tracker.compliance.store import Batch
from tracker.compliance.targets import Pair
from tracker.core import stages
from tracker.core.clock import Moment
from tracker.core.listeners import Touched

DERIVING = "deriving"  # the stage that is told of
Unit = Callable[[Session], Any]
Units = Generator[Unit, Any, str | None]


def on_touched(session: Session, touched: Touched, now: Moment) -> None:
    """Hear what was touched ("target", "programme", "calendar", "agency") and bring those targets' steps to today.

    A target that has no steps yet gets its whole history: so a loaded package is replayed.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, identity in touched:
        ids[kind].add(identity)
    found = targets.bodies_of(session, ids["target"])
    wide = targets.touched(ids)
    if wide is not None:
        found = sorted({*found, *targets.matching(session, wide)})
    bring_to(session, found, now.on)


def bring_to(session: Session, pairs: list[Pair], day: date) -> int:
    """Bring the steps of targets, (body, target) in order, to the day; returns how many rows were written."""
    locks.hold(session, {agency_id for agency_id, _ in pairs})
    return _derive(session, pairs, lambda batch, ids: batch.bring_to(ids, day))


def rebuild(session: Session, target_ids: Iterable[int], until: date) -> int:
    """Derive all steps of these targets from their facts, up to the day; returns how many rows differed.

    Unlike a touch this also rewrites days that are past: it is for loading and for mending.
    """
    pairs = targets.bodies_of(session, target_ids)
    locks.hold(session, {agency_id for agency_id, _ in pairs})
    return _derive(session, pairs, lambda batch, ids: batch.derive_anew(ids, until))


def rebuild_units(until: date, *where: sa.ColumnElement[bool]) -> Units:
    """Derive every step of the targets that meet the conditions (on Target), and their bodies' sums, in small units.

    Each unit is sent back what it returned; at the end comes a line that says how much differed.
    """
    mended = 0
    bodies: list[tuple[int, int]] = yield partial(targets.bodies_with_targets, where=where)
    for programme_id, agency_id in bodies:
        of_body = (*targets.of_body(programme_id, agency_id), *where)
        after: int | None = 0
        while after is not None:
            written, after = yield partial(_rebuild_some, where=of_body, agency_id=agency_id, after=after, until=until)
            mended += written
        mended += yield partial(sums.rebuild, programme_id=programme_id, agency_id=agency_id)
    return f"{mended} rows differed"


def _rebuild_some(
    session: Session, where: tuple[sa.ColumnElement[bool], ...], agency_id: int, after: int, until: date
) -> tuple[int, int | None]:
    """One batch of a body's targets: how many rows differed, and the last target's id where more may follow.

    Sums are left to the end of the body: adding up once is cheaper than carrying each change of a year.
    """
    locks.hold(session, [agency_id])
    ids = targets.next_ids(session, where, after, BATCH)
    batch = Batch(session)
    batch.derive_anew(ids, until)
    return batch.write(), ids[-1] if len(ids) == BATCH else None


def _derive(session: Session, pairs: list[Pair], derive: Callable[[Batch, list[int]], None]) -> int:
    frames, changes, written = Frames(session), sums.Changes(), 0
    for start in range(0, len(pairs), BATCH):
        stages.tell(session, DERIVING, start, len(pairs))
        batch_of_pairs = pairs[start : start + BATCH]
        batch = Batch(session, frames, changes)
        derive(batch, [target_id for _, target_id in batch_of_pairs])
        written += batch.write()
        # The last body of a batch may go on in the next one; its sums are written once.
        sums.apply(session, changes.take(but_agency=batch_of_pairs[-1][0]))
    sums.apply(session, changes.take())
    stages.tell(session, DERIVING, len(pairs), len(pairs))
    return written
