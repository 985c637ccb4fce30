"""What the environment may say, and how a wrong word is told: by the variable's name, never by its value."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracker import settings
from tracker.settings import SettingsError

KEY = "0123456789" * 4


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "SMTP_URL", "BASE_URL", "DEMO", "MAIL_FROM", "LOG_JSON"):
        monkeypatch.setenv(f"TRACKER_{name}", "")  # so that what a test makes serving put there goes again
        monkeypatch.delenv(f"TRACKER_{name}")
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path))


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "TRACKER_SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "TRACKER_SECRET_KEY"),
        ({"SECRET_KEY": KEY, "OLD_SECRET_KEYS": f"{KEY[::-1]};short"}, "TRACKER_OLD_SECRET_KEYS"),
        ({"SECRET_KEY": KEY, "OLD_SECRET_KEYS": KEY}, "TRACKER_OLD_SECRET_KEYS"),
        ({"SECRET_KEY": KEY, "BACKUP_KEY": "short"}, "TRACKER_BACKUP_KEY"),
        ({"SECRET_KEY": KEY, "BACKUP_KEY": KEY}, "TRACKER_BACKUP_KEY"),
        ({"SECRET_KEY": KEY, "DATABASE_URL": "mysql://host/name"}, "TRACKER_DATABASE_URL"),
        ({"SECRET_KEY": KEY, "OWNER_DATABASE_URL": "sqlite:////owner.db"}, "TRACKER_OWNER_DATABASE_URL"),
        ({"SECRET_KEY": KEY, "SMTP_URL": "http://host"}, "TRACKER_SMTP_URL"),
        ({"SECRET_KEY": KEY, "BASE_URL": "no-scheme.invalid"}, "TRACKER_BASE_URL"),
        ({"SECRET_KEY": KEY, "UPLOAD_MAX_BYTES": "many"}, "TRACKER_UPLOAD_MAX_BYTES"),
        ({"SECRET_KEY": KEY, "DEMO": "1", "DATABASE_URL": "postgresql://host/name"}, "TRACKER_DATABASE_URL"),
        ({"SECRET_KEY": KEY, "DEMO": "1", "BASE_URL": "https://camket.example.vn"}, "TRACKER_BASE_URL"),
        ({"SECRET_KEY": KEY, "DEMO": "1", "BASE_URL": "http://10.0.0.7:8000"}, "TRACKER_BASE_URL"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"TRACKER_{name}", value)
    with pytest.raises(SettingsError) as refused:
        settings.load()
    assert named in str(refused.value)
    for value in environment.values():
        assert value == "1" or value not in str(refused.value)


@pytest.mark.parametrize(
    ("database", "owner", "as_owner", "role"),
    [
        (
            "postgresql://app@host/db",
            "postgresql://own%40er:x@host/db",
            "postgresql+psycopg://own%40er:x@host/db",
            "app",
        ),
        ("postgresql://a%40b:x@host/db", "postgresql+psycopg://o@host/db", "postgresql+psycopg://o@host/db", "a@b"),
        ("postgresql://app@host/db", "", "postgresql+psycopg://app@host/db", None),
        ("sqlite:////a.db", "postgresql://o@host/db", "sqlite:////a.db", None),
    ],
)
def test_the_owner_of_the_tables_is_set_apart(
    monkeypatch: pytest.MonkeyPatch, database: str, owner: str, as_owner: str, role: str | None
) -> None:
    for name, value in {"SECRET_KEY": KEY, "DATABASE_URL": database, "OWNER_DATABASE_URL": owner}.items():
        monkeypatch.setenv(f"TRACKER_{name}", value)
    found = settings.load()
    assert (found.as_owner().database_url, found.application_role) == (as_owner, role)


def test_demo_mode_does_not_touch_a_database_that_it_did_not_make(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tracker.db").touch()
    with pytest.raises(SettingsError, match="TRACKER_DATABASE_URL: this database was not made by demo mode"):
        settings.load_to_serve(lambda: 8000)


def test_the_demo_needs_nothing_and_keeps_its_key(tmp_path: Path) -> None:
    first = settings.load_to_serve(lambda: 8017)
    assert first.demo
    assert first.base_url == "http://localhost:8017"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "tracker.db").touch()  # a restart finds the database that it made
    assert settings.load_to_serve(lambda: 8017).secret_key == first.secret_key


def test_a_command_joins_the_demo_that_stands_here(tmp_path: Path) -> None:
    settings.join_demo()
    with pytest.raises(SettingsError, match="TRACKER_SECRET_KEY"):
        settings.load()  # none stands here yet
    served = settings.load_to_serve(lambda: 8017)
    for name in ("DEMO", "SECRET_KEY", "BASE_URL", "LOG_JSON"):
        os.environ.pop(f"TRACKER_{name}")
    settings.join_demo()
    assert settings.load().secret_key == served.secret_key


def test_a_command_on_a_real_installation_joins_no_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / settings.DEMO_MARK).touch()
    monkeypatch.setenv("TRACKER_SECRET_KEY", KEY)
    settings.join_demo()
    assert not settings.load().demo


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8123"),
        ("::1", "http://localhost:8123"),
        ("0.0.0.0", "http://localhost:8123"),
        ("10.0.0.7", "http://10.0.0.7:8123"),
        ("fd00::7", "http://[fd00::7]:8123"),
    ],
)
def test_where_it_was_told_to_listen_is_the_address_that_nobody_set(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str
) -> None:
    """Of the processes that are started too: mails and codes name it, and whoever asks by it is answered."""
    monkeypatch.setenv("TRACKER_SECRET_KEY", KEY)
    monkeypatch.delenv("TRACKER_BASE_URL", raising=False)
    assert settings.answering_at(host, 8123).base_url == address
    assert os.environ["TRACKER_BASE_URL"] == address


def test_a_real_installation_is_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", KEY)
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://tracker@localhost/tracker")
    found = settings.load_to_serve(lambda: 8000)
    assert not found.demo
    assert found.database_url == "postgresql+psycopg://tracker@localhost/tracker"
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("camket.vn", False)],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert settings.is_loopback(host) is expected
