"""Who set a policy version and why; inquiries that the scheduler answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = sa.text("state IN ('asked', 'working')")


def upgrade() -> None:
    op.add_column("policy_version", sa.Column("reason", sa.String(length=255), nullable=True))
    op.add_column("policy_version", sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
    # By hand: SQLite takes a reference with the column, and no other way without rebuilding the table.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE policy_version ADD COLUMN set_by_id {kind} "
        "CONSTRAINT fk_policy_version_set_by_id REFERENCES person (id)"
    )
    op.create_table(
        "inquiry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor_agency_id", BIG, nullable=True),
        sa.Column("cursor_target_id", BIG, nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=255), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'working', 'answered', 'failed')", name=op.f("ck_inquiry_known_state")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_inquiry_asked_by_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_inquiry_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("token", name=op.f("uq_inquiry_token")),
    )
    op.create_index("ix_inquiry_asked", "inquiry", ["asked_at", "id"])
    op.create_index("ix_inquiry_waiting", "inquiry", ["id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_table(
        "inquiry_row",
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("status_before", sa.String(length=16), nullable=True),
        sa.Column("score_before", sa.Integer(), nullable=True),
        sa.Column("punctuality_before", sa.Integer(), nullable=True),
        sa.Column("status_after", sa.String(length=16), nullable=False),
        sa.Column("score_after", sa.Integer(), nullable=True),
        sa.Column("punctuality_after", sa.Integer(), nullable=True),
        sa.Column("reason_after", sa.Text(), nullable=True),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_row_inquiry_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_inquiry_row_target_id")),
        sa.PrimaryKeyConstraint("inquiry_id", "target_id", name=op.f("pk_inquiry_row")),
    )
    op.create_index("ix_inquiry_row_shift", "inquiry_row", ["inquiry_id", "differs", "shift", "target_id"])
    op.create_table(
        "inquiry_sum",
        sa.Column("inquiry_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("targets", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("total_before", sa.String(40), nullable=False),
        sa.Column("weight_before", sa.String(40), nullable=False),
        sa.Column("total_after", sa.String(40), nullable=False),
        sa.Column("weight_after", sa.String(40), nullable=False),
        sa.Column("score_before", sa.Integer(), nullable=True),
        sa.Column("score_after", sa.Integer(), nullable=True),
        sa.Column("rank_before", sa.Integer(), nullable=True),
        sa.Column("rank_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_inquiry_sum_agency_id")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_sum_inquiry_id")),
        sa.PrimaryKeyConstraint("inquiry_id", "agency_id", name=op.f("pk_inquiry_sum")),
    )


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
