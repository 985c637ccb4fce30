"""Which failures are told as "not now", and which are worth the same try again."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
import pytest
from sqlalchemy import exc

from tracker.core.db.outage import AWAY, NO_ROOM, outage_of, passes
from tracker.core.web.typed import fields


def sqlite(code: int) -> exc.OperationalError:
    cause = sqlite3.OperationalError("told by SQLite")
    cause.sqlite_errorcode = code
    return exc.OperationalError("SELECT 1", {}, cause)


def postgres(kind: type[psycopg.Error]) -> exc.DBAPIError:
    return exc.OperationalError("SELECT 1", {}, kind("told by PostgreSQL"))


def lost() -> exc.DBAPIError:
    return exc.DBAPIError("SELECT 1", {}, Exception("cut"), connection_invalidated=True)


@pytest.mark.parametrize(
    ("error", "status", "worth_another_try"),
    [
        (sqlite(sqlite3.SQLITE_BUSY), AWAY, True),
        (sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), AWAY, True),
        (sqlite(sqlite3.SQLITE_IOERR_WRITE), AWAY, True),
        (sqlite(sqlite3.SQLITE_FULL), NO_ROOM, True),
        (sqlite(sqlite3.SQLITE_ERROR), AWAY, False),  # no such table, say: waiting does not make it
        (postgres(psycopg.OperationalError), AWAY, True),  # nobody answered, so there is no code
        (postgres(psycopg.errors.AdminShutdown), AWAY, True),
        (postgres(psycopg.errors.CannotConnectNow), AWAY, True),
        (postgres(psycopg.errors.DeadlockDetected), AWAY, True),
        (postgres(psycopg.errors.DiskFull), NO_ROOM, True),
        (postgres(psycopg.errors.QueryCanceled), AWAY, True),
        (postgres(psycopg.errors.InvalidPassword), AWAY, False),
        (lost(), AWAY, False),
        (exc.TimeoutError("the pool is empty"), AWAY, True),
        (exc.IntegrityError("INSERT", {}, Exception("twice")), None, False),
        (exc.ProgrammingError("SELECT", {}, Exception("no such column")), None, False),
        (OSError(errno.ENOSPC, "no space"), NO_ROOM, False),
        (OSError(errno.EDQUOT, "over quota"), NO_ROOM, False),
        (OSError(errno.EACCES, "denied"), None, False),
        (ZeroDivisionError(), None, False),
    ],
    ids=str,
)
def test_what_is_told_and_what_is_tried_again(error: Exception, status: int | None, worth_another_try: bool) -> None:
    assert outage_of(error) == status
    assert passes(error) is worth_another_try


def test_no_secret_is_written_into_a_page() -> None:
    sent = [
        ("csrf_token", "a"),
        ("value", "120"),
        ("password", "b"),
        ("narrative", ""),
        ("factor_code", "c"),
        ("value", "121"),
    ]
    assert fields(sent) == (("value", "120"), ("narrative", ""), ("value", "121"))
