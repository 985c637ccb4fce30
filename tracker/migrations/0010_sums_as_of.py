"""An index that holds the sums of all bodies as of any day, so that a past day is read without their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = (
    *("programme_id", "agency_id", "from_on", "domain", "targets", "score", "punctuality"),
    *("not_started", "void", "met_on_time", "met_late", "overdue", "suspended", "missed", "unreported"),
    *("pending", "on_track", "at_risk", "behind"),
)


def upgrade() -> None:
    over_all = sa.text("domain < 1")
    op.create_index(
        "ix_agency_sum_as_of", "agency_sum", list(COLUMNS), sqlite_where=over_all, postgresql_where=over_all
    )


def downgrade() -> None:
    op.drop_index("ix_agency_sum_as_of", "agency_sum")
