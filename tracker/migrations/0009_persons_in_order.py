"""Persons stand in Vietnamese order on every database and collation: the key of their name, filled in for all."""

import sqlalchemy as sa
from alembic import op

from tracker.core.db.sorting import sort_key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PERSON = sa.table(
    "person", sa.column("id", sa.BigInteger), sa.column("name", sa.String), sa.column("sort_key", sa.String)
)


def upgrade() -> None:
    op.add_column("person", sa.Column("sort_key", sa.String(255), nullable=False, server_default=""))
    connection = op.get_bind()
    keys = [
        {"key": one.id, "sorted": sort_key(one.name)}
        for one in connection.execute(sa.select(PERSON.c.id, PERSON.c.name))
    ]
    if keys:
        fill = sa.update(PERSON).where(PERSON.c.id == sa.bindparam("key")).values(sort_key=sa.bindparam("sorted"))
        connection.execute(fill, keys)


def downgrade() -> None:
    op.drop_column("person", "sort_key")
