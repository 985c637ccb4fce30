"""Signs, and what was asked, answered and concluded about each. What a sign rests on, and each word, never change."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80
from tracker.core.db.facts import Change, Sealed, facts

MOVING = ("state", "version")


class Sign(Base):
    """Something that raises a question about a target, or (none) about a body's reports. `key`: what it begins with;
    `detail`: the figures that its sentence tells. `version` counts its words."""

    __tablename__ = "sign"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text16]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    target_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target.id"), index=True)
    about: Mapped[BigId]  # the target's id, 0 of a body: so that two nulls are the same
    key: Mapped[Text80]
    detail: Mapped[Any] = mapped_column(Json)
    found_on: Mapped[date]
    found_at: Mapped[datetime]
    state: Mapped[Text16]
    version: Mapped[int]

    agency: Mapped[Agency] = relationship(lazy="raise")
    target: Mapped[Target | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("kind", "agency_id", "about", "key"),
        sa.CheckConstraint("state IN ('found', 'asked', 'answered', 'closed')", name="known_state"),
        sa.CheckConstraint("about = coalesce(target_id, 0)", name="about_target"),
        sa.Index("ix_sign_state", "state", "id"),
        sa.Index("ix_sign_agency", "agency_id", "id"),
        sa.Index("ix_sign_programme", "programme_id"),
        facts(Sealed("sign", without=MOVING), changes=(Change(MOVING),)),
    )


class SignWord(Base):
    """What was said about a sign: the `seq`-th word. `conclusion`: of the last one."""

    __tablename__ = "sign_word"

    id: Mapped[Key]
    sign_id: Mapped[BigId] = mapped_column(sa.ForeignKey("sign.id"))
    seq: Mapped[int]
    move: Mapped[Text16]
    text: Mapped[LongText]
    conclusion: Mapped[Text16 | None]
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    office: Mapped[Text40]
    at: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("sign_id", "seq"),
        sa.CheckConstraint("move IN ('ask', 'answer', 'close')", name="known_move"),
        sa.CheckConstraint("(move = 'close') = (conclusion IS NOT NULL)", name="concluded"),
        sa.CheckConstraint("conclusion IN ('explained', 'unexplained', 'set_aside')", name="known_conclusion"),
        facts(Sealed("sign_word")),
    )
