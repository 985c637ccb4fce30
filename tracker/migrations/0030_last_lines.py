"""Files of scans whose codes are read by the scheduler, and not while somebody waits; targets that an amendment added;
a drafted target's version of a template is one that there is; and who signs the documents of many commitments."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("finished_at IS NULL")
SIGNS = "fk_freeze_run_signatory_id"
PINNED = "fk_draft_target_template_version_id"
STANDS = "SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'draft_target' AND sql IS NOT NULL"


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
    op.add_column("target", sa.Column("added_on", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE freeze_run ADD COLUMN signatory_id INTEGER CONSTRAINT {SIGNS} REFERENCES person (id)")
        _rebuild_on_sqlite(op.get_bind())
    else:
        op.add_column("freeze_run", sa.Column("signatory_id", BIG, nullable=True))
        op.create_foreign_key(SIGNS, "freeze_run", "person", ["signatory_id"], ["id"])
        op.create_foreign_key(
            PINNED,
            "draft_target",
            "target_template_version",
            ["template_version_id"],
            ["id"],
            postgresql_not_valid=True,
        )
    triggers.install(op.get_bind())


def _rebuild_on_sqlite(connection: sa.Connection) -> None:
    """SQLite adds no foreign key to a table: it is made anew by its own text, and its rows wait beside it. What points
    at them is asked about when the transaction ends."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    texts = [tuple(row) for row in connection.execute(sa.text(STANDS))]
    (whole,) = (text for kind, text in texts if kind == "table")
    before, last, _nothing = whole.rpartition(")")
    op.execute("CREATE TEMPORARY TABLE rows_before AS SELECT * FROM draft_target")
    op.drop_table("draft_target")
    op.execute(
        f"{before}, CONSTRAINT {PINNED} FOREIGN KEY(template_version_id) REFERENCES target_template_version (id){last}"
    )
    op.execute("INSERT INTO draft_target SELECT * FROM rows_before")
    op.execute("DROP TABLE rows_before")
    for kind, text in texts:
        if kind != "table":
            op.execute(text)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
