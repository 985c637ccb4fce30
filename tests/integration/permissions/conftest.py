"""The walk over every address is done once on each kind of database; the tests of this folder ask it questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.integration.conftest import empty
from tests.integration.permissions.town import NOW, Town, build
from tests.integration.permissions.walk import Answer, walk
from tracker.core.db import database


@pytest.fixture(scope="module")
def walked(app: Flask) -> list[Answer]:
    """Every answer to every role, in a town of its own."""
    with app.app_context():
        empty(database.db.engine)
    with time_machine.travel(NOW, tick=False):
        return walk(build(app))


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    """The town, freshly built; the clock stands still in it."""
    with time_machine.travel(NOW, tick=False):
        yield build(app)
