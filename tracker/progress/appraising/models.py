"""What an appraiser asks about a report without returning it, with what its body answers; and the reasons for which
reports are usually returned, as Home Affairs words them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40
from tracker.core.db.facts import Sealed, facts


class QuestionLine(Base):
    """One thing said in the thread of a report: asked by an appraiser, or answered by its body."""

    __tablename__ = "question_line"

    id: Mapped[Key]
    report_id: Mapped[BigId] = mapped_column(sa.ForeignKey("report.id"))
    revision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("revision.id"))  # the last one, when it was said
    seq: Mapped[int] = mapped_column(sa.SmallInteger)
    side: Mapped[Text16]  # appraiser, body
    text: Mapped[LongText]
    said_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    said_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    said_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("report_id", "seq"),
        sa.CheckConstraint("side IN ('appraiser', 'body')", name="known_side"),
        facts(Sealed("question_line")),
    )


class ReturnReason(Base):
    """A reason for which reports are returned, ready to be chosen; `text` by language. What was returned with it keeps
    its own words."""

    __tablename__ = "return_reason"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    text: Mapped[Any] = mapped_column(Json)
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    written_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
