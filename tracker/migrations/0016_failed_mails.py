"""Mails that failed for good have an index of their own: an administrator's page counts them each time."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    some = sa.text("state = 'failed'")
    op.create_index("ix_outbox_mail_failed", "outbox_mail", ["id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
