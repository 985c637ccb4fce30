"""Signatures that are asked of somebody else's machine: of a provider that keeps the signer's key, and of a token
program beside the signer. None of it is a fact: what comes of one is a signature, or nothing."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text255
from tracker.signing.models import MadeDocument

IS_OPEN = sa.text("finished_at IS NULL")


class RemoteSigning(Base):
    """A signature that somebody asked a provider for, step by step: asked; prepared, when the file waits for its
    signature; waiting, while the provider waits for the signer's phone; answered. `account`, `handle`, `prepared` and
    `value` are taken away when it ends; `reason` by language, where it came to nothing."""

    __tablename__ = "remote_signing"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    document_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document.id"), index=True)
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"))
    side: Mapped[Text16]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    begins_with: Mapped[str] = mapped_column(sa.String(64))  # the hash of the file that is to be signed
    account: Mapped[Text255 | None]  # the signer's at the provider
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    step: Mapped[Text16]
    prepared: Mapped[Any | None] = mapped_column(Json)
    sent: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # how often the phone was asked
    handle: Mapped[LongText | None]  # by which the provider knows the confirmation
    value: Mapped[LongText | None]  # the provider's answer
    away_since: Mapped[datetime | None]  # it does not answer
    outcome: Mapped[Text16 | None]
    reason: Mapped[Any | None] = mapped_column(Json)
    finished_at: Mapped[datetime | None]

    document: Mapped[MadeDocument] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("side IN ('body', 'ppc')", name="known_side"),
        sa.CheckConstraint("step IN ('asked', 'prepared', 'waiting', 'answered')", name="known_step"),
        sa.CheckConstraint("outcome IN ('signed', 'refused')", name="known_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name="ended_at_once"),
        sa.Index("uq_remote_signing_open", "document_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )


class HandOver(Base):
    """A document that is handed to a program on the signer's machine: two tokens, each good for one use within
    minutes. Of the tokens their hashes stand here."""

    __tablename__ = "hand_over"

    id: Mapped[Key]
    document_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document.id"), index=True)
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"))
    side: Mapped[Text16]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    begins_with: Mapped[str] = mapped_column(sa.String(64))  # the hash of the file that is handed over
    download: Mapped[str] = mapped_column(sa.String(64), unique=True)
    upload: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    outcome: Mapped[Text40 | None]  # signed, or the reason as a code

    document: Mapped[MadeDocument] = relationship(lazy="raise")

    __table_args__ = (sa.CheckConstraint("side IN ('body', 'ppc')", name="known_side"),)
