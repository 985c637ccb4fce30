"""What a check asked about a figure that was sent, and what its body answered: facts, sent with the revision."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text40
from tracker.core.db.facts import Sealed, facts


class CheckAnswer(Base):
    """One check that asked about one revision. `detail`: the figures that its sentence tells, as canonical JSON."""

    __tablename__ = "check_answer"

    id: Mapped[Key]
    revision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("revision.id"))
    code: Mapped[Text40]
    detail: Mapped[LongText]
    answer: Mapped[LongText | None]  # none: it was sent without one

    __table_args__ = (sa.UniqueConstraint("revision_id", "code"), facts(Sealed("check_answer")))
