"""Who did a thing is not told of what a package brings: comments, proposals, requests, decisions, periods that moved and
plans of programmes can be without a person."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    ("period_change", "set_by_id"),
    ("programme_plan", "prepared_by_id"),
    ("term_comment", "person_id"),
    ("term_proposal", "person_id"),
    ("target_request", "written_by_id"),
    ("target_decision", "decided_by_id"),
)


def upgrade() -> None:
    connection = op.get_bind()
    for table, column in COLUMNS:
        if connection.dialect.name == "sqlite":
            _rebuild_on_sqlite(connection, table, column)
        else:
            op.alter_column(table, column, existing_type=BIG, nullable=True)
    triggers.install(connection)


def _rebuild_on_sqlite(connection: sa.Connection, table: str, column: str) -> None:
    """SQLite takes no NOT NULL away: the table is made anew by its own text, and its rows wait beside it. What points
    at them is asked about when the transaction ends; its triggers are made anew."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    stands = sa.text("SELECT type, sql FROM sqlite_schema WHERE tbl_name = :table AND sql IS NOT NULL")
    texts = [tuple(row) for row in connection.execute(stands, {"table": table})]
    (whole,) = (text for kind, text in texts if kind == "table")
    before, after = f"{column} INTEGER NOT NULL", f"{column} INTEGER"
    if before not in whole:
        raise RuntimeError(f"{table} is not as it was made")
    op.execute(f"CREATE TEMPORARY TABLE rows_before AS SELECT * FROM {table}")  # noqa: S608  # ours
    op.drop_table(table)
    op.execute(whole.replace(before, after))
    op.execute(f"INSERT INTO {table} SELECT * FROM rows_before")  # noqa: S608  # ours
    op.execute("DROP TABLE rows_before")
    for kind, text in texts:
        if kind == "index":
            op.execute(text)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
