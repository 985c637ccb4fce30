"""A province on each kind of database, with a real server on it that the modules share: each has its own figures.

These tests hurt only what they made: processes by their ids, files in their own folders, ports on loopback.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import world
from tests.faults.server import Server, serving_web
from tests.support import migrated
from tests.support.migrated import MIGRATED
from tests.support.postgres import PostgresServer
from tracker import create_app


@pytest.fixture(scope="session")
def instance(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's folder, another one for each kind of database."""
    return tmp_path_factory.mktemp(database_kind)


@pytest.fixture(scope="session")
def address(database_kind: str, instance: Path, request: pytest.FixtureRequest) -> str:
    """The address of a filled database."""
    found = own_address(database_kind, instance, request)
    world.fill(create_app(world.settings(found, instance)))
    return found


def own_address(kind: str, instance: Path, request: pytest.FixtureRequest) -> str:
    """The address of a new database that no other test uses: its tables hold no row."""
    if kind == "sqlite":
        return migrated.copy_file(request.getfixturevalue("tmp_path_factory"), instance)
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres.url(postgres.new_database(MIGRATED))


@pytest.fixture(scope="session")
def server(address: str, instance: Path) -> Iterator[Server]:
    """The product with two workers."""
    with serving_web(address, instance) as running:
        yield running
