"""Bringing a database up: migrations, then the triggers, tried out, and what the application's own role may do."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from tracker.audit import digests, probes, service, triggers
from tracker.core import clock
from tracker.core.db import database, migrating, timeouts
from tracker.core.db.outage import passes
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import Refusal

# How long a migration waits for a table, and how long one statement may keep others from it (docs/migrations.md).
LOCK_SECONDS = 5
STATEMENT_SECONDS = 60
READ_ONLY = "alembic_version"
DENIED = "permission denied"
_COMING = "upgrade_unsealed"  # stands while an upgrade is under way, and names the kinds of fact that it is to seal
_NOTE = f"INSERT INTO {_COMING} VALUES (:kind)"  # noqa: S608 - a name of ours
_NOTED = f"SELECT kind FROM {_COMING}"  # noqa: S608 - as above
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
            unsealed = _kinds_that_come()
            migrating.upgrade()
            if unsealed:  # before anything that may refuse
                with unit_of_work() as session:
                    service.seal(session, clock.moment(), unsealed)
                    session.execute(sa.text(f"DROP TABLE {_COMING}"))
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
    """Whether the tables are those of this version, all in them is sealed, and every trigger stands."""
    if migrating.seen() != migrating.heads():
        return False
    with database.db.engine.connect() as connection:
        return not sa.inspect(connection).has_table(_COMING) and not triggers.missing(connection)


def _kinds_that_come() -> set[str]:
    """The kinds of fact of which no record holds a digest yet: of tables that the migrations are to make and may fill,
    and of all where digests were not kept so far. None in a new database.

    They are written down until they are sealed: a run that comes after one that was cut short finds the tables made.
    """
    tables = set(sa.inspect(database.db.engine).get_table_names())
    if "audit_event" not in tables:
        return set()
    kept = tables if triggers.DIGESTS in tables else set()
    coming = {kind.name for kind in digests.kinds().values() if kind.table.name not in kept}
    if not coming and _COMING not in tables:
        return set()
    with database.writing(), database.db.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_COMING} (kind TEXT NOT NULL)")
        left = set(connection.exec_driver_sql(_NOTED).scalars())
        for kind in sorted(coming - left):
            connection.execute(sa.text(_NOTE), {"kind": kind})
    return (coming | left) & set(digests.kinds())


def _secure(application_role: str | None) -> None:
    """Make the triggers anew, and grant the application's role its part."""
    with database.writing(), database.db.engine.begin() as connection:
        triggers.install(connection)
        if application_role is not None:
            if connection.exec_driver_sql(_KNOWN, (application_role,)).first() is None:
                raise UpgradeError(f"there is no role {application_role}, which TRACKER_DATABASE_URL names: create it")
            _grant(connection, application_role)


def _try_out() -> None:
    """Put one row into each table that is guarded, try to change it in every way, and throw everything away."""
    with database.writing(), database.db.engine.connect() as connection:
        everything = connection.begin()
        try:
            _try_all(connection)
        finally:
            everything.rollback()


def _try_all(connection: sa.Connection) -> None:
    for table, row in probes.RECORD.items():
        connection.exec_driver_sql(f"INSERT INTO {table} {row}")
        key = triggers.TABLES[table][0]
        changes = [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]  # noqa: S608 - as above
        if connection.dialect.name == "postgresql":
            changes.append(f"TRUNCATE {table}")
        for change in changes:
            _refused(connection, change)
    for table, row in probes.FACTS:
        connection.exec_driver_sql(f"INSERT INTO {table} {row}")
    for table in triggers.facts():
        _refused(connection, f"UPDATE {table} SET id = id - 2 WHERE id = -1")  # noqa: S608 - names of ours
        _refused(connection, f"DELETE FROM {table} WHERE id = -1")  # noqa: S608 - as above


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
    """What the application's role needs: rows, but no table; of what never changes reading and adding alone."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    guarded = ", ".join(quote(table) for table in triggers.guarded())
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE CREATE ON SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {guarded} FROM {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {READ_ONLY} FROM {name}",
        *_granted_of_facts(quote, name),
    ):
        connection.exec_driver_sql(statement)


def _granted_of_facts(quote: Callable[[str], str], name: str) -> Iterator[str]:
    """What changes or goes in a table of facts all the same: the triggers say in which rows."""
    for table, facts in triggers.facts().items():
        if facts.free:
            yield f"GRANT UPDATE ({', '.join(map(quote, facts.free))}) ON {quote(table)} TO {name}"
        if facts.removable:
            yield f"GRANT DELETE ON {quote(table)} TO {name}"
