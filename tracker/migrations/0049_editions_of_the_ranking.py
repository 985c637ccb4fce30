"""Rankings of periods: shown to the bodies, appealed against, frozen into editions."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0049"
down_revision = "0046"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STANDS = sa.text("state <> 'withdrawn'")


def _points(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "ranking_preview",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("state_since", AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('shown', 'frozen', 'withdrawn')", name=op.f("ck_ranking_preview_known_state")),
        sa.CheckConstraint("shown_on <= until", name=op.f("ck_ranking_preview_days_in_order")),
        _points("ranking_preview", "programme_id", "programme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_preview")),
        sa.UniqueConstraint("token", name=op.f("uq_ranking_preview_token")),
    )
    op.create_index(
        "uq_ranking_preview_stands",
        "ranking_preview",
        ["programme_id", "period"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "ranking_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("preview_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("state_before", sa.String(16), nullable=True),
        sa.Column("state_after", sa.String(16), nullable=False),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        _points("ranking_move", "preview_id", "ranking_preview"),
        _points("ranking_move", "agency_id", "agency"),
        _points("ranking_move", "person_id", "person"),
        _points("ranking_move", "for_person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_move")),
        sa.UniqueConstraint("preview_id", "seq", name=op.f("uq_ranking_move_preview_id_seq")),
    )
    op.create_table(
        "ranking_appeal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("preview_id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        _points("ranking_appeal", "preview_id", "ranking_preview"),
        _points("ranking_appeal", "move_id", "ranking_move"),
        _points("ranking_appeal", "agency_id", "agency"),
        _points("ranking_appeal", "target_id", "target"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_appeal")),
        sa.UniqueConstraint("token", name=op.f("uq_ranking_appeal_token")),
    )
    op.create_index(op.f("ix_ranking_appeal_preview_id"), "ranking_appeal", ["preview_id"])
    op.create_table(
        "ranking_answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("appeal_id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.CheckConstraint("outcome IN ('upheld', 'refused')", name=op.f("ck_ranking_answer_known_outcome")),
        _points("ranking_answer", "appeal_id", "ranking_appeal"),
        _points("ranking_answer", "move_id", "ranking_move"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_answer")),
        sa.UniqueConstraint("appeal_id", name=op.f("uq_ranking_answer_appeal_id")),
    )
    op.create_table(
        "ranking_edition",
        sa.Column("id", BIG, nullable=False),
        sa.Column("preview_id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_ranking_edition_numbered")),
        _points("ranking_edition", "preview_id", "ranking_preview"),
        _points("ranking_edition", "move_id", "ranking_move"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_edition")),
        sa.UniqueConstraint("preview_id", "number", name=op.f("uq_ranking_edition_preview_id_number")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
