"""Reports with their revisions, decisions and evidence, and the drafts from which they are sent; what is asked and
decided on one target. Revisions, decisions and what was asked never change."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.commitments.models import Target
from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80, Text255
from tracker.core.db.facts import Change, Sealed, facts
from tracker.programmes.models import Period
from tracker.progress.states import DraftState as DraftState
from tracker.progress.states import ReportState as ReportState
from tracker.progress.states import RequestState as RequestState

PERIODIC_ONLY = sa.text("kind = 'periodic'")
COMPLETION_ONLY = sa.text("kind = 'completion'")
WAITS_ONLY = sa.text("state = 'sent'")
OPEN_ONLY = sa.text("state IN ('draft', 'waiting')")
# Until it is sent, a file comes and goes; afterwards an erasure takes its name, and nothing else does.
OF_A_DRAFT = "OLD.revision_id IS NULL AND OLD.asked_on IS NULL"
ERASED = """OLD.erased_on IS NULL AND NEW.erased_on IS NOT NULL AND NEW.name = ''
    AND EXISTS (SELECT 1 FROM erasure WHERE kind = 'file' AND subject = OLD.sha256)"""


class Report(Base):
    """The report of one target for one period, or on its completion. Programme, body and state stand here so that
    queues need no join."""

    __tablename__ = "report"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    period_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("period.id"))
    kind: Mapped[Text16]  # periodic, completion
    state: Mapped[Text16]
    sent_on: Mapped[date]  # day of the last revision

    target: Mapped[Target] = relationship(lazy="raise")
    period: Mapped[Period | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("(kind = 'periodic') = (period_id IS NOT NULL)", name="period_of_periodic"),
        sa.CheckConstraint("kind IN ('periodic', 'completion')", name="known_kind"),
        sa.Index(
            "uq_report_periodic",
            "target_id",
            "period_id",
            unique=True,
            sqlite_where=PERIODIC_ONLY,
            postgresql_where=PERIODIC_ONLY,
        ),
        sa.Index(
            "uq_report_completion",
            "target_id",
            unique=True,
            sqlite_where=COMPLETION_ONLY,
            postgresql_where=COMPLETION_ONLY,
        ),
        sa.Index("ix_report_target", "target_id"),
        sa.Index("ix_report_queue", "state", "sent_on", "id"),
        sa.Index(
            "ix_report_waiting",
            "programme_id",
            "sent_on",
            "id",
            "target_id",
            sqlite_where=WAITS_ONLY,
            postgresql_where=WAITS_ONLY,
        ),
        sa.Index("ix_report_agency_state", "agency_id", "state", "sent_on"),
        facts(Sealed("report", without=("state", "sent_on")), changes=(Change(("state", "sent_on")),)),
    )


class Revision(Base):
    """What was sent, once. Who entered it and who sent it stay apart."""

    __tablename__ = "revision"

    id: Mapped[Key]
    report_id: Mapped[BigId] = mapped_column(sa.ForeignKey("report.id"))
    seq: Mapped[int] = mapped_column(sa.SmallInteger)
    submitted_on: Mapped[date]
    recorded_on: Mapped[date]
    as_at: Mapped[date | None]
    value: Mapped[Decimal | None]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    narrative: Mapped[LongText | None]  # or, for "not applicable", the reason
    obstacles: Mapped[LongText | None]  # what stands in the way, and what is asked for
    entered_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    sent_at: Mapped[datetime | None]  # none: came in a package

    report: Mapped[Report] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("report_id", "seq"),
        sa.CheckConstraint("recorded_on >= submitted_on", name="recorded_after"),
        sa.CheckConstraint(
            "not_applicable OR value IS NOT NULL OR (numerator IS NOT NULL AND denominator IS NOT NULL)",
            name="has_figure",
        ),
        facts(Sealed("revision")),
    )


class SendingConfirmation(Base):
    """A head confirmed by a key what was sent in one press: in which office, and what proves it (JSON in canonical
    form, `signing.confirmations.proof`)."""

    __tablename__ = "sending_confirmation"

    id: Mapped[Key]
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    office: Mapped[Text40]
    key_id: Mapped[BigId] = mapped_column(sa.ForeignKey("signing_key.id"), index=True)
    nonce: Mapped[Text80] = mapped_column(unique=True)  # each is good for one press
    sign_count: Mapped[BigId]
    evidence: Mapped[LongText]
    at: Mapped[datetime]

    __table_args__ = (facts(Sealed("sending_confirmation")),)


class ReportReceipt(Base):
    """What was sent by one revision, as canonical JSON, and its hash."""

    __tablename__ = "report_receipt"

    id: Mapped[Key]
    revision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("revision.id"), unique=True)
    code: Mapped[Text40] = mapped_column(unique=True)
    content: Mapped[LongText]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    confirmation_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("sending_confirmation.id"))

    revision: Mapped[Revision] = relationship(lazy="raise")
    confirmation: Mapped[SendingConfirmation | None] = relationship(lazy="raise")

    __table_args__ = (facts(Sealed("report_receipt")),)


class Decision(Base):
    """An appraiser's acceptance or return, an inspection's reopening, or the sender's recall."""

    __tablename__ = "decision"

    id: Mapped[Key]
    revision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("revision.id"))
    seq: Mapped[int] = mapped_column(sa.SmallInteger)
    outcome: Mapped[Text16]
    decided_on: Mapped[date]
    recorded_on: Mapped[date]
    value: Mapped[Decimal | None]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    reason: Mapped[LongText | None]
    decided_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # in whose name, by a stand-in
    decided_at: Mapped[datetime | None]  # none: came in a package

    revision: Mapped[Revision] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("revision_id", "seq"),
        sa.CheckConstraint("outcome IN ('accepted', 'returned', 'reopened', 'recalled')", name="known_outcome"),
        sa.CheckConstraint("recorded_on >= decided_on", name="recorded_after"),
        facts(Sealed("decision")),
    )


