"""Which side won where a figure came back from a file: both texts stay, whichever it was. Never changes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16
from tracker.core.db.facts import Sealed, facts


class CellMerge(Base):
    """One part of a figure for which a file had another text than it was given along with."""

    __tablename__ = "cell_merge"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    period_id: Mapped[BigId] = mapped_column(sa.ForeignKey("period.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    part: Mapped[Text16]  # the figure with its day, or one field
    side: Mapped[Text16]  # whose text stands since: yours (the file's), theirs
    conflict: Mapped[bool]  # whether what stood had changed meanwhile too, so that somebody chose
    yours: Mapped[LongText]  # field → text, as JSON
    theirs: Mapped[LongText]
    language: Mapped[Text16]  # of the file: by its custom both texts are written
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    merged_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    merged_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("side IN ('yours', 'theirs')", name="known_side"),
        sa.Index("ix_cell_merge_target_id", "target_id", "period_id"),
        facts(Sealed("cell_merge")),
    )
