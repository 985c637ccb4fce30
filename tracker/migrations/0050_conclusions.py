"""What the committee concluded, and how it ended."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _points(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "conclusion",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("concluded_by_id", BIG, nullable=False),
        sa.Column("concluded_for_id", BIG, nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("office IN ('head', 'deputy', 'officer')", name=op.f("ck_conclusion_known_office")),
        _points("conclusion", "programme_id", "programme"),
        _points("conclusion", "agency_id", "agency"),
        _points("conclusion", "target_id", "target"),
        _points("conclusion", "concluded_by_id", "person"),
        _points("conclusion", "concluded_for_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion")),
        sa.UniqueConstraint("token", name=op.f("uq_conclusion_token")),
    )
    op.create_index(op.f("ix_conclusion_target_id"), "conclusion", ["target_id"])
    op.create_index("ix_conclusion_agency", "conclusion", ["agency_id", "id"])
    op.create_index("ix_conclusion_programme", "conclusion", ["programme_id", "due_on", "id"])
    op.create_table(
        "conclusion_end",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conclusion_id", BIG, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("ended_by_id", BIG, nullable=False),
        sa.Column("ended_for_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'withdrawn')", name=op.f("ck_conclusion_end_known_outcome")),
        sa.CheckConstraint("(outcome = 'done') = (proof IS NOT NULL)", name=op.f("ck_conclusion_end_done_is_shown")),
        _points("conclusion_end", "conclusion_id", "conclusion"),
        _points("conclusion_end", "ended_by_id", "person"),
        _points("conclusion_end", "ended_for_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conclusion_end")),
        sa.UniqueConstraint("conclusion_id", name=op.f("uq_conclusion_end_conclusion_id")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
