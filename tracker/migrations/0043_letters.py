"""Letters that urge a body, with their moves and files; a document can be one."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
ONE_OPEN = sa.text("kind = 'urging' AND state NOT IN ('closed', 'withdrawn')")
ONE_OF_REPORT = sa.text("report_id IS NOT NULL AND state <> 'withdrawn'")
KNOWN = "ck_document_known_kind"
BEFORE = "kind IN ('commitment', 'amendment', 'assessment')"
AFTER = "kind IN ('commitment', 'amendment', 'assessment', 'urging', 'apology')"


def _points(table: str, column: str, at: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{at}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _rebuild_on_sqlite(connection)
    else:  # a wider check of few rows: nobody waits for it
        op.execute(f"ALTER TABLE document DROP CONSTRAINT {KNOWN}")
        op.execute(f"ALTER TABLE document ADD CONSTRAINT {KNOWN} CHECK ({AFTER}) NOT VALID")
        op.execute(f"ALTER TABLE document VALIDATE CONSTRAINT {KNOWN}")
    op.create_table(
        "letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("report_id", BIG, nullable=True),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("state_since", AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("document_id", BIG, nullable=True),
        sa.Column("way", sa.String(16), nullable=True),
        sa.Column("sent_at", AT, nullable=True),
        sa.CheckConstraint("kind IN ('urging', 'apology')", name=op.f("ck_letter_known_kind")),
        sa.CheckConstraint("(kind = 'apology') = (report_id IS NOT NULL)", name=op.f("ck_letter_apology_of_a_report")),
        sa.CheckConstraint("way IS NULL OR way IN ('product', 'paper')", name=op.f("ck_letter_known_way")),
        _points("letter", "agency_id", "agency"),
        _points("letter", "report_id", "report"),
        _points("letter", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_token")),
    )
    op.create_index(
        "uq_letter_open", "letter", ["agency_id"], unique=True, sqlite_where=ONE_OPEN, postgresql_where=ONE_OPEN
    )
    op.create_index(
        "uq_letter_report",
        "letter",
        ["report_id"],
        unique=True,
        sqlite_where=ONE_OF_REPORT,
        postgresql_where=ONE_OF_REPORT,
    )
    op.create_index("ix_letter_state", "letter", ["state", "id"])
    op.create_index("ix_letter_agency", "letter", ["agency_id", "id"])
    op.create_index(op.f("ix_letter_document_id"), "letter", ["document_id"])
    op.create_table(
        "letter_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("letter_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("state_before", sa.String(16), nullable=True),
        sa.Column("state_after", sa.String(16), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("office", sa.String(40), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        _points("letter_move", "letter_id", "letter"),
        _points("letter_move", "person_id", "person"),
        _points("letter_move", "for_person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_move")),
        sa.UniqueConstraint("letter_id", "seq", name=op.f("uq_letter_move_letter_id_seq")),
    )
    op.create_table(
        "letter_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("letter_id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("uploaded_by_id", BIG, nullable=False),
        sa.Column("uploaded_at", AT, nullable=False),
        _points("letter_file", "letter_id", "letter"),
        _points("letter_file", "move_id", "letter_move"),
        _points("letter_file", "uploaded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_file")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_file_token")),
    )
    op.create_index("ix_letter_file_letter", "letter_file", ["letter_id", "id"])
    op.create_index(op.f("ix_letter_file_sha256"), "letter_file", ["sha256"])
    triggers.install(connection)


def _rebuild_on_sqlite(connection: sa.Connection) -> None:
    """SQLite changes no check: the table is made anew by its own text, and its rows wait beside it. What points at them
    is asked about when the transaction ends; its triggers are made anew."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    stands = sa.text("SELECT type, sql FROM sqlite_schema WHERE tbl_name = 'document' AND sql IS NOT NULL")
    texts = [tuple(row) for row in connection.execute(stands)]
    (whole,) = (text for kind, text in texts if kind == "table")
    if BEFORE not in whole:
        raise RuntimeError("document is not as it was made")
    op.execute("CREATE TEMPORARY TABLE rows_before AS SELECT * FROM document")
    op.drop_table("document")
    op.execute(whole.replace(BEFORE, AFTER))
    op.execute("INSERT INTO document SELECT * FROM rows_before")
    op.execute("DROP TABLE rows_before")
    for kind, text in texts:
        if kind == "index":
            op.execute(text)


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
