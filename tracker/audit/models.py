"""The append-only record of who did what. Rows carry ids, never names or addresses; chaining them is a later job's
work."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Base, BigId, Json, Key, Text40, Text80


class AuditEvent(Base):
    """One thing that somebody did. `event` is `subject.verb_in_past`: `report.sent`, `draft.saved`,
    `account.signed_in`."""

    __tablename__ = "audit_event"

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[BigId | None]  # a person; none: the product itself
    event: Mapped[Text80]
    subject_kind: Mapped[Text40]
    subject_id: Mapped[BigId | None]
    agency_id: Mapped[BigId | None]
    detail: Mapped[Any | None] = mapped_column(Json)

    __table_args__ = (
        sa.Index("ix_audit_event_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_audit_event_agency", "agency_id", "id"),
        sa.Index("ix_audit_event_actor", "actor_id", "id"),
        sa.Index("ix_audit_event_at", "at"),
    )