class Withdrawal(Base):
    """An appraiser took a decision back on the day on which it was taken: it counts as never taken, and stays told."""

    __tablename__ = "withdrawal"

    id: Mapped[Key]
    decision_id: Mapped[BigId] = mapped_column(sa.ForeignKey("decision.id"), unique=True)
    reason: Mapped[LongText]
    withdrawn_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("withdrawal")),)


# Condition: the decision was not taken back. Whoever asks what counts asks for it; only the history tells the others.
STANDS = ~sa.exists().where(Withdrawal.decision_id == Decision.id).correlate(Decision)


class Draft(Base):
    """A figure being written: what was typed, as it was typed, right or wrong, so that nothing is lost."""

    __tablename__ = "draft"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"))
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    period_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("period.id"))
    kind: Mapped[Text16]
    state: Mapped[Text16] = mapped_column(default=DraftState.EDITING)
    typed: Mapped[Any] = mapped_column(Json, default=dict)  # field → text
    language: Mapped[Text16]  # the locale in which the numbers were typed
    head_comment: Mapped[LongText | None]  # why the head handed it back
    version: Mapped[int] = mapped_column(default=1)
    entered_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    updated_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # the head opened what was handed on

    target: Mapped[Target] = relationship(lazy="raise")
    period: Mapped[Period | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.Index(
            "uq_draft_periodic",
            "target_id",
            "period_id",
            unique=True,
            sqlite_where=PERIODIC_ONLY,
            postgresql_where=PERIODIC_ONLY,
        ),
        sa.Index(
            "uq_draft_completion",
            "target_id",
            unique=True,
            sqlite_where=COMPLETION_ONLY,
            postgresql_where=COMPLETION_ONLY,
        ),
        sa.Index("ix_draft_agency_state", "agency_id", "state"),
    )


ASKED = ("kind", "due_on", "from_on", "to_on", "reason", "asked_by_id", "asked_for_id", "asked_at", "asked_on")
WRITTEN = ("state", "version", "typed", "written_by_id", "written_at")
TAKEN_BACK = ("withdrawn_by_id", "withdrawn_at")


class TargetRequest(Base):
    """What a head asks of the PPC for one target: another deadline, or a suspension. First a draft, as it is
    typed; from the day of asking it never changes."""

    __tablename__ = "target_request"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    state: Mapped[Text16]
    version: Mapped[int] = mapped_column(default=1)
    typed: Mapped[Any | None] = mapped_column(Json)  # of a draft alone
    written_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: a package brought it
    written_at: Mapped[datetime]
    kind: Mapped[Text16 | None]  # extension, suspension
    due_on: Mapped[date | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    reason: Mapped[LongText | None]
    asked_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime | None]
    asked_on: Mapped[date | None]
    withdrawn_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    target: Mapped[Target] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("(asked_at IS NULL) = (state = 'draft')", name="asked_or_draft"),
        sa.Index(
            "uq_target_request_open", "target_id", unique=True, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY
        ),
        sa.Index("ix_target_request_state", "state", "asked_on", "id"),
        facts(
            Sealed("target_request", without=(*WRITTEN, *TAKEN_BACK), where="asked_at IS NOT NULL"),
            Sealed("target_request_end", only=("id", *TAKEN_BACK), where="withdrawn_at IS NOT NULL"),
            changes=(
                Change((*WRITTEN, *ASKED), when="OLD.asked_at IS NULL"),
                Change(("state", *TAKEN_BACK), when="OLD.state = 'waiting'"),
            ),
            removable="OLD.asked_at IS NULL",
        ),
    )


class TargetDecision(Base):
    """What the PPC decided on one target, asked or by itself, and why. What follows from it stands in the extension or
    suspension that it made, or in the target's end."""

    __tablename__ = "target_decision"

    id: Mapped[Key]
    target_id: Mapped[BigId] = mapped_column(sa.ForeignKey("target.id"), index=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    request_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target_request.id"), unique=True)
    kind: Mapped[Text16]  # extension, suspension, end
    granted: Mapped[bool]
    decided_on: Mapped[date]
    decided_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_for_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[LongText]
    extension_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("extension.id"))
    suspension_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("suspension.id"))

    __table_args__ = (facts(Sealed("target_decision")),)


class Evidence(Base):
    """A file behind a figure or a request: of a draft, then of each revision sent from it, or of the request for good.
    The bytes stand once, by their hash."""

    __tablename__ = "evidence"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    draft_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("draft.id", ondelete="SET NULL"), index=True)
    revision_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    request_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("target_request.id"), index=True)
    asked_on: Mapped[date | None]  # of a request: the day of asking, from which on it stays
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[Text80]
    name: Mapped[Text255]
    uploaded_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # taken off the draft, where it can be put back until that is sent
    erased_on: Mapped[date | None]  # then the bytes are gone; the hash, and in `erasure` why and by whom, are kept

    __table_args__ = (
        facts(
            Sealed("evidence", without=("draft_id", "name", "erased_on"), where="revision_id IS NOT NULL"),
            Sealed("request_evidence", without=("name", "erased_on"), where="asked_on IS NOT NULL"),
            changes=(
                Change(("draft_id", "revision_id", "asked_on", "removed_at"), OF_A_DRAFT),
                Change(("name", "erased_on"), ERASED),
            ),
            removable=OF_A_DRAFT,
        ),
    )
