"""Which bodies a rebuild under way has done, so that one that was cut short is gone on with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rebuilt_body",
        sa.Column("programme_id", BIG, autoincrement=False, nullable=False),
        sa.Column("agency_id", BIG, autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("rule_version", sa.SmallInteger(), nullable=False),
        sa.Column("differed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_rebuilt_body_agency_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_rebuilt_body_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "agency_id", name=op.f("pk_rebuilt_body")),
    )


def downgrade() -> None:
    op.drop_table("rebuilt_body")
