"""What every kind of test shares: the choice of databases, a PostgreSQL where one is asked for, a wall around units.

The product's own fixtures (app, session, client) live in tests/integration.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.postgres import PostgresServer, postgres_server

KINDS = ("sqlite", "postgresql")
UNIT_TESTS = Path(__file__).parent / "unit"

hypothesis.settings.register_profile("tracker", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tracker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --database sqlite` is the quick half of the suite."""
    parser.addoption("--database", choices=[*KINDS, "both"], default="both", help="what to run database tests on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever touches a database once on each kind."""
    if "database_kind" in metafunc.fixturenames:
        choice = metafunc.config.getoption("--database")
        kinds = KINDS if choice == "both" else (choice,)
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: what this test runs on."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for this test process, started when the first test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def database_url(database_kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> str:
    """The address of a new, empty database of this session's kind, for TRACKER_DATABASE_URL."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database') / 'tracker.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url(server.new_database())


class Wall:
    """Keeps unit tests from databases and the network: a unit that needs one is no unit."""

    forbidden = frozenset({"sqlite3.connect", "socket.connect"})

    def __init__(self) -> None:
        self.up = False
        sys.addaudithook(self.hear)

    def hear(self, event: str, _arguments: object) -> None:
        """Python calls this on every audited event, so it must be quick."""
        if self.up and event in self.forbidden:
            raise AssertionError(f"A test in tests/unit reached for {event}.")


WALL = Wall()


@pytest.fixture(autouse=True)
def _wall_around_units(request: pytest.FixtureRequest) -> Iterator[None]:
    WALL.up = UNIT_TESTS in request.path.parents
    yield
    WALL.up = False
