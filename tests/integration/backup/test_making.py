"""Making a backup: what is in it, what it shares with the one before, and what is told where it cannot be made."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.backup.conftest import KEY, NOW, Living
from tests.support.postgres import PostgresServer, installations
from tracker.audit import heads
from tracker.backup import dumps, manifest, service
from tracker.backup.faults import BackupError
from tracker.backup.service import Made
from tracker.core import clock
from tracker.core.files.store import path_of
from tracker.privacy import ledger
from tracker.settings import Secret, Settings

Live = Callable[..., Living]
SECRET = "a key for tests only, forty characters long"


def make(settings: Settings, folder: Path, hours: int = 0) -> Made:
    now = NOW()
    return service.carry_out(service.steps(settings, folder, clock.Moment(now.at + timedelta(hours=hours), now.on)))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "open"])
def test_it_holds_database_files_and_what_lies_beside_and_no_key(live: Live, tmp_path: Path, sealed: bool) -> None:
    living = live(sealed=sealed)
    file = living.attach("T0", 1)
    (living.settings.instance / heads.NAME).write_text("2021-06-15 1 " + "a" * 64 + "\n")
    done = living.run("backup", "--to", str(tmp_path / "backups"))
    assert done.exit_code == 0, done.output
    backup = Path(done.stdout.strip())
    found = contents(backup)
    ending = ".sealed" if sealed else ""
    database = manifest.DATABASE[dumps.kind(living.settings)]
    path = str(path_of(Path("files"), file.sha256))
    assert set(found) == {"manifest.json", database + ending, "audit-heads.txt" + ending, path + ending}
    everything = b"".join(found.values())
    assert SECRET.encode() not in everything
    assert KEY.encode() not in everything
    assert (b"%PDF" in everything) is not sealed
    assert ("Sở Xây dựng".encode() in everything) is (not sealed and living.settings.on_sqlite)
    assert "Keep apart from it: TRACKER_SECRET_KEY, TRACKER_BACKUP_KEY" in done.stderr
    told = json.loads(found["manifest.json"])
    assert (told["day"], told["taken_at"]) == ("2021-06-16", "2021-06-16T02:00:00+00:00")
    assert {part["path"]: part["size"] for part in told["parts"]} == {
        name.removesuffix(".sealed"): len(content) for name, content in found.items() if name != "manifest.json"
    }
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.rglob("*") if path.is_file()} == {0o600}
    assert list(living.settings.instance.glob(".backup-*")) == []


def test_files_that_stay_stand_once_and_a_rotten_copy_is_made_anew(live: Live, tmp_path: Path) -> None:
    living = live(sealed=True)
    old, rotten = living.attach("T0", 1), living.attach("T0", 2)
    first = make(living.settings, tmp_path)
    assert first.linked == 0
    new = living.attach("T0", 3)
    places = [path_of(Path("files"), file.sha256).with_name(file.sha256 + ".sealed") for file in (old, rotten, new)]
    whole = (first.folder / places[1]).stat().st_size
    (first.folder / places[1]).write_bytes(b"rotten".ljust(whole))
    second = make(living.settings, tmp_path, hours=1)
    assert (second.linked, second.manifest.files) == (1, 3)
    assert (first.folder / places[0]).stat().st_ino == (second.folder / places[0]).stat().st_ino
    assert not (second.folder / places[1]).read_bytes().startswith(b"rotten")
    opened = replace(living.settings, backup_key=None)
    third = make(opened, tmp_path, hours=2)
    assert third.linked == 0, "what is sealed is not taken for what is open"
    other = replace(living.settings, backup_key=Secret("another key for sealed backups, forty letters"))
    assert make(other, tmp_path, hours=3).linked == 0
    assert make(living.settings, tmp_path, hours=4).linked == 3, "the last one under this key"


def test_what_is_cut_short_leaves_nothing_and_two_at_once_are_one(live: Live, tmp_path: Path) -> None:
    living = live()
    living.attach("T0", 1)
    for steps_taken in (1, 2, 4):
        steps = service.steps(living.settings, tmp_path / "backups", NOW())
        for _ in range(steps_taken):
            next(steps)
        with pytest.raises(BackupError, match="another backup is being made"):
            make(living.settings, tmp_path / "backups")
        steps.close()
        assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]
        assert list(living.settings.instance.glob(".backup-*")) == []
    dead = tmp_path / "backups" / ".making-backup-20210101-000000Z"
    dead.mkdir()
    made = make(living.settings, tmp_path / "backups")
    assert not dead.exists(), "what a killed one left goes"
    with pytest.raises(BackupError, match="already"):
        make(living.settings, tmp_path / "backups")
    assert service.names(tmp_path / "backups") == [made.folder.name]


def test_a_file_that_is_erased_meanwhile_is_not_missed(live: Live, tmp_path: Path) -> None:
    living = live()
    first, last = sorted(living.attach("T0", number).sha256 for number in (1, 2))
    steps = service.steps(living.settings, tmp_path / "backups", NOW())
    while not list((tmp_path / "backups").glob(".making-*/files")):
        next(steps)
    words = ("--yes", "--by", str(living.former), "--reason", "Quyết định 12")
    assert living.run("erase", "file", last, *words).exit_code == 0
    made = service.carry_out(steps).manifest
    assert [Path(part.path).name for part in made.parts if part.path.startswith("files/")] == [first]
    assert made.part(ledger.NAME) is not None
    assert made.missing == ()


def of_postgresql(port: int, program: str) -> Settings:
    return Settings(
        database_url=f"postgresql://postgres:hidden@127.0.0.1:{port}/postgres",
        secret_key=Secret(SECRET),
        pg_dump=program,
    )


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_pg_dump_that_cannot_do_it_is_told(postgres: PostgresServer, tmp_path: Path) -> None:
    folder, older = tmp_path / "backups", tmp_path / "pg_dump"
    with pytest.raises(BackupError, match=r"there is no pg_dump: install .* or set TRACKER_PG_DUMP"):
        make(of_postgresql(postgres.port, str(tmp_path / "nowhere/pg_dump")), folder)
    with pytest.raises(BackupError, match="is of version 12, older than the server"):
        make(of_postgresql(postgres.port, script(older, "echo pg_dump '(PostgreSQL)' 12.4")), folder)
    with pytest.raises(BackupError, match="the database does not answer"):
        make(of_postgresql(1, str(older)), folder)
    broken = 'if [ "$1" = --version ]; then echo pg_dump 99; else echo half; echo "no space" >&2; exit 1; fi'
    with pytest.raises(BackupError, match="pg_dump failed: no space"):
        make(of_postgresql(postgres.port, script(older, broken)), folder)
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_the_password_is_in_no_command_line(postgres: PostgresServer, tmp_path: Path) -> None:
    told = tmp_path / "told"
    says = f'if [ "$1" = --version ]; then echo pg_dump 99; else echo "$@ $PGPASSWORD" > {told}; exit 1; fi'
    with pytest.raises(BackupError):
        make(of_postgresql(postgres.port, script(tmp_path / "pg_dump", says)), tmp_path / "backups")
    *words, password = told.read_text().split()
    assert password == "hidden"
    assert "hidden" not in " ".join(words)


@pytest.mark.parametrize("installation", installations(), ids=lambda path: path.name)
def test_each_installation_of_postgresql_brings_the_programs(installation: Path) -> None:
    for name in ("pg_dump", "pg_restore"):
        assert (installation / "bin" / name).exists()
