"""What a head asks of the appraiser about a figure that was accepted, what came of it, and on which named decision an
accepted figure was opened again. All of it is only added to."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16, Text40, Text80
from tracker.core.db.facts import Sealed, facts


class Correction(Base):
    """A head asks that an accepted figure be opened again, since it is wrong."""

    __tablename__ = "correction"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    revision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    reason: Mapped[LongText]
    asked_on: Mapped[date]
    asked_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: a package brought it
    asked_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    asked_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("correction")),)


class CorrectionEnd(Base):
    """What came of it: granted, refused, or withdrawn by the body before anybody decided."""

    __tablename__ = "correction_end"

    id: Mapped[Key]
    correction_id: Mapped[BigId] = mapped_column(sa.ForeignKey("correction.id"), unique=True)
    outcome: Mapped[Text16]
    reason: Mapped[LongText | None]  # none: withdrawn
    decision_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("decision.id"))  # that opened the report again
    ended_on: Mapped[date]
    ended_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('granted', 'refused', 'withdrawn')", name="known_outcome"),
        sa.CheckConstraint("(decision_id IS NOT NULL) = (outcome = 'granted')", name="granted_opens"),
        facts(Sealed("correction_end")),
    )


class Reopening(Base):
    """On which named decision an accepted figure was opened again. Why stands in the decision's own reason."""

    __tablename__ = "reopening"

    id: Mapped[Key]
    decision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("decision.id"), unique=True)
    ground: Mapped[Text16]  # finding, appeal, correction
    number: Mapped[Text80 | None]  # of the paper; a correction needs none
    dated_on: Mapped[date | None]

    __table_args__ = (
        sa.CheckConstraint("ground IN ('finding', 'appeal', 'correction')", name="known_ground"),
        sa.CheckConstraint("(number IS NULL) = (dated_on IS NULL)", name="named_whole"),
        sa.CheckConstraint("ground = 'correction' OR number IS NOT NULL", name="named"),
        facts(Sealed("reopening")),
    )
