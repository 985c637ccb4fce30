"""What a person was told: of which occasion, on which step of the ladder, counted from which day."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0031"
branch_labels = None
depends_on = None

STEPS = {"ahead": "-3", "today": "0", "late": "1"}


def upgrade() -> None:
    op.add_column("told", sa.Column("occasion", sa.String(16), nullable=False, server_default="report"))
    op.add_column("told", sa.Column("counted_on", sa.Date(), nullable=True))
    op.add_column("told", sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()))
    told = sa.table("told", sa.column("rung", sa.String))
    for rung, step in STEPS.items():
        op.execute(sa.update(told).where(told.c.rung == rung).values(rung=step))
