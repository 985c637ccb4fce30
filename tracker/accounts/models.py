"""Accounts: how a person signs in. Names and addresses stand in `people`; what a person may do follows from offices."""

from datetime import datetime

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.database import Base, BigId, Key, Text80, Text255
from tracker.people.models import Person


class Role(Base, RoleMixin):
    """Flask-Security wants the table; it stays empty. Who may do what follows from offices held, in `permissions`."""

    __tablename__ = "account_role"

    id: Mapped[Key]
    name: Mapped[Text80] = mapped_column(unique=True)


account_roles = sa.Table(
    "account_roles",
    Base.metadata,
    sa.Column("account_id", sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("account_role.id"), primary_key=True),
)


class Account(Base, UserMixin):
    """A person's account. The mail address that signs in is kept here in step with the person's own."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    email: Mapped[Text255] = mapped_column(unique=True)
    password: Mapped[Text255 | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[Text80] = mapped_column(unique=True)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")
    roles: Mapped[list[Role]] = relationship(secondary=account_roles, lazy="raise")  # type: ignore[assignment]
