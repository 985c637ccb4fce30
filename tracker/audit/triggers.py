"""The database itself refuses to change or remove rows of the append-only tables. Run again after each upgrade."""

import sqlalchemy as sa

# And the columns in which no two of their rows are alike.
TABLES = {
    "audit_event": ("id",),
    "audit_link": ("seq", "entry_id"),
    "audit_head": ("day",),
    "erasure": ("id", "subject"),
}

# Row triggers do not hear TRUNCATE, so the one for all three is a statement trigger.
_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING
        MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
    END $$
"""
_POSTGRESQL_STANDING = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = '{}' AND tgenabled IN ('O', 'A')"
_SQLITE_STANDING = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def install(connection: sa.Connection) -> None:
    """Create the triggers that refuse UPDATE, DELETE and TRUNCATE, on those of the tables that stand by now.

    Harmless where they stand already. Needs the owner's rights.
    """
    tables = [table for table in TABLES if sa.inspect(connection).has_table(table)]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
        for table in tables:
            _install_on_postgresql(connection, table)
        return
    for table in tables:
        for name, occasion in _sqlite(table).items():
            refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {occasion} {refusal}")


def missing(connection: sa.Connection) -> list[str]:
    """The append-only tables that could be changed, because one of their triggers is gone or switched off."""
    if connection.dialect.name == "postgresql":
        return [table for table in TABLES if not _stands_on_postgresql(connection, table)]
    standing = set(connection.exec_driver_sql(_SQLITE_STANDING).scalars())
    return [table for table in TABLES if not set(_sqlite(table)) <= standing]


def _sqlite(table: str) -> dict[str, str]:
    """Triggers by name. SQLite drops them with a table that a rebuild replaces.

    REPLACE removes rows without firing a DELETE trigger, so an insert over a row that stands is refused too.
    """
    same = " OR ".join(f"{column} = NEW.{column}" for column in TABLES[table])
    return {
        f"{table}_no_update": f"BEFORE UPDATE ON {table}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table}",
        f"{table}_no_replace": f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})",  # noqa: S608
    }


def _install_on_postgresql(connection: sa.Connection, table: str) -> None:
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse()"
    )


def _stands_on_postgresql(connection: sa.Connection, table: str) -> bool:
    found = connection.exec_driver_sql(_POSTGRESQL_STANDING.format(f"{table}_no_change")).scalars()
    return table in {str(name).rpartition(".")[2] for name in found}
