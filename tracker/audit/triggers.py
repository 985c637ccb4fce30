"""The database itself refuses to change or remove what never changes: rows of the record, and facts. Run again after
each upgrade."""

import re
from collections.abc import Iterator
from operator import itemgetter

import sqlalchemy as sa

from tracker.core.db.database import Base
from tracker.core.db.facts import Change, Facts, declared, of_table

DIGESTS = "fact_digests"
# And the columns in which no two of their rows are alike.
TABLES = {
    "audit_event": ("id",),
    "audit_link": ("seq", "entry_id"),
    "audit_head": ("day",),
    "erasure": ("id", "subject"),
    DIGESTS: ("id",),
}

# Row triggers do not hear TRUNCATE, so the one for all three is a statement trigger.
_REFUSE = """CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION USING
        MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
    END $$
"""
# No column is named, so that a later migration may take one away. Nobody's temporary table is taken for one of ours.
_KEEP = """CREATE OR REPLACE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS
    $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            IF {removable} THEN RETURN OLD; END IF;
        {changes}
        END IF;
        RAISE EXCEPTION USING
            MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
    END $$
"""
_CHANGE = """ELSIF ({when}) AND to_jsonb(NEW) - ARRAY[{columns}] = to_jsonb(OLD) - ARRAY[{columns}] THEN
            RETURN NEW;"""
_POSTGRESQL_STANDING = """SELECT tgname, tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"""
_SQLITE_STANDING = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_SQLITE_INDEX = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?"
_PARTIAL = re.compile(r"\)\s+WHERE\s+(.+)", re.IGNORECASE | re.DOTALL)


