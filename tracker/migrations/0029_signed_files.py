"""Files of documents as they were signed outside and sealed, and the keys of the seal."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signed_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("begins_with", sa.String(length=64), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("received_by_id", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('body', 'ppc', 'seal')", name=op.f("ck_signed_file_known_kind")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_signed_file_document_id")),
        sa.ForeignKeyConstraint(["received_by_id"], ["person.id"], name=op.f("fk_signed_file_received_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_signed_file_sha256")),
        sa.UniqueConstraint("document_id", "kind", name=op.f("uq_signed_file_document_id_kind")),
    )
    op.create_table(
        "seal_key",
        sa.Column("id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("certificates", sa.Text(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("lost_since", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.CheckConstraint("reason IN ('first', 'changed', 'lost')", name=op.f("ck_seal_key_known_reason")),
        sa.CheckConstraint("(seq = 1) = (before IS NULL)", name=op.f("ck_seal_key_chained")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_key")),
        sa.UniqueConstraint("seq", name=op.f("uq_seal_key_seq")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_seal_key_fingerprint")),
        sa.UniqueConstraint("hash", name=op.f("uq_seal_key_hash")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
