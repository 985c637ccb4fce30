"""Programmes with their reporting calendar and policy versions, and the working calendars that they reckon with."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db.database import Base, BigId, Json, Key, Text40, Text255, Texts
from tracker.core.db.facts import Sealed, facts


class WorkingCalendar(Base):
    """A named table of days off and of rest days worked instead; seeded from the `holidays` package, edited by the
    administrator."""

    __tablename__ = "working_calendar"

    id: Mapped[Key]
    name: Mapped[Text255] = mapped_column(unique=True)


class CalendarDay(Base):
    """A day that differs from the rule "Monday to Friday": a weekday off, or a rest day that is worked."""

    __tablename__ = "calendar_day"

    calendar_id: Mapped[BigId] = mapped_column(sa.ForeignKey("working_calendar.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    note: Mapped[Text255 | None]  # the holiday's name, or the notice that swapped the days


class Programme(Base):
    """A year's programme of commitments."""

    __tablename__ = "programme"

    id: Mapped[Key]
    code: Mapped[Text40] = mapped_column(unique=True)
    title: Mapped[Texts]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    calendar_id: Mapped[BigId] = mapped_column(sa.ForeignKey("working_calendar.id"))

    calendar: Mapped[WorkingCalendar] = relationship(lazy="raise")

    __table_args__ = (facts(Sealed("programme")),)


class PolicyVersion(Base):
    """The thresholds and weights of a programme from a day on. `values` holds only what differs from the rule's
    defaults, figures as text."""

    __tablename__ = "policy_version"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    from_on: Mapped[date | None]  # none: from the beginning
    values: Mapped[Any] = mapped_column(Json)
    reason: Mapped[Text255 | None]  # the decision that sets it; none: it came with a package
    set_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("programme_id", "from_on"),
        sa.Index(
            "uq_policy_version_first",
            "programme_id",
            unique=True,
            sqlite_where=sa.text("from_on IS NULL"),
            postgresql_where=sa.text("from_on IS NULL"),
        ),
    )


class Period(Base):
    """One entry of a programme's reporting calendar."""

    __tablename__ = "period"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    frequency: Mapped[Text40]
    code: Mapped[Text40]
    starts_on: Mapped[date]
    cut_off: Mapped[date]
    due_on: Mapped[date]

    __table_args__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.UniqueConstraint("programme_id", "frequency", "cut_off"),
        sa.CheckConstraint("starts_on <= cut_off AND cut_off <= due_on", name="days_in_order"),
        sa.Index("ix_period_due", "due_on"),
        facts(Sealed("period")),
    )
