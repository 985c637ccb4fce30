"""What a person was told and is still open: the product's own inbox. What is done goes by itself."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.mail.models import TOLD, OutboxMail
from tracker.reminders.models import ReminderSent

_THING = (ReminderSent.occasion, ReminderSent.target_id, ReminderSent.period_id)


def _open(person_id: Any) -> sa.Select[Any]:
    """Each thing once, however often it was told: when first and last, and whether the last telling was seen."""
    columns: tuple[Any, ...] = _THING
    found: sa.Select[Any] = (
        sa.select(
            *columns,
            sa.func.min(ReminderSent.told_on).label("first_on"),
            sa.func.max(ReminderSent.told_on).label("last_on"),
            sa.func.count().filter(ReminderSent.seen_at.is_(None)).label("unseen"),
        )
        .join(OutboxMail, OutboxMail.id == ReminderSent.mail_id)
        .where(ReminderSent.person_id == person_id, ReminderSent.closed_on.is_(None), TOLD)
        .group_by(*_THING)
    )
    return found


def waiting(session: Session, person_id: int, _now: Moment) -> int:
    """How many things wait for somebody: the rows of the inbox."""
    return session.scalar(sa.select(sa.func.count()).select_from(_open(person_id).subquery())) or 0


def see(session: Session, now: Moment, *, person_id: int, things: Collection[Any] | None = None) -> int:
    """A person saw what they were told (all of it, or these rows): returns how many tellings that is. Told again, it is
    new again."""
    mine = sa.and_(ReminderSent.person_id == person_id, ReminderSent.seen_at.is_(None))
    seen = sa.update(ReminderSent).where(mine, ReminderSent.closed_on.is_(None))
    if things is not None:
        seen = seen.where(ReminderSent.id.in_(things))
    return int(getattr(session.execute(seen.values(seen_at=now.at)), "rowcount", 0))
