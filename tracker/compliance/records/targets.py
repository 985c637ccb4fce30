"""Which targets: those of a programme, a calendar or a body, in the order of their bodies, batch by batch."""

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.records.facts import in_batches
from tracker.compliance.records.statements import BODIES
from tracker.core.db.database import Condition
from tracker.programmes.models import Programme

LOOK_BACK = timedelta(days=7)
Pair = tuple[int, int]  # body, target


def bodies_of(session: Session, target_ids: Iterable[int]) -> list[Pair]:
    """These targets with their bodies, in order."""
    found: list[Pair] = []
    for ids in in_batches(target_ids):
        found += [(row[0], row[1]) for row in session.connection().execute(BODIES, {"ids": ids})]
    return sorted(found)


def matching(session: Session, where: Condition) -> list[Pair]:
    """The targets that meet a condition, with their bodies, in order."""
    return sorted(_pairs(session, sa.select(Target.agency_id, Target.id).where(where)))


def touched(ids: dict[str, set[int]]) -> Condition | None:
    """All targets of the programmes, calendars and bodies among (kind → ids); none where nothing so wide is."""
    wide: list[Condition] = []
    if programmes := ids.get("programme"):
        wide.append(Target.programme_id.in_(programmes))
    if calendars := ids.get("calendar"):
        wide.append(Target.programme_id.in_(sa.select(Programme.id).where(Programme.calendar_id.in_(calendars))))
    if agencies := ids.get("agency"):
        wide.append(Target.agency_id.in_(agencies))
    return sa.or_(*wide) if wide else None


def bodies_with_targets(session: Session, where: tuple[Condition, ...] = ()) -> list[tuple[int, int]]:
    """(programme, body) of the targets that meet the conditions, in order."""
    pair = (Target.programme_id, Target.agency_id)
    return [(row[0], row[1]) for row in session.execute(sa.select(*pair).where(*where).distinct().order_by(*pair))]


def bodies_of_part(session: Session, part: int, parts: int) -> list[int]:
    """Ids of the bodies with targets in one of so many parts; parts are numbered from 1, every body is in one."""
    mine = Target.agency_id % parts == part - 1
    return list(session.scalars(sa.select(Target.agency_id).where(mine).distinct().order_by(Target.agency_id)))


def of_agency(agency_id: int) -> Condition:
    """Condition: a body's targets, in whatever programme."""
    return Target.agency_id == agency_id


def count(session: Session, *where: Condition) -> int:
    """How many targets meet the conditions."""
    return session.scalar(sa.select(sa.func.count()).select_from(Target).where(*where)) or 0


def of_body(programme_id: int, agency_id: int) -> tuple[Condition, ...]:
    """Conditions: a body's targets in a programme."""
    return Target.programme_id == programme_id, Target.agency_id == agency_id


def ids_of_body(programme_id: int, agency_id: int) -> sa.Select[int]:
    """Select of the ids of a body's targets in a programme."""
    return sa.select(Target.id).where(*of_body(programme_id, agency_id))


def next_ids(session: Session, where: tuple[Condition, ...], after: int, most: int) -> list[int]:
    """The next targets that meet the conditions, by id."""
    return list(session.scalars(sa.select(Target.id).where(Target.id > after, *where).order_by(Target.id).limit(most)))


def unbegun(session: Session, day: date, since: date | None, most: int) -> list[Pair]:
    """Targets without a step whose commitment was signed by the day, and not long before `since`, a day that is done.

    A loading that ran over midnight committed after the run of that day: a few days back are looked through again.
    """
    signed = [Commitment.signed_on <= day]
    if since is not None:
        signed.append(Commitment.signed_on > since - LOOK_BACK)
    statement = (
        sa.select(Target.agency_id, Target.id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(*signed, ~sa.exists().where(StatusSpan.target_id == Target.id))
        # By columns of both: no index gives this order, so SQLite begins with the few commitments, not all targets.
        .order_by(Commitment.agency_id, Target.id)
        .limit(most)
    )
    return _pairs(session, statement)


def _pairs(session: Session, statement: sa.Select[int, int]) -> list[Pair]:
    return [(agency_id, target_id) for agency_id, target_id in session.execute(statement)]
