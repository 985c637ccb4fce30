"""Numbers drawn from the registers, documents that were made, scans of what was signed on paper. They are facts: a
number is cancelled once, a scan attested or refused once, and nothing else of them changes. So are the keys that people
sign with, who attested whose they are, and signatures with what proves them; a key ends once. And what is being made
of many at once, or asked of somebody else's machine, which is no fact."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment
from tracker.core.db.database import Base, BigId, Json, Key, LongText, Text16, Text40, Text80, Text255
from tracker.core.db.facts import Sealed, facts, told_once
from tracker.people.models import Person

CANCELLED = ("cancelled_at", "cancelled_by_id", "cancel_reason")
JUDGED = ("judged_at", "judged_by_id", "attested", "refuse_reason")
ENDED = ("ended_at", "ended_by_id", "end_reason")
RUN_OPEN, WAITS = sa.text("finished_at IS NULL"), sa.text("outcome IS NULL")


class DocumentNumber(Base):
    """A number of a register: what is registered under one symbol runs from 1 through the year."""

    __tablename__ = "document_number"

    id: Mapped[Key]
    symbol: Mapped[Text80]
    year: Mapped[int] = mapped_column(sa.SmallInteger)
    number: Mapped[int]
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    cancel_reason: Mapped[LongText | None]

    __table_args__ = (
        sa.UniqueConstraint("symbol", "year", "number"),
        sa.CheckConstraint("number >= 1", name="from_one"),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_with_a_reason"),
        told_once("document_number", "number_cancelled", CANCELLED),
    )

    @property
    def text(self) -> str:
        """As it stands on the document: 01/CK-SNV."""
        return f"{self.number:02d}/{self.symbol}"


class MadeDocument(Base):
    """A document as it was made: its bytes stand in the store under their hashes, and are never made again."""

    __tablename__ = "document"

    id: Mapped[Key]
    address: Mapped[Text40] = mapped_column(unique=True)  # the beginning of the content's hash: where it is verified
    kind: Mapped[Text16]
    number_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document_number.id"), unique=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    dated_on: Mapped[date]
    version: Mapped[int]
    content_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    content_size: Mapped[int]
    pdf_sha256: Mapped[str] = mapped_column(sa.String(64))
    pdf_size: Mapped[int]
    pages: Mapped[int]
    sample: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))

    number: Mapped[DocumentNumber] = relationship(lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("kind IN ('commitment', 'amendment', 'assessment', 'urging', 'apology')", name="known_kind"),
        facts(Sealed("document")),
    )


class PaperFile(Base):
    """A file of scans as it came in: of each page, the code that was read on it."""

    __tablename__ = "paper_file"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]
    pages: Mapped[int]
    read: Mapped[Any] = mapped_column(Json)  # of each page: [address, page, pages], or null without our code
    uploaded_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

    __table_args__ = (facts(Sealed("paper_file")),)


class Paper(Base):
    """The scan of one signed document, taken out of a file. Whoever uploaded it does not attest it."""

    __tablename__ = "paper"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    file_id: Mapped[BigId] = mapped_column(sa.ForeignKey("paper_file.id"), index=True)
    document_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("document.id"), index=True)
    commitment_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    agency_id: Mapped[BigId] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    from_pages: Mapped[Any] = mapped_column(Json)  # numbers of the file's pages, in the order of the document
    missing: Mapped[Any] = mapped_column(Json)  # numbers of the document's pages that are not there
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    sorted_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    sorted_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    attested: Mapped[bool | None]
    refuse_reason: Mapped[LongText | None]

    file: Mapped[PaperFile] = relationship(lazy="raise")
    document: Mapped[MadeDocument | None] = relationship(lazy="raise")
    commitment: Mapped[Commitment | None] = relationship(lazy="raise")
    agency: Mapped[Agency] = relationship(lazy="raise")

    __table_args__ = (
        sa.CheckConstraint("(document_id IS NULL) <> (commitment_id IS NULL)", name="of_one_thing"),
        sa.CheckConstraint("judged_by_id IS NULL OR judged_by_id <> sorted_by_id", name="judged_by_another"),
        sa.CheckConstraint("(judged_at IS NULL) = (attested IS NULL)", name="judged_at_once"),
        told_once("paper", "paper_judged", JUDGED),
    )


class FreezeRun(Base):
    """Documents that somebody asked to have made of many commitments of a programme at once; one at a time."""

    __tablename__ = "freeze_run"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    programme_id: Mapped[BigId] = mapped_column(sa.ForeignKey("programme.id"))
    asked_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    office: Mapped[Text40]  # by which they asked
    asked_at: Mapped[datetime]
    signatory_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # who is to sign for the PPC
    tries: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # runs of the job in a row that settled nothing
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index("uq_freeze_run_open", "programme_id", unique=True, sqlite_where=RUN_OPEN, postgresql_where=RUN_OPEN),
        sa.Index("ix_freeze_run_programme", "programme_id", "id"),
    )


class FreezeItem(Base):
    """One commitment of them, as it was seen (`version`): what came of it, told once. `reason` by language."""

    __tablename__ = "freeze_item"

    id: Mapped[Key]
    run_id: Mapped[BigId] = mapped_column(sa.ForeignKey("freeze_run.id"))
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"))
    version: Mapped[int]
    outcome: Mapped[Text16 | None]
    document_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("document.id"))
    reason: Mapped[Any | None] = mapped_column(Json)
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("run_id", "dossier_id"),
        sa.CheckConstraint("outcome IN ('made', 'refused')", name="known_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_at_once"),
        sa.Index("ix_freeze_item_waiting", "run_id", "id", sqlite_where=WAITS, postgresql_where=WAITS),
    )


class ScanReading(Base):
    """A file of scans whose codes are being read, page by page, before it is sorted: `read` as `PaperFile` keeps it.
    `reason`, by language, where nothing came of it."""

    __tablename__ = "scan_reading"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    pages: Mapped[int]
    read: Mapped[Any] = mapped_column(Json)
    lost: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # pages at which whoever read them ended
    asked_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # runs of the job in a row that came to nothing
    file_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("paper_file.id"))
    reason: Mapped[Any | None] = mapped_column(Json)
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("finished_at IS NOT NULL OR (file_id IS NULL AND reason IS NULL)", name="told_at_its_end"),
        sa.Index("uq_scan_reading_open", "sha256", unique=True, sqlite_where=RUN_OPEN, postgresql_where=RUN_OPEN),
    )


class SigningKey(Base):
    """The public half of a key that somebody signs with, and the record of how it was made (`enrolment`: JSON in
    canonical form). It is none of the passkeys that sign in."""

    __tablename__ = "signing_key"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), index=True)
    credential: Mapped[str] = mapped_column(sa.String(1400), unique=True)  # its id, as WebAuthn writes it in JSON
    public_key: Mapped[LongText]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the public key, as the sheet of paper has it
    enrolment: Mapped[LongText]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # nothing is signed with it any more; what was stays signed
    ended_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    end_reason: Mapped[LongText | None]

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=person_id)

    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_a_reason"),
        told_once("signing_key", "signing_key_end", ENDED),
    )


class KeyAttestation(Base):
    """Somebody held a key's fingerprint against the sheet that its owner signed by hand, and says whose key it is."""

    __tablename__ = "signing_key_attestation"

    id: Mapped[Key]
    key_id: Mapped[BigId] = mapped_column(sa.ForeignKey("signing_key.id"))
    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    office: Mapped[Text40]
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("key_id", "person_id"), facts(Sealed("signing_key_attestation")))


