"""Questions about a whole programme that take too long for a page, and the answers that the scheduler files.

How they are asked and answered is in `service`.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, Text16, Text40, Text255


class Kind(StrEnum):
    """What is asked."""

    POLICY = "policy"  # who would move, and how far, under another policy: as of the day of asking
    POLICY_AHEAD = "policy_ahead"  # the same as of the day from which it would count; each POLICY has one beside it
    KNOWN_ON = "known_on"  # every target's answer of a day, as known on another
    FOLLOW = "follow"  # no question: a policy has changed, and every step ahead is derived anew


OF_POLICY = frozenset({Kind.POLICY, Kind.POLICY_AHEAD})
BY_HAND = (Kind.POLICY, Kind.KNOWN_ON)  # what somebody asks with a press, each one line of the list


class State(StrEnum):
    """How far a recalculation has come."""

    ASKED = "asked"
    WORKING = "working"
    ANSWERED = "answered"
    FAILED = "failed"


WAITS = f"state IN ('{State.ASKED}', '{State.WORKING}')"


class Recalculation(Base):
    """One question. `cursor_*` is the last target that is answered, so that the work goes on there after a crash.

    `parameters` by kind: {"from_on", "values", "versions", "reason", "on", "beside"} (`on`: the day that is judged,
    `beside`: the token of the one that judges the other day) or {"on", "known_on"}, days as ISO text.
    `result`: {"moved": targets that differ, "matrix": {"before>after": targets}}.
    """

    __tablename__ = "inquiry"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text16]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    parameters: Mapped[Any] = mapped_column(Json)
    asked_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[Text16]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cursor_agency_id: Mapped[BigId | None]
    cursor_target_id: Mapped[BigId | None]
    tries: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # runs in a row that brought it no further
    answered_at: Mapped[datetime | None]
    error: Mapped[Text255 | None]
    result: Mapped[Any] = mapped_column(Json, default=dict)

    __table_args__ = (
        sa.CheckConstraint("state IN ('asked', 'working', 'answered', 'failed')", name="known_state"),
        sa.Index("ix_inquiry_asked", "asked_at", "id"),
        sa.Index("ix_inquiry_waiting", "id", sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS)),
    )


class RecalculationRow(Base):
    """The two answers of one target: under the present policy and the other, or as stored and as known on the day.

    Scores in hundredths; `shift` is how far the score moves, either way, `differs` whether status or score do. The
    first answer is none where no step is stored of the day.
    """

    __tablename__ = "inquiry_row"

    inquiry_id: Mapped[BigId] = mapped_column(sa.ForeignKey("inquiry.id"), primary_key=True)
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), primary_key=True)
    agency_id: Mapped[BigId]
    status_before: Mapped[Text16 | None]
    score_before: Mapped[int | None]
    punctuality_before: Mapped[int | None]
    status_after: Mapped[Text16]
    score_after: Mapped[int | None]
    punctuality_after: Mapped[int | None]
    reason_after: Mapped[Any | None] = mapped_column(Json)
    differs: Mapped[bool]
    shift: Mapped[int]

    __table_args__ = (sa.Index("ix_inquiry_row_shift", "inquiry_id", "differs", "shift", "target_id"),)


class RecalculationSum(Base):
    """What the two answers of a body's targets add up to: exact Σ weight × score and Σ weight, score and rank.

    `counted` is Σ weight of those that are not void.
    """

    __tablename__ = "inquiry_sum"

    inquiry_id: Mapped[BigId] = mapped_column(sa.ForeignKey("inquiry.id"), primary_key=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    targets: Mapped[int]
    moved: Mapped[int]
    total_before: Mapped[Decimal]
    weight_before: Mapped[Decimal]
    total_after: Mapped[Decimal]
    weight_after: Mapped[Decimal]
    counted_before: Mapped[Decimal] = mapped_column(server_default="0")
    counted_after: Mapped[Decimal] = mapped_column(server_default="0")
    score_before: Mapped[int | None]
    score_after: Mapped[int | None]
    rank_before: Mapped[int | None]
    rank_after: Mapped[int | None]
