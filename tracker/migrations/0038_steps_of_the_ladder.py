"""Ladders of programmes; what a person was told: of which occasion, on which step of the ladder, counted from which day."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEPS = {"ahead": "-3", "today": "0", "late": "1"}


def upgrade() -> None:
    op.create_table(
        "ladder_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("rungs", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("set_by_id", BIG, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_ladder_version_programme_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_ladder_version_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_version")),
    )
    op.create_index(op.f("ix_ladder_version_programme_id"), "ladder_version", ["programme_id"])
    op.add_column("told", sa.Column("occasion", sa.String(16), nullable=False, server_default="report"))
    op.add_column("told", sa.Column("counted_on", sa.Date(), nullable=True))
    op.add_column("told", sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()))
    told = sa.table("told", sa.column("rung", sa.String))
    for rung, step in STEPS.items():
        op.execute(sa.update(told).where(told.c.rung == rung).values(rung=step))
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
