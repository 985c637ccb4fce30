"""What a person was told is about a thing of any kind: a target, a commitment on its way, a body."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEP = ("person_id", "occasion", "subject_kind", "subject_id", "part", "rung", "counted_on", "told_on")


def upgrade() -> None:
    op.drop_index("uq_told_period", "told")
    op.drop_index("uq_told_completion", "told")
    op.add_column("told", sa.Column("subject_kind", sa.String(16), nullable=False, server_default="target"))
    op.add_column("told", sa.Column("subject_id", BIG, nullable=True))
    op.add_column("told", sa.Column("part", BIG, nullable=False, server_default="0"))
    with op.batch_alter_table("told") as told:  # nothing points at it, and no trigger stands on it
        told.alter_column("target_id", existing_type=BIG, nullable=True)
    op.create_index("uq_told_step", "told", STEP, unique=True)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
