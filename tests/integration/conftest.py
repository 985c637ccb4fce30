"""The product on a real database: made once by the migrations, emptied before each test; commits are real commits."""

from __future__ import annotations

import contextvars
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.record import betrayals
from tracker import create_app
from tracker.core import clock
from tracker.core.db import database, migrating
from tracker.settings import Secret, Settings


class Browser(FlaskClient):
    """Sends each request in a context of its own: Flask would otherwise share the test's, and with it `g`."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, and read all of the answer before its context goes."""
        kwargs.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def app(database_kind: str, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, once on each kind of database, with migrations run."""
    settings = Settings(
        database_url=database_url,
        secret_key=Secret("a key for tests only, forty characters long"),
        instance=tmp_path_factory.mktemp("instance"),
        base_url="http://localhost",
        smtp_url=Secret("smtp://127.0.0.1:1"),
        second_factor_for="",  # what a demanded factor changes has tests of its own
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    with app.app_context():
        migrating.upgrade()
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture(autouse=True)
def _empty_database(request: pytest.FixtureRequest) -> None:
    """Every test begins with empty tables (and keeps what it wrote until the next, for whoever looks)."""
    if "app" not in request.fixturenames:
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        empty(database.db.engine)
    shutil.rmtree(app.extensions["settings"].files_folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _record_names_nobody(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did: the rows that nobody can take back hold numbers, no names and no addresses."""
    yield
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        with app.app_context(), database.db.engine.connect() as connection:
            assert list(betrayals(connection)) == []


def empty(engine: sa.Engine) -> None:
    """Remove every row, also of the append-only tables: their triggers are set aside for this one statement."""
    tables = [name for name in sa.inspect(engine).get_table_names() if not name.startswith("alembic_")]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("TRUNCATE " + ", ".join(f'"{name}"' for name in tables) + " RESTART IDENTITY")
            return
        triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        # Inside this transaction rows may go in any order; at its end no reference points nowhere, for there are none.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in tables:
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
        for _, statement in triggers:
            connection.exec_driver_sql(statement)


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context for tests that call services and queries themselves."""
    with app.app_context():
        yield


@pytest.fixture
def session(context: None) -> Session:
    """The session of the test's own application context. Only `with unit_of_work(): …` commits it."""
    return database.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a page: each request is a context of its own, as in production."""
    return app.test_client()


@pytest.fixture
def at() -> Iterator[Callable[[date | str], clock.Moment]]:
    """`at("2021-06-30")` sets the clock to 09:00 of that day in Vietnam (a datetime: to it); returns the moment."""
    travellers: list[Any] = []

    def set_clock(day: date | str) -> clock.Moment:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        when = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.VIETNAM)
        while travellers:
            travellers.pop().stop()
        traveller = time_machine.travel(when, tick=False)
        traveller.start()
        travellers.append(traveller)
        return clock.moment()

    yield set_clock
    while travellers:
        travellers.pop().stop()


class Statements(list[str]):
    """The SQL statements that were run while it listened."""


@pytest.fixture
def statements(app: Flask) -> Iterator[Statements]:
    """Collects SQL, to show that a page's statements do not grow with its rows. `clear()` starts anew."""
    found = Statements()

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = database.db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    yield found
    sa.event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def shared() -> Path:
    """The folder that CI lays beside the checkout: worked examples and data. The product itself never reads it."""
    return Path(__file__).resolve().parents[3] / "shared"
