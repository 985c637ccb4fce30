"""What was asked for by hand, and what was promised: facts, told in the ledger."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, LongText
from tracker.core.db.facts import Sealed, facts

OF_PERIOD = sa.text("period_id IS NOT NULL")
OF_COMPLETION = sa.text("period_id IS NULL")


class Asking(Base):
    """Somebody asked for reports, in a sentence of their own. `leaves_on`: the day on which those are told who could be
    told at once, or the next working morning."""

    __tablename__ = "asking"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    period_id: Mapped[BigId] = mapped_column(sa.ForeignKey("period.id"))
    targets: Mapped[Any] = mapped_column(Json)  # ids of those whose report of the period is asked for
    sentence: Mapped[LongText]
    asked_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    leaves_on: Mapped[date]

    __table_args__ = (sa.Index("ix_asking_leaves_on", "leaves_on"), facts(Sealed("asking")))


class Promise(Base):
    """A body said by when it will send a report: once for each. Reminders to it rest until then; the rule knows nothing
    of it."""

    __tablename__ = "promise"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    period_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("period.id"))  # none: the report of completion
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    will_send_on: Mapped[date]
    sentence: Mapped[LongText]
    promised_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    promised_at: Mapped[datetime]

    __table_args__ = (
        sa.Index(
            "uq_promise_period",
            "target_id",
            "period_id",
            unique=True,
            sqlite_where=OF_PERIOD,
            postgresql_where=OF_PERIOD,
        ),
        sa.Index(
            "uq_promise_completion",
            "target_id",
            unique=True,
            sqlite_where=OF_COMPLETION,
            postgresql_where=OF_COMPLETION,
        ),
        facts(Sealed("promise")),
    )
