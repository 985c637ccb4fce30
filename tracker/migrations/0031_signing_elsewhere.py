"""Signatures asked of a provider, documents handed to a signing program, receipts of reports."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
OPEN = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "remote_signing",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("begins_with", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("prepared", sa.Text(), nullable=True),
        sa.Column("sent", sa.SmallInteger(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("away_since", AT, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", AT, nullable=True),
        sa.CheckConstraint("side IN ('body', 'ppc')", name=op.f("ck_remote_signing_known_side")),
        sa.CheckConstraint(
            "step IN ('asked', 'prepared', 'waiting', 'answered')", name=op.f("ck_remote_signing_known_step")
        ),
        sa.CheckConstraint("outcome IN ('signed', 'refused')", name=op.f("ck_remote_signing_known_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (finished_at IS NULL)", name=op.f("ck_remote_signing_ended_at_once")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_remote_signing_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_remote_signing_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_remote_signing_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_signing")),
        sa.UniqueConstraint("token", name=op.f("uq_remote_signing_token")),
    )
    op.create_index("ix_remote_signing_document_id", "remote_signing", ["document_id"])
    op.create_index(
        "uq_remote_signing_open",
        "remote_signing",
        ["document_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "hand_over",
        sa.Column("id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("begins_with", sa.String(length=64), nullable=False),
        sa.Column("download", sa.String(length=64), nullable=False),
        sa.Column("upload", sa.String(length=64), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("fetched_at", AT, nullable=True),
        sa.Column("returned_at", AT, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint("side IN ('body', 'ppc')", name=op.f("ck_hand_over_known_side")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_hand_over_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_hand_over_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hand_over_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("download", name=op.f("uq_hand_over_download")),
        sa.UniqueConstraint("upload", name=op.f("uq_hand_over_upload")),
    )
    op.create_index("ix_hand_over_document_id", "hand_over", ["document_id"])
    op.create_table(
        "report_receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_report_receipt_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_receipt")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_report_receipt_revision_id")),
        sa.UniqueConstraint("code", name=op.f("uq_report_receipt_code")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
