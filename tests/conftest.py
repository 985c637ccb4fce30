"""What every kind of test shares: the choice of databases, a PostgreSQL where one is asked for, a wall around units.

The product's own fixtures (app, session, client) live in tests/support/product.py.
"""

from __future__ import annotations

import gc
import os
import socket
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import psycopg
import pytest

from tests.support import cost, migrated, turns
from tests.support.postgres import PostgresServer, installations

pytest_plugins = ["tests.support.product"]

KINDS = ("sqlite", "postgresql")
UNIT_TESTS = Path(__file__).parent / "unit"
# Where a unit would go out. (An audit hook hears more, and is called at every `id()` of every other test.)
DOORS: tuple[tuple[Any, str], ...] = (
    (sqlite3, "connect"),
    (sqlite3.dbapi2, "connect"),
    (psycopg, "connect"),
    (socket.socket, "connect"),
    (socket.socket, "connect_ex"),
)

hypothesis.settings.register_profile("tracker", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tracker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --database sqlite` is the quick half of the suite."""
    parser.addoption("--database", choices=[*KINDS, "both"], default="both", help="what to run database tests on")


def pytest_configure() -> None:
    """What each process of the product is to find, whichever test starts it.

    The programs of the PostgreSQL that the tests start come first (a copy of a database is made by them), and every
    command writes the same address into its mails. What is loaded and collected stays: nobody looks for garbage in it.
    """
    gc.disable()
    for installation in installations()[:1]:
        os.environ["PATH"] = f"{installation / 'bin'}{os.pathsep}{os.environ['PATH']}"
    os.environ["TRACKER_BASE_URL"] = "http://localhost"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first."""
    items.sort(key=lambda item: turns.place(item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while all that is loaded stays: an eighth of the time that it takes."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Spare Python from going over all modules and tests again and again: a twentieth of the time."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> turns.Turns:
    """Say which test process takes what; what was put first comes first."""
    config.option.loadscopereorder = False
    return turns.Turns(config, log)


USUAL = os.getpriority(os.PRIO_PROCESS, 0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Where several processes test, let those that wait for much be served first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        turns.stand_in_line(item.nodeid, USUAL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let nothing cost more than docs/testing.md says."""
    before = cost.spent()
    yield
    complaint = cost.complaint(item.nodeid, cost.spent() - before)
    assert complaint is None, complaint


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever touches a database once on each kind; what is marked `one_database`, on one of them."""
    if "database_kind" in metafunc.fixturenames:
        choice = metafunc.config.getoption("--database")
        alone = metafunc.definition.get_closest_marker("one_database")
        kinds = KINDS if choice == "both" else (choice,)
        if alone is not None and choice == "both":
            # Which one, is drawn by the name of the test, so that it is always the same.
            kinds = alone.args or (KINDS[zlib.crc32(metafunc.definition.nodeid.encode()) % len(KINDS)],)
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: what this test runs on."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One server for this test process, started when the first test asks for it."""
    with migrated.server(tmp_path_factory) as server:
        yield server


def _forbidden(*_arguments: object, **_named: object) -> NoReturn:
    raise AssertionError("A test in tests/unit reached for a database or the network.")


@pytest.fixture(autouse=True)
def _wall_around_units(request: pytest.FixtureRequest) -> Iterator[None]:
    """A unit that needs a database or the network is no unit."""
    if UNIT_TESTS not in request.path.parents:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in DOORS:
            patch.setattr(owner, name, _forbidden)
        yield
