"""Bodies, their succession, and who holds which of their offices from day to day."""

import secrets
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from tracker.agencies.offices import Office as Office
from tracker.core.db.database import Base, BigId, Key, SearchKey, Text16, Text40, Text255, Texts
from tracker.core.db.facts import Sealed, facts
from tracker.core.db.folding import search_key
from tracker.core.letters import folded
from tracker.people.models import Person

TOKEN_BYTES = 16


def new_token() -> str:
    """A name for addresses that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class Agency(Base):
    """A body: a department, a district, a commune … . Its identity is its id with days of validity, not its name."""

    __tablename__ = "agency"

    id: Mapped[Key]
    code: Mapped[Text40] = mapped_column(unique=True)
    code_key: Mapped[Text255 | None]  # by which codes are compared; none: of two that stood before, the later one
    kind: Mapped[Text40]  # as it was entered, and so is its group: those of a day are `AgencyClassification`'s
    peer_group: Mapped[Text40 | None]
    name: Mapped[Texts]
    sort_key: Mapped[str] = mapped_column(sa.String(255))  # Vietnamese order of the name, alike on both databases
    search_key: Mapped[SearchKey]  # code and names as they are searched; follows them
    exists_from: Mapped[date | None]
    exists_to: Mapped[date | None]
    appraised_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))
    """The body whose appraisers decide on this one's reports; none: those of any other body."""

    __table_args__ = (sa.Index("uq_agency_code_key", "code_key", unique=True),)

    @validates("code", "name")
    def _keyed(self, field: str, given: Any) -> Any:
        code, name = (given, self.name) if field == "code" else (self.code, given)
        self.search_key = search_key(code, *(name or {}).values())
        if field == "code":
            self.code_key = folded(code)
        return given


class AgencyClassification(Base):
    """What kind of body one is, and with whom it is ranked, from a day on until another says otherwise.

    Of two from one day the later one counts. The past keeps its own: none begins before the day on which it is entered.
    """

    __tablename__ = "agency_classification"

    id: Mapped[Key]
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    from_on: Mapped[date | None]  # none: since the body's beginning
    kind: Mapped[Text40]
    peer_group: Mapped[Text40 | None]  # bodies are ranked within it; none: by kind
    recorded_at: Mapped[datetime | None]  # none: it came with a package, or is older than such facts
    recorded_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (
        sa.Index("ix_agency_classification_agency", "agency_id", "from_on"),
        facts(Sealed("classification")),
    )


class AgencySuccession(Base):
    """One body took over from another."""

    __tablename__ = "agency_succession"

    id: Mapped[Key]
    predecessor_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    successor_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    position: Mapped[int]  # order as the package gives it
    from_on: Mapped[date | None]  # its first day in charge; none: as the days of both say

    __table_args__ = (
        sa.UniqueConstraint("predecessor_id", "successor_id"),
        sa.CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
        facts(Sealed("succession")),
    )


class OfficeHolding(Base):
    """A person holds an office of a body from a day to a day, both inside it; an open end is none.

    A body has at most one head on any day: migration 0007 lets the database see to that, on each in its own way.
    """

    __tablename__ = "office_holding"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True, default=new_token)
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
    )


class StandIn(Base):
    """A person acts for the holder of an office from a day to a day, both inside it, by a paper that says so.

    It is good only on days on which the office is held; the holder stays the one who answers.
    """

    __tablename__ = "stand_in"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True, default=new_token)
    holding_id: Mapped[BigId] = mapped_column(sa.ForeignKey("office_holding.id"), index=True)
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    paper: Mapped[Text255]  # number and day of the paper that gives the authority

    holding: Mapped[OfficeHolding] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")

    __table_args__ = (sa.CheckConstraint("to_on >= from_on", name="days_in_order"),)
