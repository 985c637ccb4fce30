"""Numbers of documents, documents that were made, and scans of what was signed on paper."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "document_number",
        sa.Column("id", BIG, nullable=False),
        sa.Column("symbol", sa.String(length=80), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", BIG, nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", BIG, nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_number_from_one")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason IS NULL)",
            name=op.f("ck_document_number_cancelled_with_a_reason"),
        ),
        _person("document_number", "drawn_by_id"),
        _person("document_number", "cancelled_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_number")),
        sa.UniqueConstraint("symbol", "year", "number", name=op.f("uq_document_number_symbol_year_number")),
    )
    op.create_table(
        "document",
        sa.Column("id", BIG, nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_size", sa.Integer(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('commitment', 'amendment', 'assessment')", name=op.f("ck_document_known_kind")),
        sa.ForeignKeyConstraint(["number_id"], ["document_number.id"], name=op.f("fk_document_number_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_document_agency_id")),
        _person("document", "made_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("address", name=op.f("uq_document_address")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_document_content_sha256")),
        sa.UniqueConstraint("number_id", name=op.f("uq_document_number_id")),
    )
    op.create_index(op.f("ix_document_agency_id"), "document", ["agency_id"])
    op.create_table(
        "paper_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", BIG, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        _person("paper_file", "uploaded_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_file")),
        sa.UniqueConstraint("token", name=op.f("uq_paper_file_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_paper_file_sha256")),
    )
    op.create_table(
        "paper",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("document_id", BIG, nullable=True),
        sa.Column("commitment_id", BIG, nullable=True),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("from_pages", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sorted_by_id", BIG, nullable=False),
        sa.Column("sorted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by_id", BIG, nullable=True),
        sa.Column("attested", sa.Boolean(), nullable=True),
        sa.Column("refuse_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(document_id IS NULL) <> (commitment_id IS NULL)", name=op.f("ck_paper_of_one_thing")),
        sa.CheckConstraint(
            "judged_by_id IS NULL OR judged_by_id <> sorted_by_id", name=op.f("ck_paper_judged_by_another")
        ),
        sa.CheckConstraint("(judged_at IS NULL) = (attested IS NULL)", name=op.f("ck_paper_judged_at_once")),
        sa.ForeignKeyConstraint(["file_id"], ["paper_file.id"], name=op.f("fk_paper_file_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_paper_document_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_paper_commitment_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_paper_agency_id")),
        _person("paper", "sorted_by_id"),
        _person("paper", "judged_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("token", name=op.f("uq_paper_token")),
    )
    for column in ("file_id", "document_id", "commitment_id", "agency_id"):
        op.create_index(op.f(f"ix_paper_{column}"), "paper", [column])
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
