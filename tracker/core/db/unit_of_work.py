"""The only place that commits. Services flush and `touch`; the edge (a view, a job's runner, a command) opens a unit
of work."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.db import database, listeners
from tracker.core.db.outage import passes

OUTAGE_SECONDS = 75.0  # with the sending less than a mail is claimed for, so that what was sent is recorded first
PAUSE_SECONDS = 1.0
_TOUCHED = "touched"

T = TypeVar("T")
log = structlog.get_logger("tracker")

Unit = Callable[[Session], Any]
Units = Generator[Unit, Any, T]  # long work as small transactions; returns what sums it up


def touch(session: Session, kind: str, identity: int, known: Any = None) -> None:
    """Say that a fact changed: ("target", 7), ("programme", 2), ("calendar", 1). The listeners hear it before the
    commit.

    `known`: what the caller has read of it under its lock, and has not changed, so that it need not be read again.
    Whoever touches it later without takes that back.
    """
    session.info.setdefault(_TOUCHED, {})[(kind, identity)] = known


@contextmanager
def unit_of_work(now: clock.Moment | None = None) -> Iterator[Session]:
    """Run the block, let the listeners write its consequences, commit; on any error roll everything back and pass it
    on.

    `now` is the moment that the listeners reckon with; the clock's, where none is given.
    """
    session = database.session()
    with database.writing():
        try:
            yield session
            settle(session, now or clock.moment())
            session.commit()
        except BaseException:
            session.info.pop(_TOUCHED, None)
            session.rollback()
            raise
    for act in listeners.after_commit():
        act()


def settle(session: Session, now: clock.Moment) -> None:
    """Flush, and let each listener hear what was touched so far. Called before the commit; by itself only in tests."""
    session.flush()
    touched = session.info.pop(_TOUCHED, {})
    if not touched:
        return
    for listener in listeners.before_commit():
        listener(session, touched, now)
    session.flush()


def carry_out(units: Units[T], before_each: Callable[[Session], None] | None = None) -> T:
    """Do long work unit by unit, each in a transaction of its own and sent back what it returned.

    `before_each` runs inside each transaction, before the unit. Returns what sums the work up.
    """
    answer: Any = None
    while True:
        try:
            unit = units.send(answer)
        except StopIteration as end:
            return cast(T, end.value)
        answer = outlast(partial(_do, unit, before_each))


def outlast(work: Callable[[], T], seconds: float = OUTAGE_SECONDS) -> T:
    """Do work that is one transaction; where the database is away or busy, again and again until it is back.

    For work that may be done twice, as all units of jobs: one whose commit got no answer may stand already. Raises what
    the database said last, when it stays away.
    """
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return work()
        except SQLAlchemyError as error:
            if not passes(error) or time.monotonic() > give_up_at:
                raise
            log.warning("database.waited_for", reason=type(error).__name__)
        time.sleep(PAUSE_SECONDS)


def _do(unit: Unit, before_each: Callable[[Session], None] | None) -> Any:
    with unit_of_work() as session:
        if before_each is not None:
            before_each(session)
        answer = unit(session)
    session.expunge_all()
    return answer
