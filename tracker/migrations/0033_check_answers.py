"""What checks asked about figures and what was answered, and what stands in a figure's way, as facts."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("revision", sa.Column("obstacles", sa.Text(), nullable=True))
    op.create_table(
        "check_answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_check_answer_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answer")),
        sa.UniqueConstraint("revision_id", "code", name=op.f("uq_check_answer_revision_id_code")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
