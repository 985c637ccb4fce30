"""Consequences of a change: steps of every target that it touches and sums of their bodies, in the same transaction.

The nightly run is in `nightly`, deriving everything anew in `rebuilding`, proving what is stored in `verify`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from tracker.commitments.queries import Signed
from tracker.compliance.records import targets
from tracker.compliance.records.facts import BATCH, Record
from tracker.compliance.records.targets import Pair
from tracker.compliance.steps import locks, sums
from tracker.compliance.steps.store import Batch
from tracker.core import stages
from tracker.core.clock import Moment
from tracker.core.db.listeners import Touched
from tracker.programmes.frames import Frames

DERIVING = "deriving"  # the stage that is told of
Then = Callable[[Session, Moment, list[Record]], None]


def on_touched(session: Session, touched: Touched, now: Moment, then: Then | None = None) -> None:
    """Hear what was touched ("target", "programme", "calendar", "agency") and bring those targets' steps to today.

    A target that has no steps yet gets its whole history: so a loaded package is replayed. `then` is called with the
    records of each batch, so that what else follows from them need not read them again. What is known of a target
    (`Signed`) is not read again either: neither its row nor what was altered on it can change while it is locked.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, identity in touched:
        ids[kind].add(identity)
    wide = targets.touched(ids)
    known = {identity: signed for (_kind, identity), signed in touched.items() if isinstance(signed, Signed)}
    if wide is None and known.keys() >= ids["target"]:
        found = sorted((signed.target.agency_id, identity) for identity, signed in known.items())
        locks.hold(session, {agency_id for agency_id, _ in found})
    elif wide is None and len(ids["target"]) <= BATCH:
        found = locks.hold_bodies_of(session, ids["target"])
    else:
        found = targets.bodies_of(session, ids["target"])
        if wide is not None:
            found = sorted({*found, *targets.matching(session, wide)})
        locks.hold(session, {agency_id for agency_id, _ in found})
    known = known if wide is None else {}  # nothing is known of what is as wide as a programme
    derive = partial(_bring, day=now.on, known=known)
    _derive(session, found, derive, then and partial(then, session, now))


def _bring(batch: Batch, ids: list[int], day: date, known: Mapping[int, Signed]) -> list[Record]:
    return batch.bring_to(ids, day, known)


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


def _derive(
    session: Session,
    pairs: list[Pair],
    derive: Callable[[Batch, list[int]], list[Record]],
    then: Callable[[list[Record]], None] | None = None,
) -> int:
    frames, changes, written = Frames(session), sums.Changes(), 0
    for start in range(0, len(pairs), BATCH):
        stages.tell(session, DERIVING, start, len(pairs))
        batch_of_pairs = pairs[start : start + BATCH]
        batch = Batch(session, frames, changes)
        records = derive(batch, [target_id for _, target_id in batch_of_pairs])
        written += batch.write()
        # The last body of a batch may go on in the next one; its sums are written once.
        sums.apply(session, changes.take(but_agency=batch_of_pairs[-1][0]))
        if then is not None:
            then(records)
    sums.apply(session, changes.take())
    stages.tell(session, DERIVING, len(pairs), len(pairs))
    return written
