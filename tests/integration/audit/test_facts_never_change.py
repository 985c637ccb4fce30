"""The database itself refuses to change or remove a fact: to whoever owns its tables, and to the product's own role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.integration.audit.test_two_roles import Installation, tracker
from tests.integration.audit.test_two_roles import installation as installation
from tracker.audit import probes, triggers
from tracker.core.db import database

OTHER = {sa.String: "'x'", sa.Text: "'x'", sa.Date: "'1999-01-01'", sa.DateTime: "'1999-01-01'", sa.Boolean: "TRUE"}
TABLES = triggers.facts()
# Beside what is always refused: one change, and whether it is taken.
ROADS = [
    ("UPDATE report SET state = 'accepted', sent_on = '2000-02-01'", True),
    ("UPDATE report SET state = 'accepted', target_id = -2", False),
    ("UPDATE target SET ended_on = '2000-05-01', end_decided_on = '2000-05-01'", True),
    ("UPDATE target SET ended_on = '2000-05-01', due_on = '2000-06-01'", False),
    ("UPDATE target SET ended_on = '2000-05-01'; UPDATE target SET ended_on = '2000-06-01'", False),
    ("UPDATE target SET ended_on = '2000-05-01'; UPDATE target SET ended_on = NULL", False),
    ("UPDATE second_say SET outcome = 'confirmed', decided_by_id = -2 WHERE id = -1", False),
    ("UPDATE second_say SET outcome = NULL, open_key = 'x' WHERE id = -1", False),
    ("UPDATE second_say SET outcome = 'withdrawn', open_key = NULL WHERE id = -2", True),
    ("UPDATE second_say SET outcome = 'withdrawn', open_key = NULL, about_id = -2 WHERE id = -2", False),
    ("UPDATE evidence SET revision_id = -1 WHERE id = -2", True),
    ("UPDATE evidence SET revision_id = -1, sha256 = 'x' WHERE id = -2", False),
    ("UPDATE evidence SET revision_id = NULL WHERE id = -1", False),
    ("DELETE FROM evidence WHERE id = -2", True),
    ("UPDATE evidence SET asked_on = '2000-05-01' WHERE id = -3", True),
    ("UPDATE evidence SET asked_on = '2000-05-01' WHERE id = -3; DELETE FROM evidence WHERE id = -3", False),
    ("UPDATE evidence SET asked_on = '2000-05-01' WHERE id = -3; UPDATE evidence SET asked_on = NULL", False),
    ("UPDATE target_request SET state = 'withdrawn', withdrawn_by_id = -1 WHERE id = -1", True),
    ("UPDATE target_request SET due_on = '2000-05-01' WHERE id = -1", False),
    ("UPDATE target_request SET state = 'refused'; UPDATE target_request SET state = 'waiting'", False),
    ("DELETE FROM target_request WHERE id = -1", False),
    ("UPDATE evidence SET name = '', erased_on = '2000-05-01'", False),
    ("{erasure}; UPDATE evidence SET name = '', erased_on = '2000-05-01' WHERE id = -1", True),
    ("{erasure}; UPDATE evidence SET name = 'other', erased_on = '2000-05-01' WHERE id = -1", False),
    ("{erasure}; UPDATE evidence SET name = '', erased_on = '2000-05-01', sha256 = 'x' WHERE id = -1", False),
    ("{erasure}; UPDATE evidence SET name = '' WHERE id = -1", False),
    ("{erasure}; DELETE FROM evidence WHERE id = -1", False),
    ("UPDATE dossier SET state = 'closed', version = 9 WHERE id = -1", True),
    ("UPDATE dossier SET agency_id = -2 WHERE id = -1", False),
    ("UPDATE dossier SET in_force_from = '2000-05-01' WHERE id = -1", False),
    ("UPDATE dossier SET commitment_id = NULL WHERE id = -1", False),
    ("UPDATE term_proposal SET outcome = 'accepted' WHERE id = -1", False),
    ("UPDATE term_proposal SET outcome = 'refused', answered_at = '2000-05-01' WHERE id = -2", True),
    ("UPDATE term_proposal SET outcome = 'refused', answered_at = '2000-05-01', side = 'ppc' WHERE id = -2", False),
    ("UPDATE term_proposal SET changes = '[1]' WHERE id = -2", False),
]
ERASURE = "INSERT INTO erasure (kind, subject, reason, at) VALUES ('file', 'probe', 'r', '2000-05-01')"
MORE = [
    (
        "draft",
        """(id, token, target_id, agency_id, kind, state, typed, language, version, entered_by_id, updated_at)
            VALUES (-1, 'probe', -1, -1, 'completion', 'editing', '{}', 'vi', 1, -1, '2000-01-01')""",
    ),
    (
        "evidence",
        """(id, token, draft_id, agency_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at)
            VALUES (-2, 'draft', -1, -1, 'probe', 1, 'probe', 'probe', -1, '2000-01-01')""",
    ),
    (
        "evidence",
        """(id, token, request_id, agency_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at)
            VALUES (-3, 'asked', -1, -1, 'probe', 1, 'probe', 'probe', -1, '2000-01-01')""",
    ),
    (
        "second_say",
        """(id, token, kind, about_id, detail, reason, asked_by_id, asked_at, expires_at, open_key)
            VALUES (-2, 'open', 'probe', -1, '{}', 'probe', -1, '2000-01-01', '2000-01-01', 'k')""",
    ),
    (
        "term_proposal",
        """(id, token, dossier_id, draft_target_id, changes, side, person_id, at)
            VALUES (-2, 'open', -1, -1, '[]', 'body', -1, '2000-01-01')""",
    ),
]


@dataclass
class Filled:
    """A transaction in which a row stands in each table of facts; nothing of it is kept."""

    connection: sa.Connection

    def takes(self, *statements: str) -> bool:
        """Whether all of them go through; by whom they are refused is looked at."""
        trial = self.connection.begin_nested()
        try:
            for statement in statements:
                self.connection.exec_driver_sql(statement)
        except DBAPIError as error:
            said = str(error.orig)
            assert "append-only" in said or "UNIQUE constraint failed" in said or "permission denied" in said, said
            return False
        finally:
            trial.rollback()
        return True


def filled(engine: sa.Engine) -> Iterator[Filled]:
    with database.writing(), engine.connect() as connection:
        everything = connection.begin()
        for table, row in (*probes.FACTS, *MORE):
            connection.exec_driver_sql(f"INSERT INTO {table} {row}")
        yield Filled(connection)
        everything.rollback()


@pytest.fixture
def by_owner(app: Flask) -> Iterator[Filled]:
    """On either database, by whoever owns the tables."""
    with app.app_context():
        yield from filled(database.db.engine)


@pytest.fixture
def by_role(installation: Installation, tmp_path: Path) -> Iterator[Filled]:
    """On PostgreSQL, by the role that the product works as."""
    assert tracker(installation, tmp_path, "db", "upgrade", as_owner=True)[0] == 0
    engine = sa.create_engine(installation.role_url)
    yield from filled(engine)
    engine.dispose()


def changes(table: str) -> Iterator[str]:
    """Each column that is no road of its own, changed; the row removed, and put over itself."""
    kept, model = TABLES[table], database.Base.metadata.tables[table]
    for column in model.columns:
        if column.name not in kept.free:
            kind = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
            new = next((text for of, text in OTHER.items() if isinstance(kind, of)), "-7")
            yield f'UPDATE {table} SET "{column.name}" = {new} WHERE id = -1'
    yield f"DELETE FROM {table} WHERE id = -1"


def replacing(connection: sa.Connection, table: str) -> Iterator[str]:
    """A row that is like it in one of the ways in which no two rows are alike, put in its place."""
    model = database.Base.metadata.tables[table]
    names = [column.name for column in model.columns]
    ways: list[list[Any]] = [
        ["id"],
        *(way["column_names"] for way in sa.inspect(connection).get_unique_constraints(table)),
    ]
    ways += [way["column_names"] for way in sa.inspect(connection).get_indexes(table) if way["unique"]]
    row = connection.execute(sa.select(model).where(model.c.id == -1)).mappings().one()
    for way in ways:
        if any(row[name] is None for name in way):
            continue
        unlike = {"id": "-9", "token": "'other'", "number": "'other'", "code": "'other'"}
        values = [unlike[name] if name in unlike and name not in way else f'"{name}"' for name in names]
        into = ", ".join(f'"{name}"' for name in names)
        given = f"({into}) SELECT {', '.join(values)} FROM {table} WHERE id = -1"
        yield f"INSERT OR REPLACE INTO {table} {given}"
        yield f"INSERT INTO {table} {given} ON CONFLICT DO UPDATE SET id = -8"


@pytest.mark.parametrize("table", TABLES)
def test_a_fact_stays_as_it_is(by_owner: Filled, table: str) -> None:
    taken = [change for change in changes(table) if by_owner.takes(change)]
    if by_owner.connection.dialect.name == "sqlite":
        taken += [change for change in replacing(by_owner.connection, table) if by_owner.takes(change)]
        taken += [change for change in (f"UPDATE {table} SET rowid = -7 WHERE id = -1",) if by_owner.takes(change)]
    else:
        taken += [change for change in (f"TRUNCATE {table} CASCADE",) if by_owner.takes(change)]
    assert taken == []


def test_what_may_change_all_the_same_does_by_its_own_road_alone(by_owner: Filled) -> None:
    wrong = [road for road, taken in ROADS if by_owner.takes(*road.format(erasure=ERASURE).split(";")) is not taken]
    assert wrong == []


def test_the_products_own_role_has_those_roads_and_no_other(by_role: Filled) -> None:
    taken = [change for table in TABLES for change in changes(table) if by_role.takes(change)]
    taken += [table for table in TABLES if by_role.takes(f"TRUNCATE {table} CASCADE")]
    assert taken == []
    wrong = [road for road, taken in ROADS if by_role.takes(*road.format(erasure=ERASURE).split(";")) is not taken]
    assert wrong == []
    granted = by_role.connection.execute(
        sa.text("SELECT has_table_privilege(t, 'UPDATE, DELETE, TRUNCATE') FROM unnest(CAST(:tables AS text[])) AS t"),
        {"tables": [table for table, kept in TABLES.items() if kept.never_change]},
    )
    assert set(granted.scalars()) == {False}
