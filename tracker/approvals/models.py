"""What one administrator asks for and a second one decides on. Ids, codes and days, no names."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, Text16, Text40, Text80, Text255
from tracker.core.db.facts import Change, Sealed, facts

WAITING = sa.text("outcome IS NULL")
DECIDED = ("outcome", "decided_by_id", "decided_at")  # told once


class Approval(Base):
    """Something that one administrator asked for and that takes a second one. `detail`: ids, codes, days, no names."""

    __tablename__ = "second_say"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text40]
    about_id: Mapped[BigId | None] = mapped_column(
        sa.ForeignKey("person.id"), index=True
    )  # whom it concerns; none: a body
    agency_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))
    detail: Mapped[Any] = mapped_column(Json)
    reason: Mapped[Text255]
    asked_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    open_key: Mapped[Text80 | None] = mapped_column(unique=True)  # while it waits: the same is not asked for twice
    outcome: Mapped[Text16 | None]
    decided_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('confirmed', 'refused', 'withdrawn', 'expired')", name="known_outcome"),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id"
            " AND decided_by_id <> about_id AND asked_by_id <> about_id)",
            name="two_others",
        ),
        sa.CheckConstraint("(outcome IS NULL) = (open_key IS NOT NULL)", name="open_or_decided"),
        sa.Index("ix_second_say_waiting", "expires_at", sqlite_where=WAITING, postgresql_where=WAITING),
        facts(
            Sealed("approval", without=("open_key", *DECIDED)),
            Sealed("approval_decision", only=("id", *DECIDED), where="decided_by_id IS NOT NULL"),
            changes=(Change(("open_key", *DECIDED), when="OLD.outcome IS NULL"),),
        ),
    )
