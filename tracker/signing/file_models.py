"""Files of documents as they were signed outside and sealed, and the keys of the seal. All of it are facts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16
from tracker.core.db.facts import Sealed, facts
from tracker.signing.models import MadeDocument


class SignedFile(Base):
    """A document's file with one signature more, as bytes in the store: the body's, the PPC's, or the seal. It begins
    with all that stood before. `found`: what was found out about its signatures when it came in."""

    __tablename__ = "signed_file"

    id: Mapped[Key]
    document_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document.id"))
    kind: Mapped[Text16]
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]
    begins_with: Mapped[str] = mapped_column(sa.String(64))  # the hash of what it was added to
    found: Mapped[Any] = mapped_column(Json)
    received_at: Mapped[datetime]
    received_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: the product sealed it

    document: Mapped[MadeDocument] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("document_id", "kind"),
        sa.CheckConstraint("kind IN ('body', 'ppc', 'seal')", name="known_kind"),
        facts(Sealed("signed_file")),
    )


class SealKey(Base):
    """A key of the seal, from when on it is used, and why it took the place of the one before. Each entry names the
    hash of the one before it, so that none is put in between or left out."""

    __tablename__ = "seal_key"

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    certificates: Mapped[LongText]  # PEM: its own, then those up to its authority
    since: Mapped[datetime]
    reason: Mapped[Text16]
    lost_since: Mapped[datetime | None]  # from when on seals of the one before are not to be believed
    note: Mapped[LongText | None]
    before: Mapped[str | None] = mapped_column(sa.String(64))  # the hash of the entry before
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    proof: Mapped[LongText | None]  # the hash, signed by the key before: where that was not lost

    __table_args__ = (
        sa.CheckConstraint("reason IN ('first', 'changed', 'lost')", name="known_reason"),
        sa.CheckConstraint("(seq = 1) = (before IS NULL)", name="chained"),
        facts(Sealed("seal_key")),
    )
