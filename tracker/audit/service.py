"""Adding to the record of who did what, to the chain over it, and to what was published and erased. There is no other
verb: rows are never changed or removed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import comparing, queries, sealing
from tracker.audit.chain import Head, linked
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent, AuditHead, AuditLink, Erasure
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units

BATCH = 2_000  # records that one unit of work links
RANGE = 50_000  # numbers among which one unit of the whole look searches
LOCK_KEY = 7_116_821_005  # any number: PostgreSQL's name for "the end of the chain"

BEFORE, AFTER = "before", "after"  # keys in a record's detail: each field that was changed, with its value
_SIDES = BEFORE, AFTER

_RECORD = sa.insert(AuditEvent)


def record(
    session: Session,
    now: Moment,
    event: Event,
    *,
    actor_id: int | None,
    subject: tuple[str, int | None],
    agency_id: int | None = None,
    detail: dict[str, Any] | None = None,
    facts: Iterable[Fact] = (),
) -> None:
    """Add one event to the record; `detail` holds ids and figures, no names or addresses, and under `BEFORE` and
    `AFTER` the fields that were changed. `facts`: those that it added, whose digests stand in it from then on."""
    kind, identity = subject
    held = sealing.held(facts)
    if held:
        detail = {**(detail or {}), sealing.FACTS: held}
    # At once, since nobody asks for the row as an object: that would cost four times as much at every save.
    session.connection().execute(
        _RECORD,
        {
            "at": now.at,
            "actor_id": actor_id,
            "event": event.value,
            "subject_kind": kind,
            "subject_id": identity,
            "agency_id": agency_id,
            "detail": detail,
        },
    )


def changes(**turns: tuple[Any, Any]) -> dict[str, Any]:
    """What a record's detail holds of fields with their values before and after: nothing of one that stayed."""
    found = {name: turn for name, turn in turns.items() if turn[0] != turn[1]}
    sides = {side: {name: _told(turn[place]) for name, turn in found.items()} for place, side in enumerate(_SIDES)}
    return sides if found else {}


def chain_units(most: int = 200_000) -> Units[int]:
    """Link what was recorded since, some thousand records a unit. Returns how many.

    The order of the chain is the order of linking. Two transactions may commit in another order than their numbers
    say; whatever comes late is linked a minute later, and `whole_chain_units` looks for it among all.
    """
    done = 0
    while done < most:
        count: int = yield _link_recent
        done += count
        if count < BATCH:
            break
    return done


def whole_chain_units() -> Units[int]:
    """Link every record that waits, however long ago it was numbered. Returns as `chain_units` does."""
    done = 0
    bounds: tuple[int, int] | None = yield queries.numbers
    if bounds is not None:
        for start, end in _ranges(*bounds):
            count = BATCH
            while count == BATCH:
                count = yield partial(_link, after=start, up_to=end)
                done += count
    return done


def publish(session: Session, now: Moment, day: date) -> Head | None:
    """Record the end of the chain as this day's head, once a day; none where there is no chain yet.

    Whoever published is to tell it outside the database as well: that is what makes a rewritten chain show.
    """
    head = queries.head_of(session, day)
    last = queries.last_link(session)
    if head is not None or last is None:
        return head
    session.add(AuditHead(day=day, seq=last.seq, hash=last.hash, published_at=now.at))
    session.flush()
    return Head(day, last.seq, last.hash)


def record_erasure(
    session: Session, now: Moment, *, kind: str, subject: str, reason: str, decided_by_id: int | None
) -> Erasure:
    """Keep that a person (`subject` its token) or a file (its SHA-256) was erased, why and by whose decision."""
    erasure = Erasure(kind=kind, subject=subject, reason=reason, decided_by_id=decided_by_id, at=now.at)
    session.add(erasure)
    session.flush()
    return erasure


def seal(session: Session, now: Moment, kinds: Collection[str] | None = None) -> int:
    """Take the digests of all facts (or of some kinds) that stand in no record, because they are older than digests are
    kept, and record that; returns how many there were.

    Of one that was put in past the product this makes a recorded one, so it is nobody's daily work.
    """
    bundle = sealing.Bundle(session)
    for some in comparing.comparison(session).unsealed(kinds):
        bundle.add(some)
    if bundle.counts:
        detail = {**bundle.counts, **bundle.close()}
        record(session, now, Event.FACTS_SEALED, actor_id=None, subject=("facts", None), detail=detail)
    return sum(bundle.counts.values())


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _link_recent(session: Session) -> int:
    _alone(session)
    return _link(session, queries.look_from(session), None)


def _link(session: Session, after: int, up_to: int | None) -> int:
    _alone(session)
    links = linked(queries.last_link(session), queries.waiting(session, after, up_to, BATCH))
    if links:
        rows = [{"seq": link.seq, "entry_id": link.entry_id, "hash": link.hash} for link in links]
        session.execute(sa.insert(AuditLink), rows)
    return len(links)


def _alone(session: Session) -> None:
    """One at a time adds to the chain. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))


def _ranges(lowest: int, highest: int) -> Iterator[tuple[int, int]]:
    """(above, up to) pairs that cover the numbers."""
    for start in range(lowest - 1, highest, RANGE):
        yield start, min(start + RANGE, highest)
