"""A commitment from its first draft on: where it stands, the terms that are drafted, every move, comment and proposal.

Moves, comments and proposals are facts. Nothing of it is a commitment before it comes into force (`models`).
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agencies.models import Agency
from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80
from tracker.core.db.facts import Change, Sealed, facts, told_once
from tracker.programmes.models import Programme

FIRST, AMENDMENT = "commitment", "amendment"  # kinds of dossier
# One at a time: of a body in a programme (a closed one stays the one), of amendments to a commitment.
ONE_FIRST = sa.text("kind = 'commitment' AND state NOT IN ('declined', 'withdrawn', 'expired')")
ONE_AMENDMENT = sa.text(
    "kind = 'amendment' AND state NOT IN ('declined', 'withdrawn', 'expired', 'in_force', 'closed')"
)
WAITING = sa.text("outcome IS NULL")
WHAT = ("id", "token", "kind", "programme_id", "agency_id")
ANSWER = ("outcome", "answered_by_id", "answered_for_id", "answered_at", "answer_reason")  # of a proposal: told once
FROZEN = ("number", "document_on", "document_sha256", "terms_sha256", "document_version")
MOVING = (
    "state",
    "state_since",
    "version",
    "expires_on",
    "countersign_until",
    "statement_until",
    *FROZEN,
    "signed_how",
    "signed_on",
    "countersigned_on",
)
ENTERING = ("in_force_from", "commitment_id")  # told once


class Dossier(Base):
    """One body's commitment in one programme, or an amendment of one that is in force. `version` counts its moves."""

    __tablename__ = "dossier"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    kind: Mapped[Text16]
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    commitment_id: Mapped[BigId | None] = mapped_column(
        sa.ForeignKey("commitment.id"), index=True
    )  # which it became; of an amendment: which it changes
    state: Mapped[Text16]
    state_since: Mapped[datetime]
    version: Mapped[int]
    expires_on: Mapped[date | None]  # the last day on which it can be signed by the head
    countersign_until: Mapped[date | None]  # and after that for the People's Committee
    # Of what is frozen; none again once it is reopened. What it was then stands in its moves.
    number: Mapped[Text80 | None]
    document_on: Mapped[date | None]
    document_sha256: Mapped[Text80 | None]
    terms_sha256: Mapped[Text80 | None]  # of the terms that the document tells: these come into force
    document_version: Mapped[int] = mapped_column(default=0)  # how often it was frozen
    signed_how: Mapped[Text16 | None]
    signed_on: Mapped[date | None]
    countersigned_on: Mapped[date | None]
    in_force_from: Mapped[date | None]
    statement_until: Mapped[date | None]  # the last day on which the head can say something to the assessment

    agency: Mapped[Agency] = relationship(lazy="raise")
    programme: Mapped[Programme] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("kind IN ('commitment', 'amendment')", name="known_kind"),
        sa.CheckConstraint("kind <> 'amendment' OR commitment_id IS NOT NULL", name="amends_one"),
        sa.CheckConstraint("countersigned_on >= signed_on", name="head_first"),
        sa.CheckConstraint("in_force_from >= countersigned_on", name="in_force_after_signing"),
        sa.Index(
            "uq_dossier_one_first",
            "programme_id",
            "agency_id",
            unique=True,
            sqlite_where=ONE_FIRST,
            postgresql_where=ONE_FIRST,
        ),
        sa.Index(
            "uq_dossier_one_amendment",
            "commitment_id",
            unique=True,
            sqlite_where=ONE_AMENDMENT,
            postgresql_where=ONE_AMENDMENT,
        ),
        sa.Index("ix_dossier_programme_state", "programme_id", "state"),
        sa.Index("ix_dossier_agency", "agency_id"),
        facts(
            Sealed("dossier", only=WHAT),
            changes=(
                Change(MOVING),
                Change((*MOVING, "in_force_from"), when="OLD.in_force_from IS NULL"),
                Change((*MOVING, *ENTERING), when="OLD.in_force_from IS NULL AND OLD.commitment_id IS NULL"),
            ),
        ),
    )


class DraftTarget(Base):
    """The terms of one target as they stand in a dossier: `terms` as `commitments.terms` writes them. `version` counts
    their changes."""

    __tablename__ = "draft_target"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"))
    code: Mapped[Text40]
    terms: Mapped[Any] = mapped_column(Json)
    base: Mapped[Any | None] = mapped_column(Json)  # of an amendment: the terms that it changes
    template_version_id: Mapped[BigId | None]  # the version of a template that it was drafted by
    template_code: Mapped[Text40 | None]
    follows_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target.id"), index=True)  # of an earlier programme
    taken_over_from: Mapped[Any | None] = mapped_column(Json)  # that one, as it stood when it was taken over
    target_id: Mapped[BigId | None] = mapped_column(
        sa.ForeignKey("target.id"), index=True
    )  # which it became; of an amendment: which it changes
    version: Mapped[int] = mapped_column(default=1)
    dropped: Mapped[bool] = mapped_column(default=False)  # by an accepted proposal: it stays to be read

    dossier: Mapped[Dossier] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("dossier_id", "code"),
        sa.Index("ix_draft_target_template", "template_code", "dossier_id"),
        sa.Index("ix_draft_target_codes", "dossier_id", "template_code", "code", "dropped"),  # told without the terms
    )


class DossierMove(Base):
    """Something that was done to a dossier: the `seq`-th, which made the dossier's version that."""

    __tablename__ = "dossier_move"

    id: Mapped[Key]
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"))
    seq: Mapped[int]
    move: Mapped[Text16]
    state_before: Mapped[Text16 | None]
    state_after: Mapped[Text16]
    side: Mapped[Text16]
    person_id: Mapped[BigId | None] = mapped_column(
        sa.ForeignKey("person.id")
    )  # none: the nightly job, or a package brought it
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    day: Mapped[date]
    reason: Mapped[LongText | None]
    comment_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("term_comment.id"))
    proposal_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("term_proposal.id"))
    detail: Mapped[Any | None] = mapped_column(Json)  # what it told beside: numbers, days, terms that differ

    __table_args__ = (sa.UniqueConstraint("dossier_id", "seq"), facts(Sealed("dossier_move")))


class TermComment(Base):
    """What was said of one term of a target (`term`), of a target, or of all; `value`: what the term was then, as
    {term: value}."""

    __tablename__ = "term_comment"

    id: Mapped[Key]
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"), index=True)
    draft_target_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("draft_target.id"))
    term: Mapped[Text40 | None]
    value: Mapped[Any | None] = mapped_column(Json)
    text: Mapped[LongText]
    side: Mapped[Text16]
    person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    __table_args__ = (facts(Sealed("term_comment")),)


class TermProposal(Base):
    """Other terms for one target, proposed by a side: [{"term", "from", "to"}]; what was answered is told once.

    Of a new target (`draft_target_id` none until it is accepted) and of one to be dropped the term is "target".
    """

    __tablename__ = "term_proposal"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"), index=True)
    draft_target_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("draft_target.id"))
    changes: Mapped[Any] = mapped_column(Json)
    reason: Mapped[LongText | None]
    side: Mapped[Text16]
    person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    outcome: Mapped[Text16 | None]
    answered_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[LongText | None]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('accepted', 'refused', 'taken_back')", name="known_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="open_or_answered"),
        sa.Index("ix_term_proposal_open", "dossier_id", sqlite_where=WAITING, postgresql_where=WAITING),
        told_once("term_proposal", "term_answer", ANSWER),
    )
