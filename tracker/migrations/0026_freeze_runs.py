"""Documents made of many commitments at once: what was asked, by whom, and what came of each."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("finished_at IS NULL")
WAITS = sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_table(
        "freeze_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_freeze_run_programme_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_freeze_run_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_run")),
        sa.UniqueConstraint("token", name=op.f("uq_freeze_run_token")),
    )
    op.create_index(
        "uq_freeze_run_open", "freeze_run", ["programme_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_freeze_run_programme", "freeze_run", ["programme_id", "id"])
    op.create_table(
        "freeze_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("dossier_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("document_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('made', 'refused')", name=op.f("ck_freeze_item_known_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_freeze_item_settled_at_once")),
        sa.ForeignKeyConstraint(["run_id"], ["freeze_run.id"], name=op.f("fk_freeze_item_run_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_freeze_item_dossier_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_freeze_item_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_item")),
        sa.UniqueConstraint("run_id", "dossier_id", name=op.f("uq_freeze_item_run_id_dossier_id")),
    )
    op.create_index(
        "ix_freeze_item_waiting", "freeze_item", ["run_id", "id"], sqlite_where=WAITS, postgresql_where=WAITS
    )
    op.create_index("ix_draft_target_codes", "draft_target", ["dossier_id", "template_code", "code", "dropped"])


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
