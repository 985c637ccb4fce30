"""PostgreSQL with two roles: one owns the tables, the product works as the other, which can change no record."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from psycopg import sql

from tests.factories import errand
from tests.support.postgres import PostgresServer, connect
from tracker import cli, create_app
from tracker.audit import queries, service, upgrade
from tracker.audit.verify import Verification
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.settings import Secret, Settings

KEY = "a key for tests only, forty characters long"

REFUSED = [
    "UPDATE audit_event SET event = 'report.sent'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "UPDATE audit_link SET hash = ''",
    "DELETE FROM audit_link",
    "DELETE FROM audit_head",
    "UPDATE erasure SET reason = ''",
    "DROP TABLE audit_event",
    "DROP TRIGGER audit_event_no_change ON audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "ALTER TABLE audit_event RENAME TO something",
    "CREATE RULE quiet AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "SET session_replication_role = replica",
    "CREATE TABLE other (id int)",
    "TRUNCATE person CASCADE",
    "UPDATE alembic_version SET version_num = '0001'",
]


@dataclass(frozen=True)
class Installation:
    """A database with its two roles."""

    owner_url: str
    role_url: str
    role: str
    name: str

    def environment(self, instance: Path, *, as_owner: bool) -> dict[str, str]:
        """What the commands are given."""
        return {
            "TRACKER_OWNER_DATABASE_URL": self.owner_url if as_owner else "",
            "TRACKER_DATABASE_URL": self.role_url,
            "TRACKER_SECRET_KEY": KEY,
            "TRACKER_INSTANCE": str(instance),
        }


@pytest.fixture
def installation(postgres: PostgresServer) -> Iterator[Installation]:
    """As docs/operating.md tells an operator to set one up."""
    name, owner, role = postgres.new_database(), f"owner_{secrets.token_hex(4)}", f"app_{secrets.token_hex(4)}"
    with connect(postgres.port) as connection:
        for one in (owner, role):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(one)))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(owner)))
    address = f"127.0.0.1:{postgres.port}/{name}"
    yield Installation(f"postgresql://{owner}@{address}", f"postgresql://{role}@{address}", role, name)
    postgres.drop_database(name)


def tracker(installation: Installation, folder: Path, *command: str, as_owner: bool = False) -> tuple[int, str]:
    """Run a command of the product as an operator would, but in this process."""
    done = CliRunner().invoke(cli.tracker, command, env=installation.environment(folder, as_owner=as_owner))
    return done.exit_code, str(done.exception) if isinstance(done.exception, upgrade.UpgradeError) else done.output


def product(installation: Installation, folder: Path) -> Flask:
    """The product as the role that it works as."""
    settings = Settings(database_url=installation.role_url, secret_key=Secret(KEY), instance=folder)
    return create_app(settings)


def test_the_product_works_as_a_role_that_can_change_no_record(installation: Installation, tmp_path: Path) -> None:
    code, told = tracker(installation, tmp_path, "db", "upgrade")
    assert code != 0, "the application's role owns nothing, so it makes no tables"
    assert "permission denied" in told
    for _again in range(2):
        code, told = tracker(installation, tmp_path, "db", "upgrade", as_owner=True)
        assert (code, told) == (0, "The database is up to date, and refuses to change what was recorded.\n")

    app = product(installation, tmp_path)
    with app.app_context():
        assert not upgrade.is_owner()
        upgrade.prepare()
        with unit_of_work() as session:
            made = errand.province(session)
            errand.target(session, made)
            assert service.seal(session, clock.moment()) > 0
        assert carry_out(service.chain_units()) == 1
        with unit_of_work() as session:
            assert service.publish(session, clock.moment(), clock.today()) is not None
        session = database.session()
        assert list(Verification(session, queries.heads(session)).findings()) == []
        database.db.engine.dispose()

    with psycopg.connect(installation.role_url, autocommit=True) as connection:
        for statement in REFUSED:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)):
                connection.execute(statement)
    code, told = tracker(installation, tmp_path, "audit", "verify")
    assert code == 0, told
    assert told.startswith("1 records in the chain")


def test_a_backup_by_the_role_is_put_back_by_the_owner(
    installation: Installation, postgres: PostgresServer, tmp_path: Path
) -> None:
    tracker(installation, tmp_path / "old", "db", "upgrade", as_owner=True)
    code, told = tracker(installation, tmp_path / "old", "backup", "--to", str(tmp_path / "backups"))
    assert code == 0, told
    backup = next((tmp_path / "backups").glob("backup-*"))
    with psycopg.connect(postgres.url(installation.name).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    code, told = tracker(installation, tmp_path / "new", "restore", str(backup), as_owner=True)
    assert code == 0, told
    app = product(installation, tmp_path / "new")
    with app.app_context():
        assert upgrade.is_whole()
        assert not upgrade.is_owner()
        database.db.engine.dispose()
    with psycopg.connect(installation.role_url, autocommit=True) as connection:
        facts = ("UPDATE revision SET value = '1'", "DELETE FROM decision", "UPDATE report SET token = ''")
        for statement in ("DELETE FROM audit_event", "DROP TABLE audit_event", "CREATE TABLE other (id int)", *facts):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_role_that_nobody_created_is_named(installation: Installation, tmp_path: Path) -> None:
    other = replace(installation, role_url=installation.role_url.replace("//app_", "//nobody_"))
    code, told = tracker(other, tmp_path, "db", "upgrade", as_owner=True)
    assert code != 0
    assert told.startswith("there is no role nobody_")


def test_tables_of_another_version_stop_the_start(installation: Installation, tmp_path: Path) -> None:
    assert tracker(installation, tmp_path, "db", "upgrade", as_owner=True)[0] == 0
    with psycopg.connect(installation.owner_url, autocommit=True) as connection:
        connection.execute("DROP TRIGGER audit_link_no_change ON audit_link")
    app = product(installation, tmp_path)
    with app.app_context():
        with pytest.raises(upgrade.UpgradeError, match="as their owner"):
            upgrade.prepare()
        database.db.engine.dispose()
    assert tracker(installation, tmp_path, "audit", "verify")[0] == 1
    assert tracker(installation, tmp_path, "db", "upgrade", as_owner=True)[0] == 0
    assert tracker(installation, tmp_path, "audit", "verify")[0] == 0
