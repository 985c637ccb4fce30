"""The append-only record of who did what, the chain over it, the heads that were published, and what was erased.

Rows carry ids, never names or addresses. The database refuses to change or remove any of them (`triggers`).
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80

HASH = sa.String(64)


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


class AuditLink(Base):
    """One link of the chain. Without a foreign key: where a record is gone, the link still says so."""

    __tablename__ = "audit_link"

    seq: Mapped[BigId] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[BigId] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(HASH)


class AuditHead(Base):
    """The end of the chain as it was published on a day."""

    __tablename__ = "audit_head"

    day: Mapped[date] = mapped_column(primary_key=True)
    seq: Mapped[BigId]
    hash: Mapped[str] = mapped_column(HASH)
    published_at: Mapped[datetime]


class FactDigests(Base):
    """The digests of facts that came many at once, in a package or before digests were kept, by runs of numbers.

    `digests`: 20 bytes each. The record that names the bundle holds the hash of all its rows.
    """

    __tablename__ = "fact_digests"

    id: Mapped[Key]
    bundle: Mapped[Text40] = mapped_column(index=True)
    kind: Mapped[Text40]
    first_id: Mapped[BigId]
    digests: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Erasure(Base):
    """A person or a file that was erased, why and by whose decision, so that a restored backup forgets it again.

    `subject` is the person's token or the file's SHA-256: both outlive an older backup, where a number may not.
    """

    __tablename__ = "erasure"

    id: Mapped[Key]
    kind: Mapped[Text16]  # person, file
    subject: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[LongText]
    decided_by_id: Mapped[BigId | None]  # none: known only in a later state than the one that was restored
    at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("kind", "subject"),
        sa.CheckConstraint("kind IN ('person', 'file')", name="known_kind"),
    )
