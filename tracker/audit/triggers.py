"""The database itself refuses to change or remove rows of the audit record. Run again after a table was rebuilt."""

import sqlalchemy as sa

# SQLite drops triggers with the table that a rebuild replaces. REPLACE removes rows without firing a DELETE trigger,
# so an insert over a row that stands is refused too.
_SQLITE = {
    "audit_event_no_update": "BEFORE UPDATE ON audit_event",
    "audit_event_no_delete": "BEFORE DELETE ON audit_event",
    "audit_event_no_replace": (
        "BEFORE INSERT ON audit_event WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)"
    ),
}
_SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
_SQLITE_STANDING = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'"

# Row triggers do not hear TRUNCATE, so the one for all three is a statement trigger.
_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    "DROP TRIGGER IF EXISTS audit_event_no_change ON audit_event",
    """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
)
_POSTGRESQL_STANDING = "SELECT tgname FROM pg_trigger WHERE tgname = 'audit_event_no_change' AND tgenabled <> 'D'"


def install(connection: sa.Connection) -> None:
    """Create the triggers that refuse UPDATE, DELETE and TRUNCATE on the record. Harmless where they stand already."""
    if connection.dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            connection.exec_driver_sql(statement)
        return
    for name, occasion in _SQLITE.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {occasion} {_SQLITE_REFUSAL}")


def standing(connection: sa.Connection) -> bool:
    """Whether all triggers stand."""
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(_POSTGRESQL_STANDING).first() is not None
    return set(_SQLITE) <= set(connection.exec_driver_sql(_SQLITE_STANDING).scalars())
