"""Which failures pass by themselves: the database is away or busy, or there is no room on a disk. Asks nobody."""

import errno
import sqlite3
from typing import Final

from sqlalchemy import exc

AWAY: Final = 503
NO_ROOM: Final = 507

_NO_ROOM_ON_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE_FULL = sqlite3.SQLITE_FULL
_SQLITE_PASSES = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL}
)
_PRIMARY = 0xFF  # SQLite's extended codes carry the plain one in their last byte
_POSTGRES_FULL = "53100"
# Classes of PostgreSQL's codes: connection lost, deadlocks, no room or memory, stopped by an operator, its own disk.
_POSTGRES_PASSES = ("08", "40", "53", "57", "58", "55P03")


def outage_of(error: BaseException | None) -> int | None:
    """The status of an answer that says "not now": AWAY, NO_ROOM, or none where the failure is another one."""
    if isinstance(error, OSError):
        return NO_ROOM if error.errno in _NO_ROOM_ON_DISK else None
    if isinstance(error, exc.DBAPIError) and _is_full(error.orig):
        return NO_ROOM
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError | exc.DisconnectionError):
        return AWAY
    return AWAY if isinstance(error, exc.DBAPIError) and error.connection_invalidated else None


def passes(error: BaseException) -> bool:
    """Whether the same transaction may well succeed a little later: the database is gone, starting, or busy."""
    if isinstance(error, exc.TimeoutError | exc.DisconnectionError):
        return True
    if not isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in _SQLITE_PASSES
    code = getattr(error.orig, "sqlstate", None)
    # Without a code nobody answered.
    return code is None or str(code).startswith(_POSTGRES_PASSES)


def _is_full(cause: BaseException | None) -> bool:
    return _sqlite_code(cause) == _SQLITE_FULL or getattr(cause, "sqlstate", None) == _POSTGRES_FULL


def _sqlite_code(cause: BaseException | None) -> int | None:
    code = getattr(cause, "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else None
