"""Who derives steps and sums of a body does it alone: two writers that each add to the sum they read would lose one."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.records.statements import BODIES

# PostgreSQL's room for locks is bounded, so bodies share this many; any first number no other lock of ours uses.
_SHARES = 256
_FIRST = 7_116_900_000


def _lock(key: Any) -> sa.ColumnElement[Any]:
    return sa.func.pg_advisory_xact_lock(key)


# Both lock in one order for everybody, so that no two wait for each other: PostgreSQL takes the rows as they come.
_keys = sa.func.unnest(sa.bindparam("keys", type_=sa.ARRAY(sa.BigInteger))).table_valued(
    sa.column("key", sa.BigInteger)
)
_HOLD = sa.select(_lock(_keys.render_derived(name="given").c.key))
_share = Target.agency_id % _SHARES
_bodies = BODIES.order_by(_share, Target.agency_id, Target.id).subquery()
_HOLD_BODIES = sa.select(_bodies, _lock(_FIRST + _bodies.c.agency_id % _SHARES))


def hold(session: Session, agency_ids: Collection[int]) -> None:
    """Hold these bodies' steps and sums until the transaction ends. Ask once for all that it needs, and only then read.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql" and agency_ids:
        keys = sorted({_FIRST + agency_id % _SHARES for agency_id in agency_ids})
        session.connection().execute(_HOLD, {"keys": keys})


def hold_bodies_of(session: Session, target_ids: Collection[int]) -> list[tuple[int, int]]:
    """Hold the bodies of these targets, a batch of them at most; returns (body, target) in order. One statement."""
    if not target_ids:
        return []
    connection = session.connection()
    statement = _HOLD_BODIES if connection.dialect.name == "postgresql" else BODIES
    return sorted((row[0], row[1]) for row in connection.execute(statement, {"ids": list(target_ids)}))
