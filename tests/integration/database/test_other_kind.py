"""What one kind of database was asked, the other is asked to explain: it refuses what it does not understand."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.other_kind import Heard
from tests.support.product import Product
from tracker.people.models import Person

GIVEN = sa.select(Person.id).where(Person.id.in_(sa.bindparam("ids", expanding=True)), Person.name == "a")
ONLY_HERE = {"sqlite": sa.func.hex(Person.name), "postgresql": sa.func.array_agg(Person.name)}


@pytest.fixture
def other(database_kind: str, sqlite_product: Product, postgresql_product: Product) -> sa.Engine:
    """The other database's engine."""
    return {"sqlite": postgresql_product, "postgresql": sqlite_product}[database_kind].engine


def test_what_both_understand_is_explained_and_what_one_does_not_is_told_once(
    installed: Product, database_kind: str, other: sa.Engine
) -> None:
    heard = Heard(installed.engine)

    def refused(statement: Any, **values: Any) -> int:
        with installed.engine.connect() as connection:
            connection.execute(statement, values)
        return len(heard.pass_on(other))

    assert refused(GIVEN, ids=[1, 2]) == 0
    assert refused(sa.select(Person).order_by(Person.name).limit(3)) == 0
    assert refused(sa.select(ONLY_HERE[database_kind])) == 1
    assert refused(sa.select(ONLY_HERE[database_kind])) == 0
