"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from tracker.core import database


@pytest.mark.usefixtures("context")
def test_models_and_migrated_database_agree(app: Flask) -> None:
    with database.db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), database.Base.metadata)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == []


@pytest.mark.usefixtures("context")
def test_there_is_one_head(app: Flask) -> None:
    assert len(database.alembic.heads()) == 1
