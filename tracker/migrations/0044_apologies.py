"""Which programmes ask for public apologies, from day to day."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "apology_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("set_by_id", BIG, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_apology_rule_programme_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_apology_rule_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apology_rule")),
    )
    op.create_index(op.f("ix_apology_rule_programme_id"), "apology_rule", ["programme_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
