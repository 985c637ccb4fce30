"""A report carries the programme of its target, and those that wait for an appraiser have an index of their own.

Filled and made NOT NULL at once, which takes seconds at 500,000 reports: until a worker of the version before has been
restarted, no report can be sent through it (its draft stays).
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = "id, token, target_id, agency_id, period_id, kind, state, sent_on, programme_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite()
    else:
        _alter_on_postgresql()
    _index("ix_report_waiting", ["programme_id", "sent_on", "id", "target_id"], "state = 'sent'")


def _alter_on_postgresql() -> None:
    """The column, then its values, then what must never be false of it: the check that none is missing is made before
    the table is locked for the moment that NOT NULL takes."""
    op.add_column("report", sa.Column("programme_id", BIG, nullable=True))
    op.execute("UPDATE report SET programme_id = target.programme_id FROM target WHERE target.id = report.target_id")
    op.execute("ALTER TABLE report ADD CONSTRAINT filled CHECK (programme_id IS NOT NULL) NOT VALID")
    op.execute("ALTER TABLE report VALIDATE CONSTRAINT filled")
    op.alter_column("report", "programme_id", nullable=False)
    op.execute("ALTER TABLE report DROP CONSTRAINT filled")
    op.create_foreign_key(op.f("fk_report_programme_id"), "report", "programme", ["programme_id"], ["id"])


def _rebuild_on_sqlite() -> None:
    """SQLite adds no column that may not be empty and refers to another table: the table is made anew, and its rows
    wait beside it. Revisions refer to them all the while, which is asked about when the transaction ends."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(
        "CREATE TEMPORARY TABLE report_before AS SELECT report.*, target.programme_id "
        "FROM report JOIN target ON target.id = report.target_id"
    )
    op.drop_table("report")
    op.create_table(
        "report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("period_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(kind = 'periodic') = (period_id IS NOT NULL)", name=op.f("ck_report_period_of_periodic")),
        sa.CheckConstraint("kind IN ('periodic', 'completion')", name=op.f("ck_report_known_kind")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_agency_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_report_period_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_report_programme_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_report_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("token", name=op.f("uq_report_token")),
    )
    op.execute(f"INSERT INTO report ({COLUMNS}) SELECT {COLUMNS} FROM report_before")  # noqa: S608  # ours
    op.execute("DROP TABLE report_before")
    _index("ix_report_agency_state", ["agency_id", "state", "sent_on"])
    _index("ix_report_queue", ["state", "sent_on", "id"])
    _index("ix_report_target", ["target_id"])
    _index("uq_report_completion", ["target_id"], "kind = 'completion'", unique=True)
    _index("uq_report_periodic", ["target_id", "period_id"], "kind = 'periodic'", unique=True)


def _index(name: str, columns: list[str], where: str | None = None, *, unique: bool = False) -> None:
    some = sa.text(where) if where else None
    op.create_index(name, "report", columns, unique=unique, sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
