"""Accounts: how a person signs in. Names and addresses stand in `people`; what a person may do follows from offices.

Of secrets only digests are kept, save that of the app, which is encrypted.
"""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db.database import Base, BigId, Key, LongText, Text16, Text40, Text80, Text255
from tracker.people.models import Person


class Account(Base):
    """A person's account. The mail address that signs in is kept here in step with the person's own."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    email: Mapped[Text255] = mapped_column(unique=True)
    password: Mapped[Text255 | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[Text80] = mapped_column(unique=True)  # what a session carries; a new one ends all sessions
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]  # the last time
    left_at: Mapped[datetime | None]  # until when the visit before this one lasted; none: there was none
    totp: Mapped[LongText | None]  # the secret shared with an authenticator app, encrypted; none: no app
    totp_counter: Mapped[BigId | None]  # of the last code that was taken: none is taken twice

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    # What Flask-Login asks of whoever is signed in.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        """Whether this account signs anybody in."""
        return self.active

    def get_id(self) -> str:
        """What a session carries of it."""
        return self.fs_uniquifier


class SignInCount(Base):
    """How often one origin tried to sign in since a moment. The key is a keyed hash: no address stands here."""

    __tablename__ = "sign_in_count"

    key: Mapped[Text80] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]


class AccountSession(Base):
    """One device on which somebody is signed in. A row that is gone is a session that has ended."""

    __tablename__ = "account_session"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)  # its name in addresses, good for nothing else
    digest: Mapped[Text80] = mapped_column(unique=True)  # of the key that the browser carries
    account_id: Mapped[BigId] = mapped_column(sa.ForeignKey("account.id"), index=True)
    means: Mapped[Text16]  # by which it began: password, app, passkey, code
    browser: Mapped[Text40 | None]  # its kind, such as "Firefox": no version, no address
    system: Mapped[Text40 | None]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("means IN ('password', 'app', 'passkey', 'code')", name="known_means"),)


class Passkey(Base):
    """A passkey: the public half of a key that a device or a password manager keeps."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    account_id: Mapped[BigId] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential: Mapped[str] = mapped_column(sa.String(1400), unique=True)  # its id, as WebAuthn writes it in JSON
    public_key: Mapped[LongText]
    sign_count: Mapped[BigId]
    name: Mapped[Text80]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that signs in once in place of a second factor. 80 random bits, so a plain digest tells nothing."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[BigId] = mapped_column(sa.ForeignKey("account.id"))
    digest: Mapped[Text80]
    used_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("account_id", "digest"),)


class AccountLink(Base):
    """A link sent by mail, good once and for a while: an invitation, or a new password."""

    __tablename__ = "account_link"

    id: Mapped[Key]
    kind: Mapped[Text16]
    digest: Mapped[Text80] = mapped_column(unique=True)
    account_id: Mapped[BigId] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: asked for by oneself
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name="known_kind"),
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    )


class ResetWish(Base):
    """Somebody, perhaps nobody we know, asked for a new password. Answered within the minute, then removed: the page
    that took it does the same work whether there is such an account or not."""

    __tablename__ = "reset_wish"

    id: Mapped[Key]
    email: Mapped[Text255]
    language: Mapped[Text16]
    asked_at: Mapped[datetime]
