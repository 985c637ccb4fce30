"""Commitments that are closed, until when a head can state something to an assessment, and targets that are taken
over."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("target", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("dossier", sa.Column("statement_until", sa.Date(), nullable=True))
    op.add_column("draft_target", sa.Column("taken_over_from", sa.Text(), nullable=True))
    op.create_index(op.f("ix_draft_target_follows_id"), "draft_target", ["follows_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
