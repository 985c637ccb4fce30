"""Databases in which all migrations have run: made once in a run by whichever test process needs one first, and copied.

A file of SQLite, and the folder of a PostgreSQL server that holds such a database by the name of `MIGRATED`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.made_once import made_once
from tests.support.postgres import PostgresServer, connect, postgres_server
from tracker import create_app
from tracker.core.db import database, migrating
from tracker.settings import Secret, Settings

MIGRATED = "migrated"
FILE, DATA = "tracker.db", "data"
RUNNING = shutil.ignore_patterns("postmaster.pid", "postmaster.opts")


def copy_file(factory: pytest.TempPathFactory, folder: Path) -> str:
    """Put such a file into a folder; returns its address."""
    shutil.copyfile(file(factory), folder / FILE)
    return f"sqlite:///{folder / FILE}"


def file(factory: pytest.TempPathFactory) -> Path:
    """Such a file, to be copied."""

    def build(made: Path) -> None:
        _migrate(f"sqlite:///{made / FILE}", made)

    return made_once(factory, "migrated-sqlite", build) / FILE


@contextmanager
def server(factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A running server that holds such a database."""
    with ExitStack() as running:
        first: list[PostgresServer] = []

        def build(made: Path) -> None:
            """Of a server that nobody uses, all that is written stands in its files once it was asked to see to it."""
            one = running.enter_context(postgres_server())
            one.make_database(MIGRATED)
            _migrate(one.url(MIGRATED), made)
            with connect(one.port) as connection:
                connection.execute("CHECKPOINT")
            shutil.copytree(one.data, made / DATA, ignore=RUNNING)
            first.append(one)

        made = made_once(factory, "migrated-postgresql", build)
        yield first[0] if first else running.enter_context(postgres_server(data=made / DATA))


def _migrate(address: str, folder: Path) -> None:
    app = create_app(Settings(database_url=address, secret_key=Secret("k" * 40), instance=folder))
    with app.app_context():
        migrating.upgrade()
        database.db.engine.dispose()
