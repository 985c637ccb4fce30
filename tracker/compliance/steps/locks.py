"""Who derives steps and sums of a body does it alone: two writers that each add to the sum they read would lose one."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

# PostgreSQL's room for locks is bounded, so bodies share this many; any first number no other lock of ours uses.
_SHARES = 256
_FIRST = 7_116_900_000
_HOLD = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("key", type_=sa.BigInteger)))


def hold(session: Session, agency_ids: Collection[int]) -> None:
    """Hold these bodies' steps and sums until the transaction ends. Ask once for all that it needs, and only then read.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "postgresql" or not agency_ids:
        return
    # In one order for everybody, so that no two wait for each other.
    run = session.connection().execute
    for key in sorted({_FIRST + agency_id % _SHARES for agency_id in agency_ids}):
        run(_HOLD, {"key": key})
