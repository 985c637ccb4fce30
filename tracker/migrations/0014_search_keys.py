"""Persons, bodies, commitments and targets have a key by which they are searched, and the order of names knows Ð for Đ
and a tone on either vowel.

Filled at once: some seconds at 100,000 targets. What a worker of the version before writes until it is restarted is
not found by its words until it is saved again.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from tracker.core.db.folding import search_key
from tracker.core.db.sorting import sort_key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROWS = 1_000  # in a statement


def _of_person(name: str, email: str | None) -> dict[str, str]:
    return {"search_key": search_key(name, email), "sort_key": sort_key(name)}


def _of_agency(code: str, name: str) -> dict[str, str]:
    texts = json.loads(name)
    return {"search_key": search_key(code, *texts.values()), "sort_key": sort_key(texts["vi"])}


def _of_commitment(number: str) -> dict[str, str]:
    return {"search_key": search_key(number)}


def _of_target(code: str, title: str) -> dict[str, str]:
    return {"search_key": search_key(code, *json.loads(title).values())}


TABLES: tuple[tuple[str, tuple[str, ...], Callable[..., dict[str, str]]], ...] = (
    ("person", ("name", "email"), _of_person),
    ("agency", ("code", "name"), _of_agency),
    ("commitment", ("number",), _of_commitment),
    ("target", ("code", "title"), _of_target),
)


def upgrade() -> None:
    for name, columns, keys in TABLES:
        op.add_column(name, sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
        table = sa.table(name, *map(sa.column, ("id", "search_key", "sort_key", *columns)))
        _fill(table, columns, keys)


def _fill(table: Any, columns: tuple[str, ...], keys: Callable[..., dict[str, str]]) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, *(table.c[name] for name in columns))).all()
    filled = [{"row": row[0], **{f"new_{name}": key for name, key in keys(*row[1:]).items()}} for row in rows]
    for start in range(0, len(filled), ROWS):
        some = filled[start : start + ROWS]
        values = {name.removeprefix("new_"): sa.bindparam(name) for name in some[0] if name != "row"}
        connection.execute(sa.update(table).where(table.c.id == sa.bindparam("row")).values(values), some)


def downgrade() -> None:
    for name, _columns, _keys in TABLES:
        op.drop_column(name, "search_key")
