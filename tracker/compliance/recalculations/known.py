"""What was said of a day beside what is known of it on another: live, for a batch of targets or a body's."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.classifications import group_on
from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.compliance.recalculations.preview import Pair, Said, said_why
from tracker.compliance.records.facts import in_batches, records_of
from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.programmes.frames import Frames

_TARGET = sa.inspect(Target).local_table.c
_COMMITMENT = sa.inspect(Commitment).local_table.c
_SAID = (SPAN.target_id, SPAN.status, SPAN.score, SPAN.punctuality, SPAN.weight)


def signed_by(programme_id: int, day: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on targets: of a programme, their commitment signed by the day. Before it nothing is said of them."""
    signed = sa.select(_COMMITMENT.id).where(_COMMITMENT.programme_id == programme_id, _COMMITMENT.signed_on <= day)
    return _TARGET.programme_id == programme_id, _TARGET.commitment_id.in_(signed)


def of_programme(programme_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on targets: all of a programme."""
    return (_TARGET.programme_id == programme_id,)


def next_targets(
    session: Session, where: tuple[sa.ColumnElement[bool], ...], after: tuple[int, int] | None, most: int
) -> list[tuple[int, int]]:
    """The next targets that meet the conditions, as (body, target), in this order."""
    statement = sa.select(_TARGET.agency_id, _TARGET.id).where(*where)
    if after is not None:
        statement = statement.where(sa.tuple_(_TARGET.agency_id, _TARGET.id) > after)
    rows = session.execute(statement.order_by(_TARGET.agency_id, _TARGET.id).limit(most))
    return [(agency_id, target_id) for agency_id, target_id in rows]


def peers(session: Session, agency_ids: Iterable[int], on: date) -> dict[int, str]:
    """The peer group of each of these bodies on a day."""
    found: dict[int, str] = {}
    for ids in in_batches(agency_ids):
        rows = session.execute(sa.select(Agency.id, group_on(on)).where(Agency.id.in_(ids)))
        found |= {row[0]: row[1] for row in rows}
    return found


def pairs(
    session: Session, target_ids: Sequence[int], on: date, known_on: date, frames: Frames | None = None
) -> list[Pair]:
    """The stored answer of `on` beside what the facts known on `known_on` say of it; a batch of targets at most."""
    stored = _stored(session, target_ids, on)
    found = []
    for record in records_of(session, target_ids, frames):
        after, why = said_why(record.known_on(known_on), on)
        found.append(Pair(record.target_id, record.agency_id, stored.get(record.target_id), after, why))
    return found


def of_body(
    session: Session, programme_id: int, agency_id: int, on: date, known_on: date, most: int
) -> list[Pair] | None:
    """The same for all targets of a body whose commitment was signed by both days; none where they are over `most`."""
    where = (*signed_by(programme_id, min(on, known_on)), _TARGET.agency_id == agency_id)
    ids = list(
        session.scalars(sa.select(_TARGET.id).where(*where).order_by(_TARGET.domain, _TARGET.id).limit(most + 1))
    )
    if len(ids) > most:
        return None
    frames = Frames(session)
    found = {pair.target_id: pair for batch in in_batches(ids) for pair in pairs(session, batch, on, known_on, frames)}
    return [found[target_id] for target_id in ids]


def _stored(session: Session, target_ids: Sequence[int], on: date) -> dict[int, Said]:
    statement = sa.select(*_SAID).where(SPAN.target_id.in_(target_ids), holds_on(on))
    rows = session.connection().execute(statement)
    return {row.target_id: Said(row.status, row.score, row.punctuality, row.weight) for row in rows}
