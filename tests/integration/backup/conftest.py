"""Instances of their own that can be destroyed: a database, a folder, the small province at work."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support import migrated
from tests.support.postgres import PostgresServer
from tests.support.shell import environment_of
from tracker import cli, create_app
from tracker.agencies.offices import Office
from tracker.audit import service as record
from tracker.audit import upgrade
from tracker.audit.service import seal
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.files.store import StoredUpload, store
from tracker.people import service as people
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.progress import attaching
from tracker.progress import queries as progress
from tracker.progress import service as drafts
from tracker.settings import Secret, Settings

KEY = "a key for sealed backups in tests, forty letters"
NOW = clock.moment
BEGUN = datetime(2021, 6, 16, 9, tzinfo=clock.VIETNAM)
PERIOD = "2021-H1"


def document(number: int) -> bytes:
    """A PDF like no other."""
    return f"%PDF-1.4\n% {number}\n".encode() + b"x" * 3_000 + b"\n%%EOF\n"


@dataclass
class Instance:
    """One installation: its settings, and its application where it was prepared."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """What a command of this installation is started with."""
        return {
            **environment_of(self.settings),
            "TRACKER_SMTP_URL": "smtp://127.0.0.1:1",
            "TRACKER_BACKUP_KEY": KEY if self.settings.backup_key else "",
            "TRACKER_LOG_JSON": "0",
        }

    def run(self, *words: str, **environment: str) -> Result:
        """One command."""
        return CliRunner().invoke(cli.tracker, list(words), env=self.environment | environment)

    def is_untouched(self) -> bool:
        """Whether nothing was written into this place."""
        if any(self.settings.instance.rglob("*")):
            return False
        if self.settings.on_sqlite:
            return True
        engine = sa.create_engine(self.settings.database_url)
        names = sa.inspect(engine).get_table_names()
        engine.dispose()
        return not names


@dataclass
class Living(Instance):
    """An installation at work: four officers' targets in the small province."""

    app: Flask
    officer: Reader
    former: int  # number of a person without an office

    def attach(self, target: str, number: int) -> StoredUpload:
        """One press of an officer: a figure and a file, committed when this returns."""
        settings = self.settings
        file = store(io.BytesIO(document(number)), f"{number}.pdf", settings.files_folder, settings.upload_max_bytes)
        now = NOW()
        with self.app.app_context(), unit_of_work(now) as session:
            slot = progress.find_slot(session, errand.EVERYWHERE, f"target-SXD-{target}", PERIOD)
            assert slot is not None
            draft = progress.draft_of(session, slot)
            version = draft.version if draft else 0
            for verb, values in (
                (drafts.keep_draft, {"typed": {"value": str(number)}, "language": "vi", "version": version}),
                (attaching.attach, {"file": file}),
            ):
                verb(session, now, reader=self.officer, slot=slot, **values)
        return file

    def link(self) -> None:
        """What the minute's job does with the record."""
        with self.app.app_context():
            carry_out(record.chain_units())

    def destroy(self) -> None:
        """Nothing is left of it."""
        with self.app.app_context():
            database.db.engine.dispose()
        shutil.rmtree(self.settings.instance)


@dataclass(frozen=True)
class Prepared:
    """A migrated database with the small province in it, made once: a file, or the name of one to copy."""

    source: str
    officer: Reader
    former: int


def settings_for(folder: Path, url: str, *, sealed: bool = False) -> Settings:
    """Settings of an installation; without an address on SQLite, in its folder."""
    return Settings(
        database_url=url,
        secret_key=Secret("a key for tests only, forty characters long"),
        instance=folder,
        smtp_url=Secret("smtp://127.0.0.1:1"),
        backup_key=Secret(KEY) if sealed else None,
        second_factor_for="",
    )


@pytest.fixture(scope="session")
def server(database_kind: str, request: pytest.FixtureRequest) -> PostgresServer | None:
    """Where databases are made; none for SQLite."""
    found: PostgresServer | None = request.getfixturevalue("postgres") if database_kind == "postgresql" else None
    return found


@pytest.fixture(scope="session")
def prepared(server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Four targets of one body, its officer, and a person who has left; in June 2021."""
    folder = tmp_path_factory.mktemp("prepared")
    name = server.new_database(migrated.MIGRATED) if server else ""
    if server is None:
        migrated.copy_file(tmp_path_factory, folder)
    app = create_app(settings_for(folder, server.url(name) if server else ""))
    with time_machine.travel(BEGUN, tick=False), app.app_context():
        now = clock.moment()
        upgrade.bring_up()
        with unit_of_work(now) as session:
            made = errand.province(session)
            for number in range(4):
                errand.target(session, made, "SXD", f"T{number}")
            seal(session, now)
            officer = made.people[("SXD", Office.OFFICER)]
            former = people.register(session, now, actor_id=None, name="Người Sắp Xóa", email="x@example.vn").id
        session = database.session()
        reader = reader_of(session, now.on, person_id=officer.id, account_id=1, name=officer.name, language="vi")
        session.rollback()
        if server is None:
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            session.rollback()
        database.db.engine.dispose()
    return Prepared(name or str(folder / "tracker.db"), reader, former)


@pytest.fixture
def place(server: PostgresServer | None, tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    """`place("name")`: an empty place of its own, for a database and an instance folder."""
    names: list[str] = []

    def make(name: str, *, sealed: bool = False, template: str = "template0") -> Instance:
        folder = tmp_path / name
        folder.mkdir()
        if server is not None:
            names.append(server.new_database(template))
        elif template != "template0":
            shutil.copy(template, folder / "tracker.db")
        return Instance(settings_for(folder, server.url(names[-1]) if server else "", sealed=sealed))

    yield make
    for name in names:
        assert server is not None
        server.drop_database(name)


@pytest.fixture
def live(
    place: Callable[..., Instance], prepared: Prepared, at: Callable[[datetime], clock.Moment]
) -> Iterator[Callable[..., Living]]:
    """`live(sealed=True)`: an installation at work, in June 2021."""
    apps: list[Flask] = []

    def make(*, sealed: bool = False) -> Living:
        at(BEGUN)
        settings = place("living", sealed=sealed, template=prepared.source).settings
        apps.append(create_app(settings))
        return Living(settings, apps[-1], prepared.officer, prepared.former)

    yield make
    for app in apps:
        with app.app_context():
            database.db.engine.dispose()


def read(settings: Settings) -> Session:
    """A session on an installation's database, without its application."""
    return Session(sa.create_engine(settings.database_url, poolclass=sa.NullPool))
