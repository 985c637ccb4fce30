"""What is said inside a body about a figure before it is sent. It never leaves the body: no page of anybody else, no
package and no mail tells it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16
from tracker.core.db.facts import Sealed, facts


class CellComment(Base):
    """One thing said about a figure of one target and period (none: its completion)."""

    __tablename__ = "cell_comment"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    period_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("period.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    kind: Mapped[Text16]  # said, handed_back
    text: Mapped[LongText]
    said_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    said_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    said_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("kind IN ('said', 'handed_back')", name="known_kind"),
        sa.Index("ix_cell_comment_target", "target_id", "period_id"),
        facts(Sealed("cell_comment")),
    )
