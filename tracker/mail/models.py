"""The outbox: mails that wait for delivery, and what became of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16, Text40, Text255
from tracker.core.db.facts import Sealed, facts

WAITING = sa.text("state IN ('pending', 'claimed')")
FAILED = sa.text("state = 'failed'")


class OutboxMail(Base):
    """One mail to one person. The address is looked up at sending, so that erasing a person leaves none behind.

    Claim, commit, send, record, commit: a duplicate can only be one that the server took before a crash, and it
    carries the same Message-ID.
    """

    __tablename__ = "outbox_mail"

    id: Mapped[Key]
    message_id: Mapped[Text255] = mapped_column(unique=True)
    key: Mapped[Text255] = mapped_column(unique=True)  # what makes a second one impossible: "digest:2026-11-24:17"
    kind: Mapped[Text40]  # the registered kind that knows whether it is still due
    ref: Mapped[Text255 | None]  # what it is about, where its kind asks for it before sending: an id or a token
    thread: Mapped[Text255 | None]  # the id that all about one subject refer to
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    language: Mapped[Text16]
    subject: Mapped[Text255]
    text: Mapped[LongText]
    html: Mapped[LongText | None]
    carries_token: Mapped[bool] = mapped_column(default=False)  # then no page ever shows it outside demo mode
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[Text16] = mapped_column(default="pending")  # pending, claimed, sent, dropped (no longer due), failed
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[Text255 | None]
    elsewhere: Mapped[bool] = mapped_column(server_default=sa.false())  # dropped: its receiver is told otherwise

    __table_args__ = (
        sa.CheckConstraint("state IN ('pending', 'claimed', 'sent', 'dropped', 'failed')", name="known_state"),
        sa.Index("ix_outbox_mail_waiting", "not_before", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        sa.Index("ix_outbox_mail_failed", "id", sqlite_where=FAILED, postgresql_where=FAILED),
    )


# Of what was told by a mail: it left or will, or its receiver finds it in the product, and was told by what they chose.
TOLD = sa.or_(OutboxMail.state.not_in(("dropped", "failed")), OutboxMail.elsewhere)


class AddressBounce(Base):
    """A mail came back for good, and said that nobody can be written to at the address that its receiver had when it
    left. Neither address nor words are kept: both stood in what the other mail server wrote."""

    __tablename__ = "address_bounce"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    mail_id: Mapped[BigId] = mapped_column(sa.ForeignKey("outbox_mail.id"), unique=True)
    status: Mapped[Text16]  # by RFC 3463: "5.1.1"
    left_at: Mapped[datetime]  # the mail: a later address is another one
    reported_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("address_bounce")),)
