"""The walk over every address is done once on each kind of database; the tests of this folder ask it questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.integration.permissions.town import NOW, Town, build
from tests.integration.permissions.walk import Answer, walk
from tests.support.product import Product, cheap_passwords


@pytest.fixture(scope="module")
def walked(installed: Product) -> list[Answer]:
    """Every answer to every role, in a town of its own."""
    with time_machine.travel(NOW, tick=False), cheap_passwords():
        return walk(installed.enter(build, installed.app))


@pytest.fixture
def town(app: Flask, installed: Product) -> Iterator[Town]:
    """The town as it was built; the clock stands still in it."""
    with time_machine.travel(NOW, tick=False):
        yield installed.enter(build, app)
