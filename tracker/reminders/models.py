"""Ladders of programmes; what a person was told, and when: the row that says "told" makes telling twice impossible."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Json, Key, Text16, Text255
from tracker.core.db.facts import Sealed, facts
from tracker.reminders.duty import TARGET, Place


class LadderVersion(Base):
    """The ladder of a programme, from a day on. Of several from one day the last counts."""

    __tablename__ = "ladder_version"

    id: Mapped[Key]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    from_on: Mapped[date]
    rungs: Mapped[Any] = mapped_column(Json)  # [occasion, audience, after, every or none], as `ladders.stored` has it
    reason: Mapped[Text255]  # the decision that sets it
    set_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("ladder_version")),)


class ReminderSent(Base):
    """A person was told on a day about one thing at one step of the ladder. `closed_on`: the day on which it was done.

    What it is about is (`subject_kind`, `subject_id`, `part`); of a target also `target_id`, and of a period of it
    `period_id`. Rows from before that was kept have no `subject_id`: they are about their target.
    """

    __tablename__ = "told"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    target_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target.id"))
    period_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("period.id"))
    occasion: Mapped[Text16] = mapped_column(server_default="report")  # of the ladder
    subject_kind: Mapped[Text16] = mapped_column(server_default="target")  # target, dossier, agency, letter
    subject_id: Mapped[BigId | None]
    part: Mapped[BigId] = mapped_column(server_default="0")  # the period's id; 0 where it is of no period
    rung: Mapped[Text16]  # the step of the ladder: working days after the day that counts, "-3"
    counted_on: Mapped[date | None]  # that day; none: told before it was kept
    standing: Mapped[bool] = mapped_column(server_default=sa.false())  # told on this step before, and listed again
    told_on: Mapped[date]
    mail_id: Mapped[BigId] = mapped_column(sa.ForeignKey("outbox_mail.id"), index=True)
    closed_on: Mapped[date | None]
    audience: Mapped[Text16 | None]  # the office in which the person was told
    agency_id: Mapped[BigId | None] = mapped_column(index=True)  # the body whose matter it is
    asking_id: Mapped[BigId | None]  # the asking by hand that it answers
    seen_at: Mapped[datetime | None]  # read in the product

    @property
    def place(self) -> Place:
        """What it is about."""
        return place_of(self)

    __table_args__ = (
        sa.Index(
            "uq_told_step",
            "person_id",
            "occasion",
            "subject_kind",
            "subject_id",
            "part",
            "rung",
            "counted_on",
            "told_on",
            unique=True,
        ),
        sa.Index(
            "ix_told_inbox",
            "person_id",
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        ),
        sa.Index(
            "ix_told_open",
            "target_id",
            sqlite_where=sa.text("closed_on IS NULL"),
            postgresql_where=sa.text("closed_on IS NULL"),
        ),
    )


def place_of(row: Any) -> Place:
    """What a row of `told` is about."""
    if row.subject_id is None:
        return TARGET, row.target_id or 0, row.period_id or 0
    return row.subject_kind, row.subject_id, row.part
