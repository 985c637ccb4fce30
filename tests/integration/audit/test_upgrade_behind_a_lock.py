"""An upgrade that finds its tables held gives up within seconds and says so: nobody queues up behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.postgres import PostgresServer
from tracker import create_app
from tracker.audit import upgrade
from tracker.core.db import database, migrating, timeouts
from tracker.settings import Secret, Settings

BEFORE = "0009"  # the migration after it builds an index on agency_sum
HELD = {"sqlite": "UPDATE agency_sum SET score = score", "postgresql": "LOCK TABLE agency_sum IN ROW EXCLUSIVE MODE"}
FAULT = {"sqlite": "database is locked", "postgresql": "lock timeout"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than a second."""
    monkeypatch.setattr(upgrade, "LOCK_SECONDS", 1)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 1_000)


@contextmanager
def of_before(url: str, instance: Path) -> Iterator[Flask]:
    """The product on a database of an older version."""
    app = create_app(Settings(database_url=url, secret_key=Secret("k" * 40), instance=instance))
    with app.app_context():
        migrating.upgrade(BEFORE)
        yield app
        database.db.engine.dispose()


@pytest.fixture
def old_postgres(postgres: PostgresServer, tmp_path: Path) -> Iterator[Flask]:
    """An older database on PostgreSQL."""
    with of_before(postgres.url(postgres.new_database()), tmp_path) as app:
        yield app


@pytest.fixture
def old(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An older database on either."""
    if database_kind == "postgresql":
        yield request.getfixturevalue("old_postgres")
        return
    with of_before(f"sqlite:///{tmp_path / 'old.db'}", tmp_path) as app:
        yield app


def version() -> list[str]:
    with database.db.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())


def test_it_gives_up_says_why_and_can_be_run_again(old: Flask, database_kind: str) -> None:
    with database.db.engine.connect() as holder:
        holder.exec_driver_sql(HELD[database_kind])
        with pytest.raises(upgrade.UpgradeError, match=f"gave up.*{FAULT[database_kind]}.*nothing is half done"):
            upgrade.bring_up()
        holder.rollback()
    assert version() == [BEFORE]
    upgrade.bring_up()
    assert upgrade.is_whole()


def test_whoever_comes_behind_it_waits_no_longer_than_it_does(old_postgres: Flask) -> None:
    """Somebody writes for long. What waits for the whole table has each later writer wait behind it."""
    refused = threading.Event()
    others = sa.create_engine(database.db.engine.url)  # of another process: the upgrade's limits are not theirs

    def bring_up() -> None:
        with old_postgres.app_context():
            try:
                upgrade.bring_up()
            except upgrade.UpgradeError:
                refused.set()

    with others.connect() as holder, others.connect() as later:
        holder.exec_driver_sql(HELD["postgresql"])
        thread = threading.Thread(target=bring_up)
        thread.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'agency_sum'::regclass"
        deadline = time.monotonic() + 30
        while not later.exec_driver_sql(waiting).scalar() and time.monotonic() < deadline and not refused.is_set():
            time.sleep(0.01)
        later.exec_driver_sql("SET LOCAL statement_timeout = '20s'")
        later.exec_driver_sql("INSERT INTO agency_sum SELECT * FROM agency_sum WHERE false")
        thread.join(30)
    others.dispose()
    assert refused.is_set()


def test_no_statement_keeps_others_from_a_table_for_long(old_postgres: Flask) -> None:
    engine = database.db.engine
    with (
        timeouts.transactions_of(engine, lock_seconds=5, statement_seconds=1),
        engine.begin() as connection,
        pytest.raises(sa.exc.OperationalError, match="statement timeout"),
    ):
        connection.exec_driver_sql("SELECT pg_sleep(30)")
    with engine.begin() as connection:
        limits = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("lock_timeout", "statement_timeout")]
    assert limits == ["0", "0"], "whoever works later waits as before"
