"""A province that was filled once, and for each test module a copy of it with a real server on it.

These tests hurt only what they made: processes by their ids, files in their own folders, ports on loopback.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import world
from tests.faults.server import Server, serving_web
from tests.support.postgres import PostgresServer
from tracker import create_app


@pytest.fixture(scope="session")
def filled(database_kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """A filled database to be copied: the path of a file, or the name of a database."""
    instance = tmp_path_factory.mktemp("filled")
    if database_kind == "sqlite":
        path = instance / "tracker.db"
        world.fill(create_app(world.settings(f"sqlite:///{path}", instance)))
        return str(path)
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = postgres.new_database()
    world.fill(create_app(world.settings(postgres.url(name), instance)))
    return name


@pytest.fixture(scope="module")
def instance(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of a module's server, another one for each kind of database."""
    return tmp_path_factory.mktemp(database_kind)


@pytest.fixture(scope="module")
def address(database_kind: str, filled: str, instance: Path, request: pytest.FixtureRequest) -> str:
    """The address of a copy of the filled database."""
    if database_kind == "sqlite":
        return f"sqlite:///{shutil.copy(filled, instance / 'tracker.db')}"
    postgres: PostgresServer = request.getfixturevalue("postgres")
    return postgres.url(postgres.new_database(filled))


@pytest.fixture(scope="module")
def server(address: str, instance: Path) -> Iterator[Server]:
    """The product with two workers."""
    with serving_web(address, instance) as running:
        yield running
