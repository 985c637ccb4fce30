"""A database that is not there, or that nobody may write, is a line at a shell: no traceback, no secret, exit 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer, connect
from tracker.cli import main

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a key for tests only, forty characters long"
PASSWORD = "mat-khau-cua-may-chu"


def settings(url: str, instance: Path) -> dict[str, str]:
    return {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": SECRET, "TRACKER_INSTANCE": str(instance)}


def typed(url: str, instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    line = [sys.executable, "-m", "tracker.cli", *words]
    environment = clean | settings(url, instance)
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql+psycopg://tracker:{PASSWORD}@127.0.0.1:1/tracker", "connection"),
        ("sqlite:////nowhere/at/all/tracker.db", "unable to open database file"),
        ("sqlite:///file:{folder}/read-only.db?mode=ro&uri=true", "readonly database"),
    ],
    ids=["a server that does not answer", "a folder that is missing", "a file that is only read"],
)
@pytest.mark.parametrize(
    "words", [("db", "upgrade"), ("audit", "verify"), ("assess", "--on", "2026-11-29")], ids=" ".join
)
def test_it_is_told_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    url: str,
    said: str,
    words: tuple[str, ...],
) -> None:
    """In this process: how one begins and ends is the next test's, and takes two seconds each time."""
    (tmp_path / "read-only.db").touch()
    for name, value in settings(url.format(folder=tmp_path), tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["tracker", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    in_a_line(str(ended.value.code) + capfd.readouterr().err, said)  # a text is what Python prints then, and exits 1


@pytest.mark.parametrize("words", [("db", "upgrade"), ("serve",)], ids=" ".join)
def test_so_is_a_wrong_password(postgres: PostgresServer, tmp_path: Path, words: tuple[str, ...]) -> None:
    url = f"postgresql://locked:{PASSWORD}@127.0.0.1:{postgres.port}/postgres"
    with connect(postgres.port) as server:
        server.execute("DROP ROLE IF EXISTS locked")
        server.execute("CREATE ROLE locked LOGIN PASSWORD 'another'")
        rules = "VALUES ('host all locked 127.0.0.1/32 scram-sha-256'), ('host all all 127.0.0.1/32 trust')"
        row = server.execute("SHOW hba_file").fetchone()
        assert row is not None
        server.execute(f"COPY ({rules}) TO '{row[0]}'")
        server.execute("SELECT pg_reload_conf()")
    done = typed(url, tmp_path, *words)
    assert done.returncode == 1, done.stderr
    in_a_line(done.stderr, "password authentication failed")


def in_a_line(told: str, said: str) -> None:
    assert told.startswith("tracker: ")
    assert said in told
    assert len(told.strip().splitlines()) == 1
    for secret in (SECRET, PASSWORD):
        assert secret not in told
