"""Reads of the stored steps, as of any day. Sums of bodies are read in `standings`."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import StatusSpan
from tracker.core.db.database import Condition

SPAN = sa.inspect(StatusSpan).local_table.c


def spans_of(session: Session, target_id: int) -> list[StatusSpan]:
    """All steps of a target, the latest first."""
    return list(
        session.scalars(
            sa.select(StatusSpan).where(StatusSpan.target_id == target_id).order_by(StatusSpan.from_on.desc())
        )
    )


def holds_on(day: date | sa.ColumnElement[date] | None) -> Condition:
    """Condition on StatusSpan: the step holds on the day; none means today, which the indexes of open steps answer."""
    if day is None:
        return SPAN.to_on.is_(None)
    return sa.and_(SPAN.from_on <= day, sa.or_(SPAN.to_on.is_(None), SPAN.to_on > day))
