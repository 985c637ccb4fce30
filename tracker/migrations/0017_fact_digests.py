"""Digests of facts that came many at once; from here on the database refuses to change what never changes."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "fact_digests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("bundle", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_digests")),
    )
    op.create_index(op.f("ix_fact_digests_bundle"), "fact_digests", ["bundle"], unique=False)
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("what was recorded is not taken away: restore a backup instead")
