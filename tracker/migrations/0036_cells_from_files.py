"""Which side won where a figure of a sheet came back from a file."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = {"target_id": "target", "period_id": "period", "agency_id": "agency", "merged_by_id": "person"}


def upgrade() -> None:
    op.create_table(
        "cell_merge",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("yours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("merged_by_id", BIG, nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('yours', 'theirs')", name=op.f("ck_cell_merge_known_side")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_cell_merge_{column}"))
            for column, other in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_merge")),
    )
    op.create_index("ix_cell_merge_target_id", "cell_merge", ["target_id", "period_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
