"""Commitments and their targets with all that was signed, granted or decided on them. Rows of facts are added, not
changed."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from tracker.agencies.models import Agency
from tracker.core.db.database import Base, BigId, Json, Key, LongText, SearchKey, Text16, Text40, Text80, Texts
from tracker.core.db.facts import Change, Sealed, facts
from tracker.core.db.folding import search_key
from tracker.programmes.models import Programme

END = ("ended_on", "end_decided_on", "end_recorded_on", "end_reason")  # of a target: told once
CLOSED = ("closed_on",)  # of a target: told once, as the move that closed its commitment tells it
FOUND_BY = ("search_key",)  # made of the others, anew where what is folded changes


class Commitment(Base):
    """What the head of a body signed with the PPC."""

    __tablename__ = "commitment"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    number: Mapped[Text80] = mapped_column(unique=True)
    search_key: Mapped[SearchKey]  # the number as it is searched; follows it
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    signed_on: Mapped[date]
    in_force_from: Mapped[date]
    signed_how: Mapped[Text16] = mapped_column(default="paper")

    programme: Mapped[Programme] = relationship(lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("in_force_from >= signed_on", name="in_force_after_signing"),
        sa.Index("ix_commitment_programme_agency", "programme_id", "agency_id"),
        facts(Sealed("commitment", without=FOUND_BY), changes=(Change(FOUND_BY),)),
    )

    @validates("number")
    def _keyed(self, _field: str, number: str) -> str:
        self.search_key = search_key(number)
        return number


class Target(Base):
    """One measurable promise of a commitment: its terms as signed. Agency and programme stand here too, so that lists
    need no join."""

    __tablename__ = "target"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    commitment_id: Mapped[BigId] = mapped_column(sa.ForeignKey("commitment.id"))
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    code: Mapped[Text40]
    title: Mapped[Texts]
    search_key: Mapped[SearchKey]  # code and titles as they are searched; follows them
    domain: Mapped[int] = mapped_column(sa.SmallInteger)
    shape: Mapped[Text16]
    unit: Mapped[Text40]
    weight: Mapped[Decimal]
    frequency: Mapped[Text40]
    starts_on: Mapped[date]
    due_on: Mapped[date]
    baseline: Mapped[Decimal | None]
    goal: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    direction: Mapped[Text16 | None]
    judged_by: Mapped[Text16 | None]
    ratio: Mapped[bool] = mapped_column(default=False)
    cumulative: Mapped[bool] = mapped_column(default=False)
    milestones: Mapped[Any] = mapped_column(
        Json, default=list
    )  # [{"on": day, "value": figure as text}], in order of day
    ended_on: Mapped[date | None]
    end_decided_on: Mapped[date | None]
    end_recorded_on: Mapped[date | None]
    end_reason: Mapped[LongText | None]
    added_on: Mapped[date | None]  # of one that an amendment added: from when it counts; none: as its commitment
    closed_on: Mapped[date | None]  # with its commitment: nothing is reported or decided on it any more

    commitment: Mapped[Commitment] = relationship(lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")
    programme: Mapped[Programme] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "code"),
        sa.CheckConstraint("due_on > starts_on", name="due_after_start"),
        sa.CheckConstraint("shape IN ('deliverable', 'reach', 'keep')", name="known_shape"),
        sa.Index("ix_target_programme_agency", "programme_id", "agency_id", "domain"),
        sa.Index("ix_target_agency", "agency_id"),
        facts(
            Sealed("target", without=(*END, *CLOSED, *FOUND_BY)),
            Sealed("target_end", only=("id", *END), where="ended_on IS NOT NULL"),
            changes=(
                Change(FOUND_BY),
                Change((*END, *FOUND_BY), when="OLD.ended_on IS NULL AND OLD.closed_on IS NULL"),
                Change((*CLOSED, *FOUND_BY), when="OLD.closed_on IS NULL"),
            ),
        ),
    )

    @validates("code", "title")
    def _keyed(self, field: str, given: Any) -> Any:
        code, title = (given, self.title) if field == "code" else (self.code, given)
        self.search_key = search_key(code, *(title or {}).values())
        return given


class Extension(Base):
    """A later deadline, granted."""

    __tablename__ = "extension"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    granted_on: Mapped[date]
    due_on: Mapped[date]
    recorded_on: Mapped[date]
    reason: Mapped[LongText | None]

    __table_args__ = (
        sa.UniqueConstraint("target_id", "due_on"),
        sa.CheckConstraint("recorded_on >= granted_on", name="recorded_after"),
        facts(Sealed("extension")),
    )


class Suspension(Base):
    """Days on which a target rests, both ends inside."""

    __tablename__ = "suspension"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    decided_on: Mapped[date]
    recorded_on: Mapped[date]
    reason: Mapped[LongText | None]

    __table_args__ = (
        sa.CheckConstraint("to_on >= from_on", name="days_in_order"),
        sa.CheckConstraint("recorded_on >= decided_on", name="recorded_after"),
        facts(Sealed("suspension")),
    )


class Amendment(Base):
    """A signed change of a target's terms from a day on; what is none stays as it was (`milestones` []: none any
    more)."""

    __tablename__ = "amendment"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    signed_on: Mapped[date]
    from_on: Mapped[date]
    recorded_on: Mapped[date]
    goal: Mapped[Decimal | None]
    baseline: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    weight: Mapped[Decimal | None]
    milestones: Mapped[Any | None] = mapped_column(Json)
    reason: Mapped[LongText | None]

    __table_args__ = (
        sa.CheckConstraint("from_on >= signed_on", name="from_after_signing"),
        sa.CheckConstraint("recorded_on >= signed_on", name="recorded_after"),
        facts(Sealed("amendment")),
    )
