"""More offices, one head a day by the database itself, stand-ins, and in whose name a report was sent or recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OFFICES = (
    "office IN ('head', 'deputy', 'officer', 'chair', 'vice_chair', 'monitor', 'clerk', 'appraiser', 'inspector', "
    "'auditor', 'administrator')"
)
# Two heads of a body on one day. A range of one number is compared by the index that every PostgreSQL has, which a
# number itself is not: so no extension is needed.
ON_POSTGRESQL = """ALTER TABLE office_holding ADD CONSTRAINT ex_office_holding_one_head EXCLUDE USING gist
    (int8range(agency_id, agency_id, '[]') WITH &&, daterange(from_on, to_on, '[]') WITH &&) WHERE (office = 'head')"""
# SQLite has no such constraint. The message reads as its own do, so that the same explanation is found for it.
ON_SQLITE = """CREATE TRIGGER office_holding_one_head_{name} BEFORE {occasion} ON office_holding
    WHEN NEW.office = 'head' AND EXISTS (SELECT 1 FROM office_holding AS other
        WHERE other.agency_id = NEW.agency_id AND other.office = 'head' AND other.id IS NOT {itself}
        AND other.from_on <= coalesce(NEW.to_on, '9999-12-31')
        AND coalesce(other.to_on, '9999-12-31') >= NEW.from_on)
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: ex_office_holding_one_head'); END"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite()
    else:
        _alter_on_postgresql()
    op.create_table(
        "stand_in",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("holding_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("paper", sa.String(length=255), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_stand_in_days_in_order")),
        sa.ForeignKeyConstraint(["holding_id"], ["office_holding.id"], name=op.f("fk_stand_in_holding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("token", name=op.f("uq_stand_in_token")),
    )
    op.create_index(op.f("ix_stand_in_holding_id"), "stand_in", ["holding_id"])
    op.create_index(op.f("ix_stand_in_person_id"), "stand_in", ["person_id"])
    op.add_column("agency_succession", sa.Column("from_on", sa.Date(), nullable=True))
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, column in (("revision", "sent_for_id"), ("decision", "decided_for_id")):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {number} CONSTRAINT fk_{table}_{column} REFERENCES person (id)"
        )


def _alter_on_postgresql() -> None:
    op.drop_constraint(op.f("ck_office_holding_known_office"), "office_holding")
    op.create_check_constraint(op.f("ck_office_holding_known_office"), "office_holding", OFFICES)
    op.add_column("office_holding", sa.Column("token", sa.String(length=40), nullable=True))
    op.execute("UPDATE office_holding SET token = replace(gen_random_uuid()::text, '-', '')")
    op.alter_column("office_holding", "token", nullable=False)
    op.create_unique_constraint(op.f("uq_office_holding_token"), "office_holding", ["token"])
    op.drop_index("uq_office_holding_one_head", "office_holding")
    op.execute(ON_POSTGRESQL)


def _rebuild_on_sqlite() -> None:
    """SQLite changes no CHECK of a table that stands: a new one takes its place."""
    op.create_table(
        "office_holding_new",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("office", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(OFFICES, name=op.f("ck_office_holding_known_office")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_office_holding_days_in_order")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_office_holding_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_office_holding_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_holding")),
        sa.UniqueConstraint("token", name=op.f("uq_office_holding_token")),
    )
    op.execute(
        "INSERT INTO office_holding_new (id, token, person_id, agency_id, office, from_on, to_on) "
        "SELECT id, lower(hex(randomblob(16))), person_id, agency_id, office, from_on, to_on FROM office_holding"
    )
    op.drop_table("office_holding")
    op.rename_table("office_holding_new", "office_holding")
    op.create_index("ix_office_holding_agency", "office_holding", ["agency_id", "office"])
    op.create_index(op.f("ix_office_holding_person_id"), "office_holding", ["person_id"])
    op.execute(ON_SQLITE.format(name="on_insert", occasion="INSERT", itself="NEW.id"))
    op.execute(ON_SQLITE.format(name="on_update", occasion="UPDATE", itself="OLD.id"))


def downgrade() -> None:
    raise RuntimeError("tables are not taken away: restore a backup instead")
