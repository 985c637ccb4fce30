"""Instances of their own that can be destroyed: a database, a folder, the small province at work."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.postgres import PostgresServer, installations
from tracker import cli, create_app
from tracker.agencies.offices import Office
from tracker.audit import service as record
from tracker.audit import upgrade
from tracker.core import clock, database
from tracker.core.files import StoredUpload, store
from tracker.core.unit_of_work import carry_out, unit_of_work
from tracker.people import service as people
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.progress import queries as progress
from tracker.progress import service as drafts
from tracker.settings import Settings

KEY = "a key for sealed backups in tests, forty letters"
NOW = clock.moment
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
            "TRACKER_DATABASE_URL": self.settings.database_url,
            "TRACKER_INSTANCE": str(self.settings.instance),
            "TRACKER_SECRET_KEY": self.settings.secret_key.get_secret_value(),
            "TRACKER_SMTP_URL": "smtp://127.0.0.1:1",
            "TRACKER_BACKUP_KEY": KEY if self.settings.backup_key else "",
            "TRACKER_PG_DUMP": self.settings.pg_dump,
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
    made: errand.Province
    officer: Reader
    former: int  # number of a person without an office

    def attach(self, target: str, number: int) -> StoredUpload:
        """One press of an officer: a figure and a file, committed when this returns."""
        settings = self.settings
        file = store(io.BytesIO(document(number)), f"{number}.pdf", settings.files_folder, settings.upload_max_bytes)
        now = NOW()
        with self.app.app_context(), unit_of_work(now) as session:
            place = progress.find_place(session, errand.EVERYWHERE, f"target-SXD-{target}", PERIOD)
            assert place is not None
            draft = progress.draft_of(session, place)
            version = draft.version if draft else 0
            for verb, values in (
                (drafts.keep_draft, {"typed": {"value": str(number)}, "language": "vi", "version": version}),
                (drafts.attach, {"file": file}),
            ):
                verb(session, now, reader=self.officer, place=place, **values)
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


@pytest.fixture
def place(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Instance]]:
    """`place("name")`: an empty place of its own, for a database and an instance folder."""
    server: PostgresServer | None = request.getfixturevalue("postgres") if database_kind == "postgresql" else None
    names: list[str] = []

    def make(name: str, *, sealed: bool = False) -> Instance:
        folder = tmp_path / name
        folder.mkdir()
        url = ""
        if server is not None:
            names.append(server.new_database())
            url = server.url(names[-1])
        return Instance(
            Settings(
                database_url=url,
                secret_key="a key for tests only, forty characters long",
                instance=folder,
                smtp_url="smtp://127.0.0.1:1",
                backup_key=KEY if sealed else None,
                second_factor_for="",
                pg_dump=str(installations()[0] / "bin/pg_dump") if server else "pg_dump",
            )
        )

    yield make
    for name in names:
        assert server is not None
        server.drop_database(name)


@pytest.fixture
def live(place: Callable[..., Instance], at: Callable[[str], clock.Moment]) -> Iterator[Callable[..., Living]]:
    """`live(sealed=True)`: an installation at work, in June 2021."""
    apps: list[Flask] = []

    def make(name: str = "living", *, sealed: bool = False) -> Living:
        now = at("2021-06-16")
        settings = place(name, sealed=sealed).settings
        app = create_app(settings)
        apps.append(app)
        with app.app_context():
            upgrade.bring_up()
            with unit_of_work(now) as session:
                made = errand.province(session)
                for number in range(4):
                    errand.target(session, made, "SXD", f"T{number}")
                person = made.people[("SXD", Office.OFFICER)]
                former = people.register(session, now, actor_id=None, name="Người Sắp Xóa", email="x@example.vn")
                former_id = former.id
            session = database.session()
            reader = reader_of(session, now.on, person_id=person.id, account_id=1, name=person.name, language="vi")
            session.rollback()
        return Living(settings, app, made, reader, former_id)

    yield make
    for app in apps:
        with app.app_context():
            database.db.engine.dispose()


def read(settings: Settings, app: Flask | None = None) -> Session:
    """A session on an installation's database, without its application."""
    return Session(sa.create_engine(settings.database_url, poolclass=sa.NullPool))
