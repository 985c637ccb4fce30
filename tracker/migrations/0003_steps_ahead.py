"""What follows each open step, so that the nightly run need not derive it. Filled as targets are derived anew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "span_ahead",
        sa.Column("target_id", BIG, autoincrement=False, nullable=False),
        sa.Column("rule_version", sa.SmallInteger(), nullable=False),
        sa.Column("looks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_span_ahead_target_id")),
        sa.PrimaryKeyConstraint("target_id", name=op.f("pk_span_ahead")),
    )


def downgrade() -> None:
    op.drop_table("span_ahead")
