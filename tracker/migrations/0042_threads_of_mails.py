"""What a mail is about, for mail programs that show together what is said of one thing."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_mail", sa.Column("thread", sa.String(255), nullable=True))


def downgrade() -> None:
    raise RuntimeError("columns are not taken away: restore a backup instead")
