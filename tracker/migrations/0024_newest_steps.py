"""Open steps of each status, the newest first, in an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = sa.text("to_on IS NULL")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_status_span_newest",
            "status_span",
            ["programme_id", "status", "from_on", "id"],
            if_not_exists=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
