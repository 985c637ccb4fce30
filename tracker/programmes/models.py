"""Programmes with their reporting calendar and policy versions, the working calendars that they reckon with, what a
programme is prepared as, and the templates that its targets are drafted from."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80, Text255, Texts
from tracker.core.db.facts import Change, Sealed, facts
from tracker.programmes.words import DAYS

RETIRED = ("retired_at", "retired_by_id")
_IN_PREPARATION = "OLD.programme_id IS NULL"


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


class SigningWays(Base):
    """The ways of signing that bring a commitment of a programme into force, from a day on, and whether reports are
    sent with a key. Of several from one day the last counts."""

    __tablename__ = "signing_ways"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    from_on: Mapped[date | None]  # none: from the beginning
    ways: Mapped[Any] = mapped_column(Json)  # codes, in the order of `ways.CHOICES`
    key_to_send: Mapped[bool | None]  # whether a head confirms by a key what is sent; none: no
    reason: Mapped[Text255 | None]  # the decision that sets them
    set_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: a package brought it
    set_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("signing_ways")),)


class PeriodChange(Base):
    """Other days of a period of a programme in force, decided while they were ahead. The last one counts."""

    __tablename__ = "period_change"

    id: Mapped[Key]
    period_id: Mapped[BigId] = mapped_column(sa.ForeignKey("period.id"), index=True)
    starts_on: Mapped[date]
    cut_off: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[Text255]
    set_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: a package brought it
    set_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("starts_on <= cut_off AND cut_off <= due_on", name="days_in_order"),
        facts(Sealed("period_change")),
    )


class Period(Base):
    """One entry of a programme's reporting calendar. Its row holds the days that were set first; what one reads are the
    days that count now, by the last change of them."""

    __tablename__ = "period"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    frequency: Mapped[Text40]
    code: Mapped[Text40]
    first_starts_on: Mapped[date] = mapped_column("starts_on")
    first_cut_off: Mapped[date] = mapped_column("cut_off")
    first_due_on: Mapped[date] = mapped_column("due_on")
    if TYPE_CHECKING:
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

    def __init__(self, **values: Any) -> None:
        """A new one; `starts_on`, `cut_off` and `due_on` are the days that are set first."""
        super().__init__(**{f"first_{name}" if name in DAYS else name: value for name, value in values.items()})


def _counting(name: str) -> Any:
    """The day that counts now: of the last change, else the first one."""
    table, other = Period.__table__, PeriodChange.__table__
    last = sa.select(other.c[name]).where(other.c.period_id == table.c.id).order_by(other.c.id.desc()).limit(1)
    return column_property(sa.func.coalesce(last.correlate(table).scalar_subquery(), table.c[name]).label(name))


for _name in DAYS:
    setattr(Period, _name, _counting(_name))


class ProgrammePlan(Base):
    """A programme as it is prepared: one row until it is approved, and from then on the fact of what was approved.

    Nothing but the pages that prepare it reads this row; with the approval `programme` and `period` rows are made of
    it. `agencies`: ids of the bodies that take part; `periods`: [{frequency, code, starts_on, cut_off, due_on}], days
    as text; `basis`: a text each.
    """

    __tablename__ = "programme_plan"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    code: Mapped[Text40] = mapped_column(unique=True)
    title: Mapped[Texts]
    year: Mapped[int] = mapped_column(sa.SmallInteger)
    slogan: Mapped[Texts | None]
    basis: Mapped[Any] = mapped_column(Json, default=list)
    basis_number: Mapped[Text80 | None]  # of the document that orders it
    basis_on: Mapped[date | None]
    basis_issuer: Mapped[Text255 | None]
    basis_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    basis_size: Mapped[int | None]
    basis_name: Mapped[Text255 | None]
    responsible_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    unsigned_until: Mapped[date | None]  # the day after which a commitment that is not signed expires
    calendar_id: Mapped[BigId] = mapped_column(sa.ForeignKey("working_calendar.id"))
    agencies: Mapped[Any] = mapped_column(Json, default=list)
    periods: Mapped[Any] = mapped_column(Json, default=list)
    based_on_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("programme.id"))  # the programme it was begun from
    ways: Mapped[Any | None] = mapped_column(Json)  # of signing; none: nothing was said of them
    version: Mapped[int] = mapped_column(default=1)
    prepared_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # who changed it last
    prepared_at: Mapped[datetime]
    handed_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # to whoever approves it
    handed_at: Mapped[datetime | None]
    programme_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("programme.id"), unique=True)
    approved_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # whom that one stood in for
    approved_at: Mapped[datetime | None]

    calendar: Mapped[WorkingCalendar] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        sa.CheckConstraint("(programme_id IS NULL) = (approved_at IS NULL)", name="approved_or_not"),
        facts(
            Sealed("programme_plan", where="programme_id IS NOT NULL"),
            changes=(
                Change(
                    (
                        *("code", "title", "year", "slogan", "basis", "basis_number", "basis_on", "basis_issuer"),
                        *("basis_sha256", "basis_size", "basis_name", "responsible_id", "starts_on", "ends_on"),
                        *("unsigned_until", "calendar_id", "agencies", "periods", "ways", "version", "prepared_by_id"),
                        *("prepared_at", "handed_by_id", "handed_at", "programme_id", "approved_by_id"),
                        *("approved_for_id", "approved_at"),
                    ),
                    when=_IN_PREPARATION,
                ),
            ),
            removable=_IN_PREPARATION,
        ),
    )


class TargetTemplate(Base):
    """What a target is usually promised as; what it says stands in its versions."""

    __tablename__ = "target_template"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    code: Mapped[Text40] = mapped_column(unique=True)
    retired_at: Mapped[datetime | None]  # then nobody drafts from it any more; what was drafted stays
    retired_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (facts(Sealed("target_template", without=RETIRED), changes=(Change(RETIRED),)),)


class TargetTemplateVersion(Base):
    """A template as it was from a moment on. A draft names the version that it was made from."""

    __tablename__ = "target_template_version"

    id: Mapped[Key]
    template_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target_template.id"))
    version: Mapped[int]
    domain: Mapped[int] = mapped_column(sa.SmallInteger)
    title: Mapped[Texts]
    shape: Mapped[Text16]
    unit: Mapped[Text40]
    direction: Mapped[Text16 | None]
    judged_by: Mapped[Text16 | None]
    ratio: Mapped[bool] = mapped_column(default=False)
    cumulative: Mapped[bool] = mapped_column(default=False)
    baseline: Mapped[Decimal | None]
    goal: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    weight: Mapped[Decimal]
    frequency: Mapped[Text40]
    due: Mapped[Text16 | None]  # month and day, "06-30"; none: the programme's last day
    milestones: Mapped[Any] = mapped_column(Json, default=list)  # [{"share_of_term": "0.5", "value": "50"}]
    evidence: Mapped[Texts | None]  # what counts as evidence
    why: Mapped[Texts | None]  # why it matters, in a sentence
    source: Mapped[LongText | None]
    set_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("template_id", "version"),
        sa.CheckConstraint("shape IN ('deliverable', 'reach', 'keep')", name="known_shape"),
        facts(Sealed("template_version")),
    )
