"""Rows are put back beside the schema: what the product's connections read of it and prepared goes on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import lives
from tests.support.product import Product, Scene
from tracker.audit.models import AuditEvent
from tracker.people.models import Person

VERSION = "PRAGMA schema_version"
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"


def test_a_scene_is_put_back_with_all_its_rows_and_no_others(scene: Scene, installed: Product) -> None:
    scene(lives.people)
    kept = contents(installed)
    with installed.engine.begin() as connection:
        connection.execute(sa.insert(Person).values(token="more", name="Thêm", email="more@example.vn", language="vi"))
    assert contents(installed) != kept
    scene(lives.people)
    assert contents(installed) == kept
    installed.empty()
    assert set(contents(installed).values()) == {()}


def test_the_product_reads_no_schema_and_plans_no_statement_anew(
    scene: Scene, installed: Product, database_kind: str
) -> None:
    scene(lives.people)
    asked = sa.select(Person.id).where(Person.token == "person-1")
    with installed.engine.connect() as connection:

        def stands() -> int:
            if database_kind == "sqlite":
                return int(connection.exec_driver_sql(VERSION).scalar_one())
            return int(connection.exec_driver_sql(PREPARED, ("SELECT person.id%",)).scalar_one())

        for _time in range(3):
            connection.execute(asked).all()
        connection.rollback()
        before = stands()
        connection.rollback()
        scene(lives.people)
        assert connection.execute(asked).all()
        assert stands() == before > 0


def test_triggers_stand_for_everybody_else(scene: Scene, installed: Product) -> None:
    scene(lives.people)
    with installed.engine.connect() as connection:
        for statement in (sa.delete(AuditEvent), sa.update(AuditEvent).values(event="other")):
            with pytest.raises(sa.exc.DatabaseError):
                connection.execute(statement)
            connection.rollback()


def contents(installed: Product) -> dict[str, tuple[object, ...]]:
    """All rows by table."""
    found: dict[str, tuple[object, ...]] = {}
    with installed.engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            if "alembic" not in name:
                rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
                found[name] = tuple(sorted(map(repr, rows)))
    return found
