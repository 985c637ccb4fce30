"""The product on a real database, for whichever test asks for `app`: made by the migrations once in a run, copied for
each test process, empty at the beginning of each test; commits are real commits.

A scene that many tests begin with is entered once (`scene`) and put back for each of them.
"""

from __future__ import annotations

import contextvars
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support import migrated, strict
from tests.support.migrated import MIGRATED
from tests.support.other_kind import Heard
from tests.support.postgres import PostgresServer, plan_once
from tests.support.record import betrayals, unworded
from tests.support.rows import Rows, rows_of
from tracker import create_app
from tracker.accounts import passwords
from tracker.approvals import matters
from tracker.core import clock
from tracker.core.db import database
from tracker.mail import service as outbox
from tracker.reminders import leaving
from tracker.reminders import service as reminders
from tracker.settings import Secret, Settings, Site

T = TypeVar("T")
Scene = Callable[..., Any]
# A hash is made, or compared, at every sign-in: here in a moment, since what it costs has tests of its own.
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_cheap_nobodys = _cheap.hash("a password that nobody has")


class Browser(FlaskClient):
    """Sends each request in a context of its own (Flask would otherwise share the test's, and with it `g`) and reads
    every page strictly."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, and read all of the answer before its context goes."""
        kwargs.setdefault("buffered", True)
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400:
            wrong = strict.new_faults(answer.get_data(as_text=True))
            assert not wrong, (answer.request.path, wrong)
        return answer


@dataclass
class Product:
    """The application on one database, and what was kept of its rows."""

    app: Flask
    engine: sa.Engine
    rows: Rows
    heard: Heard
    scenes: dict[Any, tuple[int, Any]] = field(default_factory=dict)

    def empty(self) -> None:
        """No rows, no files."""
        self.rows.remove()
        shutil.rmtree(self.files, ignore_errors=True)

    def enter(self, build: Callable[..., T], *given: Any) -> T:
        """Let the database be as `build(*given)` leaves an empty one; returns what that returned, so plain values."""
        which = (build.__module__, build.__qualname__, given)
        if which not in self.scenes:
            self.empty()
            told = build(*given)
            number = self.rows.keep()
            if self.files.exists():
                shutil.copytree(self.files, self._files_of(number))
            self.scenes[which] = (number, told)
            return told
        number, told = self.scenes[which]
        self.rows.put_back(number)
        shutil.rmtree(self.files, ignore_errors=True)
        if self._files_of(number).exists():
            shutil.copytree(self._files_of(number), self.files)
        return told

    @property
    def files(self) -> Path:
        """The folder of evidence."""
        return Path(self.app.extensions["settings"].files_folder)

    def _files_of(self, number: int) -> Path:
        return self.files.with_name(f"files-of-scene-{number}")


@pytest.fixture(scope="session")
def sqlite_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The application on SQLite."""
    folder = tmp_path_factory.mktemp("instance")
    with making(migrated.copy_file(tmp_path_factory, folder), folder) as made:
        yield made


@pytest.fixture(scope="session")
def postgresql_product(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The application on PostgreSQL."""
    with making(postgres.url(postgres.new_database(MIGRATED)), tmp_path_factory.mktemp("instance")) as made:
        yield made


@pytest.fixture(scope="session")
def installed(database_kind: str, request: pytest.FixtureRequest) -> Product:
    """The application on this kind of database."""
    made: Product = request.getfixturevalue(f"{database_kind}_product")
    return made


@contextmanager
def making(address: str, folder: Path) -> Iterator[Product]:
    """The application on a database in which migrations have run, and which holds no row."""
    app = create_app(
        Settings(
            database_url=address,
            secret_key=Secret("a key for tests only, forty characters long"),
            instance=folder,
            base_url="http://localhost",
            smtp_url=Secret("smtp://127.0.0.1:1"),
            second_factor_for="",  # what a demanded factor changes has tests of its own
        )
    )
    app.config["TESTING"] = True
    app.test_client_class = Browser
    with app.app_context():
        if database.db.engine.dialect.name == "sqlite":  # what the machine's end would cost has tests of its own
            sa.event.listen(database.db.engine, "connect", _without_waiting_for_the_disk)
        else:
            sa.event.listen(database.db.engine, "connect", plan_once)
        engine = database.db.engine
        engine.update_execution_options(compiled_cache={})  # all that a run asks, once compiled
    yield Product(app, engine, rows_of(engine), Heard(engine))
    engine.dispose()


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hashes are made in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", _cheap)
        patch.setattr(passwords, "_nobodys", _cheap_nobodys)
        yield


@pytest.fixture
def dear_passwords() -> None:
    """For tests of what a hash costs: they cost what they cost."""


@pytest.fixture(autouse=True)
def _fresh(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins with empty tables (and keeps what it wrote until the next, for whoever looks).

    Whatever a test did: the rows that nobody can take back hold numbers, no names and no addresses, and the record of
    it can be told in words.
    """
    if "installed" not in request.fixturenames:
        yield
        return
    installed: Product = request.getfixturevalue("installed")
    other = _other(request)
    if "scene" not in request.fixturenames:  # one that has a scene begins with that, and with nothing else
        installed.empty()
    _speaks_last(installed.app.extensions["settings"].site)
    with nullcontext() if "dear_passwords" in request.fixturenames else cheap_passwords():
        yield
    with installed.engine.connect() as connection:
        assert list(betrayals(connection)) == []
        assert list(unworded(connection)) == []
    if other is None:
        installed.heard.forget()
        return
    refused = installed.heard.pass_on(other.engine)
    assert not refused, "\n\n".join(refused)


def _speaks_last(site: Site) -> None:
    """Rooms keep the address of the last application that was made in a process: let it be this one's in its tests."""
    matters.declare(site)
    outbox.register_all(reminders.KIND, partial(leaving.still_due, site=site))


def _other(request: pytest.FixtureRequest) -> Product | None:
    """The application on the other kind of database, where a test runs on one alone."""
    if request.node.get_closest_marker("one_database") is None or request.config.getoption("--database") != "both":
        return None
    kind = "sqlite" if request.getfixturevalue("database_kind") == "postgresql" else "postgresql"
    other: Product = request.getfixturevalue(f"{kind}_product")
    return other


@pytest.fixture(scope="session")
def app(installed: Product) -> Flask:
    """The application."""
    return installed.app


@pytest.fixture
def scene(installed: Product, context: None) -> Iterator[Scene]:
    """`scene(build, 20)`: the database as `build(20)` leaves an empty one, entered once and then put back.

    What it returned is returned again, so plain values. The moment that rows were entered at is the first test's.
    Whoever asks for it begins with one: until then there may be what the test before left.
    """
    entered = False

    def enter(build: Callable[..., T], *given: Any) -> T:
        nonlocal entered
        entered = True
        database.session().rollback()
        database.session().expunge_all()
        return installed.enter(build, *given)

    yield enter
    assert entered, "a test that asks for a scene enters one"


@pytest.fixture
def database_url(app: Flask) -> str:
    """The address of the database, for a process that works on it too."""
    address: str = app.extensions["settings"].database_url
    return address


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
