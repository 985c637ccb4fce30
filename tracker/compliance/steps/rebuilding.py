"""Deriving everything anew, body by body: shared among processes, and gone on with where it was cut short.

A body is done when its steps, what is kept of the days ahead and its sums are; only then is it marked. A rebuild that
ends takes all marks away, so the next one begins anew.
"""

import os
from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import RebuiltBody
from tracker.compliance.records import targets
from tracker.compliance.records.facts import BATCH
from tracker.compliance.steps import locks, sums
from tracker.compliance.steps.store import Batch
from tracker.core import stages
from tracker.core.db.unit_of_work import Unit, Units
from tracker.core.languages import Text, _l
from tracker.rule.facts import RULE_VERSION

Body = tuple[int, int]  # programme, body
REBUILDING = "rebuilding"
STAGES: dict[str, Text] = {REBUILDING: _l("Bodies")}


def units(until: date, *where: sa.ColumnElement[bool]) -> Units[int]:
    """Derive every step of the targets that meet the conditions (on Target), and their bodies' sums, in small units.

    Without conditions bodies that a rebuild of the same day has done before it was cut short are left out. Each unit
    is sent back what it returned; at the end comes how many rows differed.
    """
    mended = 0
    bodies: list[Body] = yield partial(_left, until=until, where=where)
    for done, body in enumerate(bodies, start=1):
        mended += yield from _of_body(until, body, where, (done, len(bodies)))
    if not where:
        mended = yield finish
    return mended


def share(until: date, number: int, of: int) -> Units[None]:
    """The part of one process among several: every so manyth body that is left. It ends early where its parent died."""
    parent = os.getppid()
    bodies: list[Body] = yield partial(_left, until=until)
    for body in bodies:
        if sum(body) % of == number and os.getppid() == parent:
            yield from _of_body(until, body)


def every_body(session: Session) -> list[Body]:
    """(programme, body) of all targets, and of sums that have none left, in order."""
    return sorted({*targets.bodies_with_targets(session), *sums.bodies(session)})


def tell_done(session: Session, of: int) -> None:
    """Say how many bodies several processes have done together."""
    stages.tell(session, REBUILDING, session.scalar(sa.select(sa.func.count()).select_from(RebuiltBody)) or 0, of)
    session.rollback()


def finish(session: Session) -> int:
    """Take the marks away; returns how many rows differed, also before it was cut short."""
    mended = session.scalar(sa.select(sa.func.sum(RebuiltBody.differed)))
    session.execute(sa.delete(RebuiltBody))
    return int(mended or 0)


def _left(session: Session, until: date, where: tuple[sa.ColumnElement[bool], ...] = ()) -> list[Body]:
    """What is still to be done; marks of another day or rule are of a rebuild that nobody went on with."""
    if where:
        return targets.bodies_with_targets(session, where)
    of_this = sa.and_(RebuiltBody.until == until, RebuiltBody.rule_version == RULE_VERSION)
    session.execute(sa.delete(RebuiltBody).where(~of_this))
    done = session.execute(sa.select(RebuiltBody.programme_id, RebuiltBody.agency_id))
    return sorted({*every_body(session)} - {(programme_id, agency_id) for programme_id, agency_id in done})


def _of_body(
    until: date, body: Body, where: tuple[sa.ColumnElement[bool], ...] = (), place: tuple[int, int] = (0, 0)
) -> Generator[Unit, Any, int]:
    of_body = (*targets.of_body(*body), *where)
    mended = 0
    after: int | None = 0
    while after is not None:
        written, after = yield partial(_steps, where=of_body, agency_id=body[1], after=after, until=until)
        mended += written
    done = _Done(until, mended, place) if not where else None
    sums_mended: int = yield partial(_sums, body=body, done=done)
    return mended + sums_mended


def _steps(
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


@dataclass(frozen=True, slots=True)
class _Done:
    """What is marked of a body: up to which day, how many rows of steps differed; the how manyth of how many it was."""

    until: date
    mended: int
    place: tuple[int, int]


def _sums(session: Session, body: Body, done: _Done | None) -> int:
    """A body's sums, and the mark that it is done; returns how many rows of sums differed."""
    written = sums.rebuild(session, *body)
    if done is not None:
        stages.tell(session, REBUILDING, *done.place)
        row = RebuiltBody(
            programme_id=body[0], agency_id=body[1], until=done.until, rule_version=RULE_VERSION,
            differed=done.mended + written,
        )  # fmt: skip
        session.merge(row)  # two processes may have been at it, one after the other
    return written
