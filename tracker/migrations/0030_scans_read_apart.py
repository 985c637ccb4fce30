"""Files of scans whose codes are read by the scheduler, and not while somebody waits."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "scan_reading",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("lost", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("file_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "finished_at IS NOT NULL OR (file_id IS NULL AND reason IS NULL)",
            name=op.f("ck_scan_reading_told_at_its_end"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_scan_reading_asked_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["paper_file.id"], name=op.f("fk_scan_reading_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_reading")),
        sa.UniqueConstraint("token", name=op.f("uq_scan_reading_token")),
    )
    op.create_index(
        "uq_scan_reading_open", "scan_reading", ["sha256"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
