"""Restoring: what is refused before a byte is written, what is erased again, what is found not to be whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.backup.conftest import KEY, NOW, Instance, Living, read
from tracker.backup import dumps, manifest, restoring, service
from tracker.backup.faults import BackupError
from tracker.core import clock
from tracker.core.files.store import path_of
from tracker.people.models import Person
from tracker.privacy import ledger, whole
from tracker.privacy.whole import Decision
from tracker.progress.models import Evidence
from tracker.settings import Secret

Live = Callable[..., Living]
Empty = Callable[..., Instance]
DECIDED = Decision("5", "Quyết định 12/QĐ")


def backed_up(living: Living, folder: Path, hours: int = 0) -> Path:
    """A backup of so many hours later than now."""
    now = NOW()
    later = clock.Moment(now.at + timedelta(hours=hours), now.on)
    return service.carry_out(service.steps(living.settings, folder, later)).folder


def database_part(backup: Path) -> Path:
    return next(backup.glob("database.*"))


def cut(backup: Path) -> None:
    part = database_part(backup)
    part.write_bytes(part.read_bytes()[:-1])


def change(backup: Path) -> None:
    part = database_part(backup)
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def lose(backup: Path) -> None:
    next(path for path in (backup / "files").rglob("*") if path.is_file()).unlink()


def change_manifest(backup: Path) -> None:
    path = backup / manifest.NAME
    path.write_text(path.read_text().replace('"day": "2021-06-16"', '"day": "2021-06-17"'))


def lose_manifest(backup: Path) -> None:
    (backup / manifest.NAME).unlink()


def from_the_future(backup: Path) -> None:
    path = backup / manifest.NAME
    key = KEY if "sealed" in database_part(backup).name else None
    found = manifest.read(path.read_bytes(), key)
    path.write_bytes(manifest.write(replace(found, revision="9999"), key))


FAULTS: list[tuple[Callable[[Path], None] | None, dict[str, Any], str]] = [
    (cut, {}, "is cut off"),
    (change, {}, "was changed"),
    (lose, {}, "is gone"),
    (change_manifest, {}, "cut off or changed"),
    (lose_manifest, {}, "no backup, or not a whole one"),
    (from_the_future, {}, "newer version"),
    (None, {"backup_key": Secret("another key than that of the backup, forty letters")}, "is another one"),
    (None, {"backup_key": None}, "set TRACKER_BACKUP_KEY"),
]


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "open"])
def test_what_is_not_whole_is_refused_before_a_byte_is_written(
    live: Live, place: Empty, tmp_path: Path, sealed: bool
) -> None:
    living = live(sealed=sealed)
    living.attach("T0", 1)
    whole_one, broken = backed_up(living, tmp_path / "backups"), tmp_path / "broken"
    new = place("new", sealed=sealed)
    dumped = service.read_manifest(whole_one, KEY)
    for fault, changes, why in FAULTS if sealed else FAULTS[:6]:
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole_one, broken)
        if fault is not None:
            fault(broken)
        given = replace(new.settings, **changes)
        with pytest.raises(BackupError, match=why):
            restoring.examine(given, broken, [dumped.revision])
        assert new.is_untouched(), why


def test_a_place_that_is_not_empty_is_left_as_it_is(live: Live, place: Empty, tmp_path: Path) -> None:
    living = live()
    backup = backed_up(living, tmp_path / "backups")
    done = living.run("restore", str(backup))
    assert "the place is not empty" in str(done.exception)
    new = place("new")
    for name in ("files/note.txt", "erasures.jsonl", "audit-heads.txt"):
        path = new.settings.instance / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        with pytest.raises(BackupError, match=f"the place is not empty.*{name.split('/')[0]}"):
            restoring.examine(new.settings, backup, [service.read_manifest(backup, None).revision])
        path.unlink()
    assert dumps.standing(new.settings) == []


def test_a_backup_of_the_other_kind_is_refused(live: Live, tmp_path: Path) -> None:
    living = live()
    backup = backed_up(living, tmp_path / "backups")
    other = "postgresql://127.0.0.1:1/x" if living.settings.on_sqlite else f"sqlite:///{tmp_path / 'other.db'}"
    (tmp_path / "other").mkdir()
    done = living.run("restore", str(backup), TRACKER_DATABASE_URL=other, TRACKER_INSTANCE=str(tmp_path / "other"))
    assert "this is a backup of" in str(done.exception)
    assert not (tmp_path / "other.db").exists()


def test_what_was_erased_since_does_not_come_back(live: Live, place: Empty, tmp_path: Path) -> None:
    """The person's erasure is told by a later backup, the file's by the ledger that survived."""
    living = live(sealed=True)
    file = living.attach("T0", 1)
    person, settings = living.former, living.settings
    first = backed_up(living, tmp_path / "backups")
    with living.app.app_context():
        list(whole.person(settings, str(person), DECIDED))
        backed_up(living, tmp_path / "backups", hours=1)
        list(whole.file(settings, file.sha256, DECIDED))
    assert not path_of(settings.files_folder, file.sha256).exists()
    kept = tmp_path / "kept.jsonl"
    kept.write_text((settings.instance / ledger.NAME).read_text().splitlines()[-1])
    living.destroy()

    new = place("new", sealed=True)
    done = new.run("restore", str(first), "--erasures", str(kept))
    assert done.exit_code == 0, done.output
    assert "Erasures: what was erased after the backup is erased again." in done.output
    with read(new.settings) as session:
        row = session.get_one(Person, person)
        assert (row.name, row.email) == (f"Người đã xóa số {person}", None)
        assert session.scalars(sa.select(Evidence.name)).all() == [""]
        if not settings.on_sqlite:
            known = "SELECT count(*) FROM pg_stats WHERE tablename IN ('target', 'status_span', 'decision', 'revision')"
            assert session.scalar(sa.text(known)), "PostgreSQL knows how large its tables are"
    assert not path_of(new.settings.files_folder, file.sha256).exists()
    assert len(list(ledger.read(new.settings.instance / ledger.NAME))) == 2


def test_a_file_that_was_lost_is_told_when_it_is_backed_up_and_when_it_is_put_back(
    live: Live, place: Empty, tmp_path: Path
) -> None:
    living = live()
    lost, damaged, unreadable, good = (living.attach("T0", number) for number in range(4))
    path_of(living.settings.files_folder, lost.sha256).unlink()
    path_of(living.settings.files_folder, unreadable.sha256).unlink()
    path_of(living.settings.files_folder, unreadable.sha256).mkdir()
    path_of(living.settings.files_folder, damaged.sha256).write_bytes(b"something else")
    done = living.run("backup", "--to", str(tmp_path / "backups"))
    assert done.exit_code == 1
    backup = Path(done.stdout.splitlines()[0])
    assert set(json.loads((backup / manifest.NAME).read_text())["missing"]) == {
        lost.sha256,
        damaged.sha256,
        unreadable.sha256,
    }
    living.destroy()
    new = place("new")
    done = new.run("restore", str(backup))
    assert done.exit_code == 1
    for sha256 in (lost.sha256, damaged.sha256, unreadable.sha256):
        assert f"NOT WHOLE: the file {sha256}, which a figure names, was missing when the backup" in done.output
    assert "Files: 1 of 4 that figures name are there and whole." in done.output
    assert path_of(new.settings.files_folder, good.sha256).exists()


def test_a_record_or_step_that_was_altered_before_is_found_after(live: Live, place: Empty, tmp_path: Path) -> None:
    living = live()
    living.attach("T0", 1)
    living.link()
    with read(living.settings) as session:
        first = "(SELECT min(id) FROM {})"
        if living.settings.on_sqlite:
            session.execute(sa.text("DROP TRIGGER audit_event_no_update"))
        else:
            session.execute(sa.text("DROP TRIGGER audit_event_no_change ON audit_event"))
        session.execute(sa.text(f"UPDATE audit_event SET event = 'x.y' WHERE id = {first.format('audit_event')}"))
        session.execute(sa.text(f"UPDATE status_span SET punctuality = 1 WHERE id = {first.format('status_span')}"))
        session.commit()
    backup = backed_up(living, tmp_path / "backups")
    done = place("new").run("restore", str(backup))
    assert done.exit_code == 1
    assert "NOT WHOLE: record: altered: record 1 " in done.output
    assert "punctuality is 1, the facts say" in done.output
    assert "open:" not in done.output, "the triggers are made anew"


NEWER = """case "$1" in --version) echo "pg_restore 99";; *) exit 1;; esac"""
UNREADABLE = """case "$1" in --version) echo "pg_restore 15";; --list) echo "unsupported version" >&2; exit 1;; esac"""
FAILING = """case "$1" in --version) echo "pg_restore 15";; --list) ;; *) echo "no space left" >&2; exit 1;; esac"""


def test_a_pg_restore_that_cannot_do_it_leaves_the_place_empty(
    live: Live, place: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = live()
    living.attach("T0", 1)
    backup, new = backed_up(living, tmp_path / "backups"), place("new")
    if living.settings.on_sqlite:
        monkeypatch.setattr(shutil, "move", lambda *_: 1 / 0)
        assert isinstance(new.run("restore", str(backup)).exception, ZeroDivisionError)
        assert new.is_untouched()
        return
    monkeypatch.setattr(dumps, "SETS_MORE", 99)
    for program, why in ((NEWER, "does not know"), (UNREADABLE, "unsupported version"), (FAILING, "no space left")):
        script = tmp_path / "pg_restore"
        script.write_text(f"#!/bin/sh\n{program}\n")
        script.chmod(0o755)
        done = new.run("restore", str(backup), TRACKER_PG_DUMP=str(tmp_path / "pg_dump"))
        assert why in str(done.exception)
        assert new.is_untouched(), why
