"""Bringing a database up: migrations, then the triggers, tried out, and what the application's own role may do."""

import sqlalchemy as sa

from tracker.audit import triggers
from tracker.core.db import database, migrating, timeouts
from tracker.core.db.outage import passes
from tracker.core.errors import Refusal

# How long a migration waits for a table, and how long one statement may keep others from it (docs/migrations.md).
LOCK_SECONDS = 5
STATEMENT_SECONDS = 60
# One forged row a table, put in and thrown away again, to see that nobody could change it.
PROBES = {
    "audit_event": "(id, at, event, subject_kind) VALUES (-1, '2000-01-01', 'probe.put', 'probe')",
    "audit_link": "(seq, entry_id, hash) VALUES (-1, -1, 'probe')",
    "audit_head": "(day, seq, hash, published_at) VALUES ('1900-01-01', -1, 'probe', '2000-01-01')",
    "erasure": (
        "(id, kind, subject, reason, decided_by_id, at) VALUES (-1, 'file', 'probe', 'probe', -1, '2000-01-01')"
    ),
}
READ_ONLY = "alembic_version"
DENIED = "permission denied"
_KNOWN = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_OWNED = """SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables
    WHERE schemaname = 'public' AND tablename = 'audit_event'"""


class UpgradeError(Refusal):
    """The database is not as it must be; the text says what is wrong and what to do."""


def bring_up(application_role: str | None = None) -> None:
    """Run the migrations, make the triggers anew (SQLite's table rebuilds lose them) and see that they refuse.

    `application_role`: the PostgreSQL role that the product runs as, where the tables belong to another one; it is
    granted what it needs and no more. Raises UpgradeError where a change is not refused, this role may not, or others
    hold the tables.
    """
    try:
        with timeouts.transactions_of(database.db.engine, LOCK_SECONDS, STATEMENT_SECONDS):
            migrating.upgrade()
            _secure(application_role)
            _try_out()
    except sa.exc.OperationalError as error:
        if not passes(error):
            raise
        raise UpgradeError(
            f"gave up, so that nobody queues up behind it: {str(error.orig).splitlines()[0]}; nothing is half done. "
            "Run it again when nobody holds the tables for long; docs/migrations.md says how to find who does"
        ) from None
    except sa.exc.ProgrammingError as error:
        if DENIED not in str(error.orig):
            raise
        raise UpgradeError(f"{error.orig}: set TRACKER_OWNER_DATABASE_URL to whoever owns the tables") from None


def is_owner() -> bool:
    """Whether the tables belong to whoever the product runs as, so that it can bring them up itself."""
    with database.db.engine.connect() as connection:
        return connection.dialect.name == "sqlite" or connection.exec_driver_sql(_OWNED).scalar() is not False


def prepare() -> None:
    """For a start of the product: bring the database up where it is not whole, and is our own to bring up.

    One that is whole is left alone, so that a start never waits for whoever works. Raises UpgradeError.
    """
    if is_whole():
        return
    if not is_owner():
        raise UpgradeError("the tables are not those of this version: run `tracker db upgrade` as their owner")
    bring_up()


def is_whole() -> bool:
    """Whether the tables are those of this version, and every trigger stands."""
    if migrating.seen() != migrating.heads():
        return False
    with database.db.engine.connect() as connection:
        return not triggers.missing(connection)


def _secure(application_role: str | None) -> None:
    """Make the triggers anew, and grant the application's role its part."""
    with database.writing(), database.db.engine.begin() as connection:
        triggers.install(connection)
        if application_role is not None:
            if connection.exec_driver_sql(_KNOWN, (application_role,)).first() is None:
                raise UpgradeError(f"there is no role {application_role}, which TRACKER_DATABASE_URL names: create it")
            _grant(connection, application_role)


def _try_out() -> None:
    """Put one row into each append-only table, try to change it in every way, and throw everything away."""
    with database.writing(), database.db.engine.connect() as connection:
        everything = connection.begin()
        try:
            _try_all(connection)
        finally:
            everything.rollback()


def _try_all(connection: sa.Connection) -> None:
    for table, row in PROBES.items():
        connection.exec_driver_sql(f"INSERT INTO {table} {row}")
        key = triggers.TABLES[table][0]
        changes = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]  # noqa: S608 - as above
        if connection.dialect.name == "postgresql":
            changes.append(f"TRUNCATE {table}")
        for change in changes:
            _refused(connection, change)


def _refused(connection: sa.Connection, change: str) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(change)
    except sa.exc.DBAPIError as error:
        if "append-only" in str(error.orig):
            return
        raise
    raise UpgradeError(f"the database took a change of what must never change: {change}")


def _grant(connection: sa.Connection, role: str) -> None:
    """What the application's role needs: rows, but no table; of the append-only ones reading and adding alone."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    append_only = ", ".join(quote(table) for table in triggers.TABLES)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE CREATE ON SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {READ_ONLY} FROM {name}",
    ):
        connection.exec_driver_sql(statement)