def install(connection: sa.Connection) -> None:
    """Create the triggers that refuse UPDATE, DELETE and TRUNCATE, on those of the tables that stand by now.

    Harmless where they stand already. Needs the owner's rights.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_REFUSE)
    for table in _standing(connection):
        for name, (function, body) in _triggers(connection, table).items():
            if connection.dialect.name == "postgresql":
                if function:
                    connection.exec_driver_sql(function)
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            else:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")


def remove(connection: sa.Connection, table: str) -> None:
    """Let a table be changed, by whoever owns it: for a migration that has to, until `install` is called again."""
    on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    for name in _triggers(connection, table):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def guarded() -> list[str]:
    """Every table of which rows, or parts of them, never change."""
    return [*TABLES, *facts()]


def missing(connection: sa.Connection) -> list[str]:
    """The tables that could be changed, because one of their triggers is gone or switched off."""
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(_POSTGRESQL_STANDING)
        there = {(str(name), str(table).rpartition(".")[2]) for name, table in rows}
    else:
        names = connection.exec_driver_sql(_SQLITE_STANDING).scalars()
        there = {(str(name), "") for name in names}
    on_postgresql = connection.dialect.name == "postgresql"
    return [
        table
        for table in _standing(connection)
        if not {(name, table if on_postgresql else "") for name in _triggers(connection, table)} <= there
    ]


def facts() -> dict[str, Facts]:
    """What each table of facts declares, each after those that it points at."""
    return {table.name: found for table, found in declared(Base.metadata)}


def _standing(connection: sa.Connection) -> list[str]:
    """Facts from the version on that keeps their digests: migrations before it changed some."""
    there = set(sa.inspect(connection).get_table_names())
    return [table for table in (guarded() if DIGESTS in there else TABLES) if table in there]


def _triggers(connection: sa.Connection, table: str) -> dict[str, tuple[str | None, str]]:
    """Triggers of a table by name: the function that one needs, if any, and the rest of its statement."""
    model = Base.metadata.tables.get(table)
    held = None if model is None else of_table(model)
    if connection.dialect.name == "postgresql":
        return _on_postgresql(table, held)
    bodies = dict(_of_facts(connection, table, held) if held else _of_record(table))
    return {name: (None, body) for name, body in bodies.items()}


def _on_postgresql(table: str, held: Facts | None) -> dict[str, tuple[str | None, str]]:
    refuse = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse()"
    if held is None or held.never_change:
        return {f"{table}_no_change": (None, f"BEFORE UPDATE OR DELETE OR TRUNCATE {refuse}")}
    changes = "\n        ".join(
        _CHANGE.format(when=change.when, columns=", ".join(f"'{column}'" for column in change.columns))
        for change in held.changes
    )
    keep = _KEEP.format(table=table, removable=held.removable or "FALSE", changes=changes)
    return {
        f"{table}_no_change": (
            keep,
            f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keep()",
        ),
        f"{table}_no_truncate": (None, f"BEFORE TRUNCATE {refuse}"),
    }


def _of_record(table: str) -> Iterator[tuple[str, str]]:
    """SQLite drops them with a table that a rebuild replaces.

    REPLACE removes rows without firing a DELETE trigger, so an insert over a row that stands is refused too.
    """
    refuse = _refuse(f"{table} is append-only")
    same = " OR ".join(f"{column} = NEW.{column}" for column in TABLES[table])
    yield f"{table}_no_update", f"BEFORE UPDATE ON {table} {refuse}"
    yield f"{table}_no_delete", f"BEFORE DELETE ON {table} {refuse}"
    yield f"{table}_no_replace", f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"  # noqa: S608


def _of_facts(connection: sa.Connection, table: str, held: Facts) -> Iterator[tuple[str, str]]:
    """The same for a table of facts. What stands twice is told as SQLite itself does, so that it is explained alike."""
    columns = list(connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys())  # noqa: S608 - a name of ours
    allowed = " OR ".join(f"({_unchanged(change, columns)})" for change in held.changes) or "FALSE"
    refuse = _refuse(f"{table} is append-only")
    yield f"{table}_no_update", f"BEFORE UPDATE ON {table} WHEN ({allowed}) IS NOT TRUE {refuse}"
    yield f"{table}_no_delete", f"BEFORE DELETE ON {table} WHEN ({held.removable or 'FALSE'}) IS NOT TRUE {refuse}"
    for key, where in _unique(connection, table):
        same = " AND ".join(f"{_quoted(column)} = NEW.{_quoted(column)}" for column in key)
        others = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 - names of ours
        of_new = " AND " + _of_new(where, columns) if where else ""
        yield (
            f"{table}_no_replace_{'_'.join(key)}",
            f"BEFORE INSERT ON {table} WHEN EXISTS ({others}{f' AND {where}' if where else ''}){of_new} "
            + _refuse("UNIQUE constraint failed: " + ", ".join(f"{table}.{column}" for column in key)),
        )


def _refuse(message: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _unchanged(change: Change, columns: list[str]) -> str:
    kept = (_quoted(column) for column in columns if column not in change.columns)
    return " AND ".join([f"({change.when})", *(f"OLD.{column} IS NEW.{column}" for column in kept)])


def _unique(connection: sa.Connection, table: str) -> Iterator[tuple[list[str], str | None]]:
    """The columns in which no two rows are alike, and for a partial index which rows.

    SQLite is asked itself: to read them out of its statements, as SQLAlchemy does, took most of an upgrade.
    """
    told = connection.exec_driver_sql(f"PRAGMA table_info({table})").mappings()
    yield [row["name"] for row in sorted(told, key=itemgetter("pk")) if row["pk"]], None
    for index in connection.exec_driver_sql(f"PRAGMA index_list({table})").mappings().all():
        if index["unique"] and index["origin"] != "pk":
            made = connection.exec_driver_sql(_SQLITE_INDEX, (index["name"],)).scalar()
            where = _PARTIAL.search(made) if made and index["partial"] else None
            parts = connection.exec_driver_sql(f"PRAGMA index_info('{index['name']}')").mappings()
            yield [str(part["name"]) for part in parts], where and where[1]


def _of_new(where: str, columns: list[str]) -> str:
    return re.sub(r"\b(" + "|".join(map(re.escape, columns)) + r")\b", r"NEW.\1", where)


def _quoted(column: str) -> str:
    return f'"{column}"'
