"""What a head asks of the PPC for one target, and what the PPC decides on it; files of evidence belong to requests too."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('draft', 'waiting')")


def upgrade() -> None:
    op.create_table(
        "target_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("asked_for_id", BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", BIG, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(asked_at IS NULL) = (state = 'draft')", name=op.f("ck_target_request_asked_or_draft")),
        *_keys("target_request", target_id="target", agency_id="agency"),
        *_keys("target_request", written_by_id="person", asked_by_id="person", asked_for_id="person"),
        *_keys("target_request", withdrawn_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_request")),
        sa.UniqueConstraint("token", name=op.f("uq_target_request_token")),
    )
    op.create_index(op.f("ix_target_request_target_id"), "target_request", ["target_id"])
    op.create_index(
        "uq_target_request_open",
        "target_request",
        ["target_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_target_request_state", "target_request", ["state", "asked_on", "id"])
    op.create_table(
        "target_decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("request_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=False),
        sa.Column("decided_for_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("extension_id", BIG, nullable=True),
        sa.Column("suspension_id", BIG, nullable=True),
        *_keys("target_decision", target_id="target", agency_id="agency", request_id="target_request"),
        *_keys("target_decision", decided_by_id="person", decided_for_id="person"),
        *_keys("target_decision", extension_id="extension", suspension_id="suspension"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_decision")),
        sa.UniqueConstraint("request_id", name=op.f("uq_target_decision_request_id")),
    )
    op.create_index(op.f("ix_target_decision_target_id"), "target_decision", ["target_id"])
    op.add_column("evidence", sa.Column("asked_on", sa.Date(), nullable=True))
    name = op.f("fk_evidence_request_id")
    if op.get_bind().dialect.name == "sqlite":  # where a key comes with its column, or with a copy of the table
        op.execute(
            f"ALTER TABLE evidence ADD COLUMN request_id INTEGER CONSTRAINT {name} REFERENCES target_request (id)"
        )
    else:
        op.add_column("evidence", sa.Column("request_id", BIG, nullable=True))
        op.create_foreign_key(name, "evidence", "target_request", ["request_id"], ["id"])
    op.create_index(op.f("ix_evidence_request_id"), "evidence", ["request_id"])
    triggers.install(op.get_bind())


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in columns.items()
    ]


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
