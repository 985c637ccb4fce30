"""What is closed can only be read: the one refusal that every verb asks on a closed commitment, or a target of it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.core.errors import DomainError
from tracker.core.languages import _l

READ_ONLY = _l("This commitment is closed: it can only be read.")


def demand_open(closed_on: date | None) -> None:
    """Raises DomainError where it was closed."""
    if closed_on is not None:
        raise DomainError(READ_ONLY)


def demand_open_commitment(session: Session, commitment_id: int) -> None:
    """Raises DomainError where a commitment was closed: its targets were, then."""
    demand_open(session.scalar(sa.select(sa.func.max(Target.closed_on)).where(Target.commitment_id == commitment_id)))
