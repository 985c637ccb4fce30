"""The status of every target as a step function of time, and the sums of it, kept as steps too."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40

OPEN = sa.text("to_on IS NULL")
# Literal, so that both databases see that the partial index answers the list that asks for it.
OVER_ALL = "domain < 1"
ATTENTION = "status IN ('overdue', 'unreported')"


class StatusSpan(Base):
    """One step: the answer that holds from `from_on` until the day before `to_on`, or until further notice.

    Scores are integer hundredths (8450 is 84.50). What stands under "while open" is kept up to date as long as the
    step is open.
    """

    __tablename__ = "status_span"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    programme_id: Mapped[BigId]
    agency_id: Mapped[BigId]
    domain: Mapped[int] = mapped_column(sa.SmallInteger)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    status: Mapped[Text16]
    score: Mapped[int | None]
    delivery: Mapped[int | None]
    punctuality: Mapped[int | None]
    weight: Mapped[Decimal]
    reason: Mapped[Any] = mapped_column(Json)
    digest: Mapped[Text40]  # of the facts known on from_on
    rule_version: Mapped[int] = mapped_column(sa.SmallInteger)
    # While open:
    next_change_on: Mapped[date | None]  # the rule's word: the first day on which the answer differs, if nobody acts
    wake_on: Mapped[date | None]  # the nightly run looks again: then, or at a change of weight or of what is known
    deadline_on: Mapped[date]  # the deadline in force, past suspensions; D is this day rolled to a working day

    __table_args__ = (
        sa.UniqueConstraint("target_id", "from_on"),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name="days_in_order"),
        sa.Index("uq_status_span_open", "target_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("ix_status_span_wake", "wake_on", "agency_id", "target_id", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index(
            "ix_status_span_list",
            "programme_id",
            "status",
            "deadline_on",
            "target_id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        sa.Index(
            "ix_status_span_agency",
            "programme_id",
            "agency_id",
            "domain",
            "target_id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        sa.Index(
            "ix_status_span_attention",
            "programme_id",
            "deadline_on",
            "target_id",
            sqlite_where=sa.text(f"to_on IS NULL AND {ATTENTION}"),
            postgresql_where=sa.text(f"to_on IS NULL AND {ATTENTION}"),
        ),
        sa.Index(
            "ix_status_span_deadline",
            "programme_id",
            "deadline_on",
            "target_id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        # The newest first, those of one day in their own order too: thousands begin on the day after a cut-off.
        sa.Index(
            "ix_status_span_newest",
            "programme_id",
            "status",
            "from_on",
            "id",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        sa.Index("ix_status_span_past", "programme_id", "status", "from_on"),
    )


class SpanAhead(Base):
    """What follows the open step of a target if nobody acts, as the rule said it when the step was last derived.

    `looks` is written and read by `steps.ahead`. Days that have come since may still stand in it.
    """

    __tablename__ = "span_ahead"

    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), primary_key=True, autoincrement=False)
    rule_version: Mapped[int] = mapped_column(sa.SmallInteger)
    looks: Mapped[LongText]


class AgencySum(Base):
    """Sums of one body in one programme (domain 0: all its targets; 1 to 8: those of one domain), from a day to a day.

    `total` and `weight` are Σ weight × score and Σ weight over the targets that have a score: exact, so they add up.
    `counted_weight` is Σ weight over those that are not void.
    """

    __tablename__ = "agency_sum"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    domain: Mapped[int] = mapped_column(sa.SmallInteger)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    score: Mapped[int | None]
    punctuality: Mapped[int | None]
    total: Mapped[Decimal]
    weight: Mapped[Decimal]
    punctual_total: Mapped[Decimal]
    punctual_weight: Mapped[Decimal]
    counted_weight: Mapped[Decimal] = mapped_column(server_default="0")
    targets: Mapped[int]
    not_started: Mapped[int]
    void: Mapped[int]
    met_on_time: Mapped[int]
    met_late: Mapped[int]
    overdue: Mapped[int]
    suspended: Mapped[int]
    missed: Mapped[int]
    unreported: Mapped[int]
    pending: Mapped[int]
    on_track: Mapped[int]
    at_risk: Mapped[int]
    behind: Mapped[int]

    __table_args__ = (
        # One sum of one body as of a day is one seek in this; history does not slow it down.
        sa.UniqueConstraint("programme_id", "agency_id", "domain", "from_on"),
        sa.Index(
            "uq_agency_sum_open",
            "programme_id",
            "agency_id",
            "domain",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        # Sums of all bodies as of a past day, read without their rows. `domain` stands in it though it is always 0:
        # else SQLite looks into the row to make sure.
        sa.Index(
            "ix_agency_sum_as_of",
            *("programme_id", "agency_id", "from_on", "domain", "targets", "score", "punctuality"),
            *("not_started", "void", "met_on_time", "met_late", "overdue", "suspended", "missed", "unreported"),
            *("pending", "on_track", "at_risk", "behind"),
            sqlite_where=sa.text(OVER_ALL),
            postgresql_where=sa.text(OVER_ALL),
        ),
    )


class RebuiltBody(Base):
    """A body of which a rebuild has derived everything, as long as that rebuild is under way."""

    __tablename__ = "rebuilt_body"

    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"), primary_key=True, autoincrement=False)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, autoincrement=False)
    until: Mapped[date]
    rule_version: Mapped[int] = mapped_column(sa.SmallInteger)
    differed: Mapped[int]  # rows


class AssessedDay(Base):
    """Up to which day the nightly run has brought every step; one row."""

    __tablename__ = "assessed_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