class Signature(Base):
    """A document was signed for one side: by whom, in which office and by which authority, how, and what proves it
    (`evidence`: JSON in canonical form; its shape is the way's own)."""

    __tablename__ = "signature"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    document_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document.id"))
    dossier_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier.id"), index=True)
    move_id: Mapped[BigId] = mapped_column(sa.ForeignKey("dossier_move.id"), unique=True)
    side: Mapped[Text16]
    way: Mapped[Text16]
    document_sha256: Mapped[str] = mapped_column(sa.String(64))  # of the content
    person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # who signed; none: on paper
    office: Mapped[Text40 | None]
    authority: Mapped[Text16 | None]  # TM., KT., TUQ. of who signs for the People's Committee
    for_person_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))
    key_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("signing_key.id"), index=True)
    nonce: Mapped[Text80 | None] = mapped_column(unique=True)  # each is good for one signature
    sign_count: Mapped[BigId | None]  # of the key, as its device told it
    evidence: Mapped[LongText | None]
    at: Mapped[datetime]

    document: Mapped[MadeDocument] = relationship(lazy="raise")
    key: Mapped[SigningKey | None] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("document_id", "side"),
        sa.CheckConstraint("side IN ('body', 'ppc')", name="known_side"),
        sa.CheckConstraint("way IN ('passkey', 'pades', 'paper')", name="known_way"),
        sa.CheckConstraint(
            "way <> 'passkey' OR (key_id IS NOT NULL AND nonce IS NOT NULL AND evidence IS NOT NULL)",
            name="passkey_with_its_proof",
        ),
        facts(Sealed("signature")),
    )


class SignedFile(Base):
    """A document's file with one signature more, as bytes in the store: the body's, the PPC's, or the seal. It begins
    with all that stood before. `found`: what was found out about its signatures when it came in."""

    __tablename__ = "signed_file"

    id: Mapped[Key]
    document_id: Mapped[BigId] = mapped_column(sa.ForeignKey("document.id"))
    kind: Mapped[Text16]
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]
    begins_with: Mapped[str] = mapped_column(sa.String(64))  # the hash of what it was added to
    found: Mapped[Any] = mapped_column(Json)
    received_at: Mapped[datetime]
    received_by_id: Mapped[BigId | None] = mapped_column(sa.ForeignKey("person.id"))  # none: the product sealed it

    document: Mapped[MadeDocument] = relationship(lazy="raise")

    __table_args__ = (
        sa.UniqueConstraint("document_id", "kind"),
        sa.CheckConstraint("kind IN ('body', 'ppc', 'seal')", name="known_kind"),
        facts(Sealed("signed_file")),
    )


class SealKey(Base):
    """A key of the seal, from when on it is used, and why it took the place of the one before. Each entry names the
    hash of the one before it, so that none is put in between or left out."""

    __tablename__ = "seal_key"

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    certificates: Mapped[LongText]  # PEM: its own, then those up to its authority
    since: Mapped[datetime]
    reason: Mapped[Text16]
    lost_since: Mapped[datetime | None]  # from when on seals of the one before are not to be believed
    note: Mapped[LongText | None]
    before: Mapped[str | None] = mapped_column(sa.String(64))  # the hash of the entry before
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    proof: Mapped[LongText | None]  # the hash, signed by the key before: where that was not lost

    __table_args__ = (
        sa.CheckConstraint("reason IN ('first', 'changed', 'lost')", name="known_reason"),
        sa.CheckConstraint("(seq = 1) = (before IS NULL)", name="chained"),
        facts(Sealed("seal_key")),
    )


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
        sa.Index(
            "uq_remote_signing_open", "document_id", unique=True, sqlite_where=RUN_OPEN, postgresql_where=RUN_OPEN
        ),
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
