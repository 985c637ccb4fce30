"""Corrections that bodies ask for, reopenings by a named decision, what is said inside a body, and each person's last
visit."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("asked_for_id", BIG, nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        *_keys("correction", revision_id="revision", target_id="target", agency_id="agency"),
        *_keys("correction", asked_by_id="person", asked_for_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("token", name=op.f("uq_correction_token")),
    )
    for column in ("revision_id", "target_id", "agency_id"):
        op.create_index(op.f(f"ix_correction_{column}"), "correction", [column])
    op.create_table(
        "correction_end",
        sa.Column("id", BIG, nullable=False),
        sa.Column("correction_id", BIG, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decision_id", BIG, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("ended_for_id", BIG, nullable=True),
        sa.Column("ended_at", AT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('granted', 'refused', 'withdrawn')", name=op.f("ck_correction_end_known_outcome")
        ),
        sa.CheckConstraint(
            "(decision_id IS NOT NULL) = (outcome = 'granted')", name=op.f("ck_correction_end_granted_opens")
        ),
        *_keys("correction_end", correction_id="correction", decision_id="decision"),
        *_keys("correction_end", ended_by_id="person", ended_for_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_end")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_correction_end_correction_id")),
    )
    op.create_table(
        "reopening",
        sa.Column("id", BIG, nullable=False),
        sa.Column("decision_id", BIG, nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ground IN ('finding', 'appeal', 'correction')", name=op.f("ck_reopening_known_ground")),
        sa.CheckConstraint("(number IS NULL) = (dated_on IS NULL)", name=op.f("ck_reopening_named_whole")),
        sa.CheckConstraint("ground = 'correction' OR number IS NOT NULL", name=op.f("ck_reopening_named")),
        *_keys("reopening", decision_id="decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopening")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_reopening_decision_id")),
    )
    op.create_table(
        "cell_comment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_by_id", BIG, nullable=False),
        sa.Column("said_for_id", BIG, nullable=True),
        sa.Column("said_at", AT, nullable=False),
        sa.CheckConstraint("kind IN ('said', 'handed_back')", name=op.f("ck_cell_comment_known_kind")),
        *_keys("cell_comment", target_id="target", period_id="period", agency_id="agency"),
        *_keys("cell_comment", said_by_id="person", said_for_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_comment")),
    )
    op.create_index("ix_cell_comment_target", "cell_comment", ["target_id", "period_id"])
    op.add_column("account", sa.Column("left_at", AT, nullable=True))
    triggers.install(op.get_bind())


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns.items()
    ]


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
