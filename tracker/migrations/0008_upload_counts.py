"""How much a person has sent on a day, so that the cap holds over all workers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload_count",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_count_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_upload_count")),
    )


def downgrade() -> None:
    op.drop_table("upload_count")
