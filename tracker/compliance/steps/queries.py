"""Reads of the stored steps, as of any day. Sums of bodies are read in `standings`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import StatusSpan
from tracker.core.db.database import Condition

SPAN = sa.inspect(StatusSpan).local_table.c


_OF_TARGET = sa.select(*SPAN).where(SPAN.target_id == sa.bindparam("target")).order_by(SPAN.from_on.desc())


def spans_of(session: Session, target_id: int) -> Sequence[Any]:
    """All steps of a target as rows, the latest first."""
    return session.connection().execute(_OF_TARGET, {"target": target_id}).all()


def holds_on(day: date | sa.ColumnElement[date] | None) -> Condition:
    """Condition on StatusSpan: the step holds on the day; none means today, which the indexes of open steps answer."""
    if day is None:
        return SPAN.to_on.is_(None)
    return sa.and_(SPAN.from_on <= day, sa.or_(SPAN.to_on.is_(None), SPAN.to_on > day))
