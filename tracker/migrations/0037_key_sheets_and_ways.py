"""Scans of the sheets of signing keys; the ways of signing of a programme that is prepared."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signing_key_sheet",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by_id", BIG, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["signing_key.id"], name=op.f("fk_signing_key_sheet_key_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_signing_key_sheet_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key_sheet")),
        sa.UniqueConstraint("key_id", "sha256", name=op.f("uq_signing_key_sheet_key_id_sha256")),
    )
    op.create_index(op.f("ix_signing_key_sheet_sha256"), "signing_key_sheet", ["sha256"])
    op.add_column("programme_plan", sa.Column("ways", sa.Text(), nullable=True))
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
