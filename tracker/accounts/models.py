"""Accounts: how a person signs in. Names and addresses stand in `people`; what a person may do follows from offices."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import Base, BigId, Key, Text80, Text255
from tracker.people.models import Person


class NoRole(RoleMixin):
    """Flask-Security wants to know a class of roles. There are none: rights follow from offices, in `permissions`."""


class Account(Base, UserMixin):
    """A person's account. The mail address that signs in is kept here in step with the person's own."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    email: Mapped[Text255] = mapped_column(unique=True)
    password: Mapped[Text255 | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[Text80] = mapped_column(unique=True)  # what a session carries; a new one ends all sessions
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    roles: ClassVar[list[Any]] = []  # type: ignore[misc]  # none, see NoRole; and so no statement reads them


class SignInCount(Base):
    """How often one origin tried to sign in since a moment. The key is a keyed hash: no address stands here."""

    __tablename__ = "sign_in_count"

    key: Mapped[Text80] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]
