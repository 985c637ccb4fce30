"""How a person wants to be told, the browsers that are told, the addresses of calendars, and what was handed to the
channels beside mail."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, LongText, Text16, Text40, Text80, Text255

WAITING = sa.text("state IN ('pending', 'claimed')")
LIVE = sa.text("ended_at IS NULL")
LIVE_OF_BODY = sa.text("ended_at IS NULL AND agency_id IS NOT NULL")
LIVE_OF_ALL = sa.text("ended_at IS NULL AND agency_id IS NULL")


class ChannelChoice(Base):
    """What a person chose; none: mail, at the usual hour. Mail itself is `person.wants_mail`, browsers are
    `PushSubscription`."""

    __tablename__ = "channel_choice"

    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    hour: Mapped[Text16]  # from which on duties are told, "07:30"
    by_gateway: Mapped[bool]
    phone: Mapped[Text40 | None]  # of E.164: for the gateway


class PushSubscription(Base):
    """A browser in which a person asked to be told. Its address and keys are the push service's and the browser's."""

    __tablename__ = "push_subscription"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    endpoint: Mapped[LongText]
    digest: Mapped[Text40]  # of the endpoint
    public_key: Mapped[Text255]
    secret: Mapped[Text40]
    browser: Mapped[Text40]
    system: Mapped[Text40]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("uq_push_subscription_live", "digest", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )


class CalendarFeed(Base):
    """A secret address under which a person's calendar program reads their days. Of the address only the digest is
    kept; `agency_id` none: of all the bodies of the person."""

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)  # its name in forms, good for nothing else
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    agency_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("agency.id"))
    digest: Mapped[Text80] = mapped_column(unique=True)  # of the secret
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("ix_calendar_feed_person_id", "person_id"),
        sa.Index(
            "uq_calendar_feed_body",
            *("person_id", "agency_id"),
            unique=True,
            sqlite_where=LIVE_OF_BODY,
            postgresql_where=LIVE_OF_BODY,
        ),
        sa.Index(
            "uq_calendar_feed_all",
            "person_id",
            unique=True,
            sqlite_where=LIVE_OF_ALL,
            postgresql_where=LIVE_OF_ALL,
        ),
    )


class ChannelCall(Base):
    """One short word to one person by one channel beside mail. Claim, commit, send, record, commit, as with mails: a
    second one can only follow a crash, and carries the same token."""

    __tablename__ = "channel_call"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)  # by which the other side knows one that it got before
    mail_id: Mapped[BigId] = mapped_column(sa.ForeignKey("outbox_mail.id"))  # beside which it was queued
    channel: Mapped[Text16]  # push, gateway
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    subscription_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("push_subscription.id"))
    place: Mapped[BigId]  # the subscription's id, 0 without one: so that one stands once
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[Text16]  # pending, claimed, sent, dropped (nothing waits any more, or its day is over), failed
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    answer: Mapped[Text40 | None]  # the last one: "200", "503", "TimeoutError"

    __table_args__ = (
        sa.UniqueConstraint("mail_id", "channel", "place"),
        sa.CheckConstraint("state IN ('pending', 'claimed', 'sent', 'dropped', 'failed')", name="known_state"),
        sa.Index("ix_channel_call_waiting", "not_before", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )
