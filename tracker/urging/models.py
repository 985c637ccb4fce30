"""Letters, their moves and files; and which programmes ask for public apologies. A letter's kind and whose it is never
change, its moves and files are facts."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agencies.models import Agency
from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80, Text255
from tracker.core.db.facts import Change, Sealed, facts
from tracker.signing.models import MadeDocument

# One at a time urges a body; a report's late files are apologised for once.
ONE_OPEN = sa.text("kind = 'urging' AND state NOT IN ('closed', 'withdrawn')")
ONE_OF_REPORT = sa.text("report_id IS NOT NULL AND state <> 'withdrawn'")
WHAT = ("id", "token", "kind", "agency_id", "report_id", "drafted_at")
MOVING = ("state", "state_since", "version", "words", "answer_by", "document_id", "way", "sent_at")


class Letter(Base):
    """A letter that urges a body, or an apology that a body owes for the late files of a report. `version` counts its
    moves."""

    __tablename__ = "letter"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text16]
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    report_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("report.id"))
    drafted_at: Mapped[datetime]
    state: Mapped[Text16]
    state_since: Mapped[datetime]
    version: Mapped[int]
    words: Mapped[Any] = mapped_column(Json)  # what was written in it, by the name of the passage
    answer_by: Mapped[date | None]  # of an apology: to be published by
    document_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("document.id"), index=True)
    way: Mapped[Text16 | None]  # how it was signed
    sent_at: Mapped[datetime | None]  # from when on its body sees it

    agency: Mapped[Agency] = relationship(lazy="raise")
    document: Mapped[MadeDocument | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("kind IN ('urging', 'apology')", name="known_kind"),
        sa.CheckConstraint("(kind = 'apology') = (report_id IS NOT NULL)", name="apology_of_a_report"),
        sa.CheckConstraint("way IS NULL OR way IN ('product', 'paper')", name="known_way"),
        sa.Index("uq_letter_open", "agency_id", unique=True, sqlite_where=ONE_OPEN, postgresql_where=ONE_OPEN),
        sa.Index(
            "uq_letter_report", "report_id", unique=True, sqlite_where=ONE_OF_REPORT, postgresql_where=ONE_OF_REPORT
        ),
        sa.Index("ix_letter_state", "state", "id"),
        sa.Index("ix_letter_agency", "agency_id", "id"),
        facts(Sealed("letter", only=WHAT), changes=(Change(MOVING),)),
    )


class LetterMove(Base):
    """Something that was done to a letter: the `seq`-th. `text`: what was said with it; `detail`: the words as they
    were left, a number, a day."""

    __tablename__ = "letter_move"

    id: Mapped[Key]
    letter_id: Mapped[BigId] = mapped_column(sa.ForeignKey("letter.id"))
    seq: Mapped[int]
    move: Mapped[Text16]
    state_before: Mapped[Text16 | None]
    state_after: Mapped[Text16]
    person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: the nightly job
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    office: Mapped[Text40 | None]
    at: Mapped[datetime]
    day: Mapped[date]
    text: Mapped[LongText | None]
    detail: Mapped[Any | None] = mapped_column(Json)

    __table_args__ = (sa.UniqueConstraint("letter_id", "seq"), facts(Sealed("letter_move")))


class LetterFile(Base):
    """A file that came with a move: the scan of the signed paper, or what an answer rests on."""

    __tablename__ = "letter_file"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    letter_id: Mapped[BigId] = mapped_column(sa.ForeignKey("letter.id"))
    move_id: Mapped[BigId] = mapped_column(sa.ForeignKey("letter_move.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[Text80]
    name: Mapped[Text255]
    uploaded_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

    __table_args__ = (sa.Index("ix_letter_file_letter", "letter_id", "id"), facts(Sealed("letter_file")))


class ApologyRule(Base):
    """Whether a programme asks for public apologies, from a day on: for the late files of which targets, and within how
    many working days. Of several from one day the last counts."""

    __tablename__ = "apology_rule"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    from_on: Mapped[date]
    targets: Mapped[Any] = mapped_column(Json)  # codes of targets; none: it asks for no apology
    days: Mapped[int] = mapped_column(sa.SmallInteger)
    reason: Mapped[Text255]  # the decision that sets it
    set_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("apology_rule")),)
