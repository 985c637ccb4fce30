"""SQLite is a file of this machine: its disk can be full, and another process can hold it. Told, and nothing lost."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from tests.faults import impatient, world
from tests.faults.browser import Browser
from tests.faults.server import Server, full_disk, serving_web
from tests.faults.test_no_room import NO_ROOM, TYPED, WORDS
from tests.faults.world import FIGURES, faults_in, reading
from tests.support import migrated
from tracker import create_app
from tracker.agencies.offices import Office

NOT_NOW = "Hệ thống chưa sẵn sàng"
HELD_SECONDS = 20 if os.environ.get("FAULTS_LONG") else 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = tmp_path_factory.mktemp("instance")
    address = migrated.copy_file(tmp_path_factory, instance)
    world.fill(create_app(world.settings(address, instance)))
    with serving_web(address, instance, "tests.faults.impatient:app()") as served:
        yield served


@pytest.fixture(scope="module")
def officer(server: Server) -> Browser:
    return server.person("SXD", Office.OFFICER)


def test_a_full_disk_is_told_what_was_typed_stays_and_later_it_is_saved(server: Server, officer: Browser) -> None:
    """Pages are read meanwhile, though not even the log can be written."""
    figure = FIGURES[4]
    with full_disk(server, 4_096):
        press, page = officer.post(figure.path, version="0", **TYPED), officer.get(figure.path)
    assert press.status in {503, 507}
    assert NOT_NOW in press.text or NO_ROOM in press.text
    assert WORDS in press.text
    assert page.status == 200
    assert WORDS not in page.text
    assert officer.post(figure.path, version="0", **TYPED).status == 303
    with reading(server.database, server.instance) as session:
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
        assert faults_in(session, server.instance) == []


def test_held_by_another_process_it_is_told_in_time_and_reading_goes_on(server: Server, officer: Browser) -> None:
    """Another program, a copy that takes long, say, has the only right to write."""
    figure = FIGURES[8]
    held_until = time.monotonic() + HELD_SECONDS
    with closing(sqlite3.connect(server.database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        press, page = officer.post(figure.path, version="0", **TYPED), officer.get(figure.path)
        time.sleep(max(0, held_until - time.monotonic()))
    assert press.status == 503
    assert NOT_NOW in press.text
    assert WORDS in press.text
    assert press.seconds < impatient.BUSY_MS / 1000 + 60  # a busy machine
    assert page.status == 200
    assert officer.post(figure.path, version="0", **TYPED).status == 303
    with reading(server.database, server.instance) as session:
        assert faults_in(session, server.instance) == []
