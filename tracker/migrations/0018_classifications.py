"""What kind of body one is and with whom it is ranked is a fact with a first day.

Filled at once with what stands, since each body's beginning; `agency.kind` and `agency.peer_group` stay for workers of
the version before, and are read where one of them entered a body meanwhile.
"""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agency_classification",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("peer_group", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_classification_agency_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_agency_classification_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_classification")),
    )
    op.create_index("ix_agency_classification_agency", "agency_classification", ["agency_id", "from_on"])
    op.execute(
        "INSERT INTO agency_classification (agency_id, kind, peer_group) "
        "SELECT id, kind, peer_group FROM agency ORDER BY id"
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
