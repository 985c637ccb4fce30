"""Bodies, their succession, and who holds which of their offices from day to day."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agencies.offices import Office as Office
from tracker.core.database import Base, BigId, Key, Text16, Text40, Texts
from tracker.people.models import Person


class Agency(Base):
    """A body: a department, a district, a commune … . Its identity is its id with days of validity, not its name."""

    __tablename__ = "agency"

    id: Mapped[Key]
    code: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text40]
    peer_group: Mapped[Text40 | None]  # bodies are ranked within it; none: by kind
    name: Mapped[Texts]
    sort_key: Mapped[str] = mapped_column(sa.String(255))  # Vietnamese order of the name, alike on both databases
    exists_from: Mapped[date | None]
    exists_to: Mapped[date | None]
    appraised_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))
    """The body whose appraisers decide on this one's reports; none: those of any other body."""


class AgencySuccession(Base):
    """One body took over from another."""

    __tablename__ = "agency_succession"

    id: Mapped[Key]
    predecessor_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    successor_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    position: Mapped[int]  # order as the package gives it

    __table_args__ = (
        sa.UniqueConstraint("predecessor_id", "successor_id"),
        sa.CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
    )


class OfficeHolding(Base):
    """A person holds an office of a body from a day to a day, both inside it; an open end is none."""

    __tablename__ = "office_holding"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    office: Mapped[Text16]
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="days_in_order"),
        sa.CheckConstraint("office IN (" + ", ".join(f"'{office}'" for office in Office) + ")", name="known_office"),
        sa.Index("ix_office_holding_agency", "agency_id", "office"),
        # A body has one head at a time: the open holding of that office is unique.
        sa.Index(
            "uq_office_holding_one_head",
            "agency_id",
            unique=True,
            sqlite_where=sa.text("office = 'head' AND to_on IS NULL"),
            postgresql_where=sa.text("office = 'head' AND to_on IS NULL"),
        ),
    )
