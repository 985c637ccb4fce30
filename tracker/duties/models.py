"""What the committee concluded about a body or one of its targets: a task with an owner and a day; and how it ended.
Both are facts."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16, Text40
from tracker.core.db.facts import Sealed, facts


class Conclusion(Base):
    """A task that a meeting gave to an office of a body, to be done by a day."""

    __tablename__ = "conclusion"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    target_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target.id"), index=True)  # none: of the body
    met_on: Mapped[date]
    task: Mapped[LongText]
    office: Mapped[Text40]
    due_on: Mapped[date]
    concluded_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    concluded_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    concluded_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("office IN ('head', 'deputy', 'officer')", name="known_office"),
        sa.Index("ix_conclusion_agency", "agency_id", "id"),
        sa.Index("ix_conclusion_programme", "programme_id", "due_on", "id"),
        facts(Sealed("conclusion")),
    )


class ConclusionEnd(Base):
    """It was done, with a word and what shows it; or the committee withdrew it. Once."""

    __tablename__ = "conclusion_end"

    id: Mapped[Key]
    conclusion_id: Mapped[BigId] = mapped_column(sa.ForeignKey("conclusion.id"), unique=True)
    outcome: Mapped[Text16]
    text: Mapped[LongText]
    proof: Mapped[LongText | None]
    ended_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    ended_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime]
    ended_on: Mapped[date]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('done', 'withdrawn')", name="known_outcome"),
        sa.CheckConstraint("(outcome = 'done') = (proof IS NOT NULL)", name="done_is_shown"),
        facts(Sealed("conclusion_end")),
    )
