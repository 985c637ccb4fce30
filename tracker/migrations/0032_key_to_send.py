"""A programme may ask for a key at sending; what was confirmed so, with its proof."""

import sqlalchemy as sa
from alembic import op

from tracker.audit import triggers

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_RECEIPT = "fk_report_receipt_confirmation_id"
POINTS = (
    ("agency_id", "agency"),
    ("person_id", "person"),
    ("for_person_id", "person"),
    ("key_id", "signing_key"),
)


def upgrade() -> None:
    op.create_table(
        "sending_confirmation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("for_person_id", BIG, nullable=True),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("nonce", sa.String(length=80), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_sending_confirmation_{column}"))
            for column, table in POINTS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_confirmation")),
        sa.UniqueConstraint("nonce", name=op.f("uq_sending_confirmation_nonce")),
    )
    op.create_index(op.f("ix_sending_confirmation_key_id"), "sending_confirmation", ["key_id"])
    op.add_column("signing_ways", sa.Column("key_to_send", sa.Boolean(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE report_receipt ADD COLUMN confirmation_id INTEGER"
            f" CONSTRAINT {OF_RECEIPT} REFERENCES sending_confirmation (id)"
        )
    else:
        op.add_column("report_receipt", sa.Column("confirmation_id", BIG, nullable=True))
        op.create_foreign_key(
            OF_RECEIPT,
            "report_receipt",
            "sending_confirmation",
            ["confirmation_id"],
            ["id"],
            postgresql_not_valid=True,
        )
    triggers.install(op.get_bind())


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
