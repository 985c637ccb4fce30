"""Questions about reports that are not returned for it, and the reasons for which reports are usually returned."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "question_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_by_id", BIG, nullable=False),
        sa.Column("said_for_id", BIG, nullable=True),
        sa.Column("said_at", AT, nullable=False),
        sa.CheckConstraint("side IN ('appraiser', 'body')", name=op.f("ck_question_line_known_side")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_question_line_report_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_question_line_revision_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["person.id"], name=op.f("fk_question_line_said_by_id")),
        sa.ForeignKeyConstraint(["said_for_id"], ["person.id"], name=op.f("fk_question_line_said_for_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_line")),
        sa.UniqueConstraint("report_id", "seq", name=op.f("uq_question_line_report_id_seq")),
    )
    op.create_table(
        "return_reason",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by_id", BIG, nullable=True),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_return_reason_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reason")),
        sa.UniqueConstraint("token", name=op.f("uq_return_reason_token")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
