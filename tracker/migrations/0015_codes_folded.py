"""Codes of bodies are compared without their case: a key of each, alike on both databases, that no two have.

Where two codes differ by their case alone, the later body has no key: it is found by its own code as before.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AGENCY = sa.table(
    "agency", sa.column("id", sa.BigInteger), sa.column("code", sa.String), sa.column("code_key", sa.String)
)


def upgrade() -> None:
    op.add_column("agency", sa.Column("code_key", sa.String(255), nullable=True))
    connection = op.get_bind()
    keys: dict[str, int] = {}
    for one in connection.execute(sa.select(AGENCY.c.id, AGENCY.c.code).order_by(AGENCY.c.id)):
        keys.setdefault(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", one.code).casefold()), one.id)
    if keys:
        fill = sa.update(AGENCY).where(AGENCY.c.id == sa.bindparam("key")).values(code_key=sa.bindparam("folded"))
        connection.execute(fill, [{"key": key, "folded": folded} for folded, key in keys.items()])
    op.create_index("uq_agency_code_key", "agency", ["code_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_agency_code_key", "agency")
    op.drop_column("agency", "code_key")
