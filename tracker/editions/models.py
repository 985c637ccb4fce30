"""A period's ranking as it is shown, appealed against and frozen. Only where it stands changes; all else are facts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80
from tracker.core.db.facts import Change, Sealed, facts

STANDS = sa.text("state <> 'withdrawn'")
MOVING = ("state", "state_since", "version")


class RankingPreview(Base):
    """A period's ranking, shown to the bodies until a day. `content`: the figures that were shown, as canonical JSON;
    `version` counts its moves."""

    __tablename__ = "ranking_preview"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    period: Mapped[Text40]  # its code
    judged_on: Mapped[date]  # the day of which every figure is
    shown_on: Mapped[date]
    until: Mapped[date]  # the last day of the preview
    content: Mapped[LongText]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[Text16]
    state_since: Mapped[datetime]
    version: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("state IN ('shown', 'frozen', 'withdrawn')", name="known_state"),
        sa.CheckConstraint("shown_on <= until", name="days_in_order"),
        sa.Index(
            "uq_ranking_preview_stands",
            "programme_id",
            "period",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        facts(Sealed("ranking_preview", without=MOVING), changes=(Change(MOVING),)),
    )


class RankingMove(Base):
    """Something that was done to it: the `seq`-th. `text`: the reason, or what was decided."""

    __tablename__ = "ranking_move"

    id: Mapped[Key]
    preview_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_preview.id"))
    seq: Mapped[int]
    move: Mapped[Text16]
    state_before: Mapped[Text16 | None]
    state_after: Mapped[Text16]
    agency_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))  # of an appeal: whose
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    office: Mapped[Text40]
    at: Mapped[datetime]
    day: Mapped[date]
    text: Mapped[LongText | None]

    __table_args__ = (sa.UniqueConstraint("preview_id", "seq"), facts(Sealed("ranking_move")))


class RankingAppeal(Base):
    """A head says that one cell is wrong; `status` and `score` (in hundredths) as they were shown."""

    __tablename__ = "ranking_appeal"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    preview_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_preview.id"), index=True)
    move_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_move.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    status: Mapped[Text16]
    score: Mapped[int | None]

    __table_args__ = (facts(Sealed("ranking_appeal")),)


class RankingAnswer(Base):
    """What the PPC's monitor answered: upheld or refused; why stands in the move."""

    __tablename__ = "ranking_answer"

    id: Mapped[Key]
    appeal_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_appeal.id"), unique=True)
    move_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_move.id"))
    outcome: Mapped[Text16]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('upheld', 'refused')", name="known_outcome"),
        facts(Sealed("ranking_answer")),
    )


class RankingEdition(Base):
    """The ranking as a named decision froze it: `content` is canonical JSON, and `sha256` that of its bytes.
    `difference`: what it changes in the edition before it."""

    __tablename__ = "ranking_edition"

    id: Mapped[Key]
    preview_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_preview.id"))
    move_id: Mapped[BigId] = mapped_column(sa.ForeignKey("ranking_move.id"))
    number: Mapped[int]
    known_on: Mapped[date]  # by what was known then
    decision: Mapped[Text80]
    decided_on: Mapped[date]
    content: Mapped[LongText]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    difference: Mapped[Any] = mapped_column(Json)

    __table_args__ = (
        sa.UniqueConstraint("preview_id", "number"),
        sa.CheckConstraint("number > 0", name="numbered"),
        facts(Sealed("ranking_edition")),
    )
