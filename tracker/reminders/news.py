"""What was decided on the reports of somebody's bodies since their last digest: told in the next one.

A decision can be taken back on its day, so a mail tells none of today's.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment, day_of
from tracker.mail.models import TOLD, OutboxMail
from tracker.progress import decided

KIND = "digest"
FIRST = timedelta(days=7)  # so far back for whoever never got one
MOST = 500  # decisions that are read for all receivers of a unit


def of_persons(
    session: Session, now: Moment, bodies: Mapping[int, Collection[int]], before: datetime | None = None
) -> dict[int, list[Any]]:
    """By person, rows of `decided` on the bodies that are given by person, since each one's last digest (before an
    instant). Two statements, however many persons there are."""
    of_all = {agency_id for some in bodies.values() for agency_id in some}
    if not of_all:
        return {}
    since = _last_days(session, now, bodies, before or now.at)
    first = min(since.values())
    rows = decided.on_days(session, of_all, first, now.on, MOST)
    return {
        person_id: [row for row in rows if row.Report.agency_id in some and row.decided_on >= since[person_id]]
        for person_id, some in bodies.items()
    }


def _last_days(session: Session, now: Moment, persons: Collection[int], before: datetime) -> dict[int, date]:
    """The day of each one's last digest that left, or may still leave."""
    last = (
        sa.select(OutboxMail.person_id, sa.func.max(OutboxMail.created_at))
        .where(OutboxMail.kind == KIND, OutboxMail.person_id.in_(persons), OutboxMail.created_at < before)
        .where(TOLD)
        .group_by(OutboxMail.person_id)
    )
    found = {person_id: day_of(at) for person_id, at in session.execute(last)}
    return {person_id: found.get(person_id, now.on - FIRST) for person_id in persons}
