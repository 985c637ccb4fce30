"""The instance is destroyed while people work, and put back: what was committed before the backup began is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.backup.conftest import NOW, Instance, Living, document, read
from tracker.audit.models import AuditEvent, AuditLink
from tracker.backup import service
from tracker.core.files.store import path_of
from tracker.progress.models import Draft, Evidence

WRITERS = 3
FILES_BEFORE = 3  # of each writer, before the backup begins; a figure takes ten


class Writers:
    """Officers who save figures with files, each on a target of their own, until told to stop."""

    def __init__(self, living: Living) -> None:
        self.living = living
        self.committed: set[str] = set()
        self.faults: list[BaseException] = []
        self.stop = threading.Event()
        self.warm = threading.Barrier(WRITERS + 1)
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def _write(self, writer: int) -> None:
        try:
            for number in range(10):
                if number == FILES_BEFORE:
                    self.warm.wait(240)
                if self.stop.is_set():
                    return
                self.committed.add(self.living.attach(f"T{writer}", 100 * writer + number).sha256)
                self.living.link()
        except BaseException as fault:  # noqa: BLE001 - told by the test
            self.faults.append(fault)
            self.warm.abort()

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        self.warm.wait(240)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(240)


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
def test_nothing_that_was_committed_is_lost(
    live: Callable[..., Living], place: Callable[..., Instance], tmp_path: Path, sealed: bool
) -> None:
    living = live(sealed=sealed)
    with Writers(living) as writers:
        before = set(writers.committed)
        made = service.carry_out(service.steps(living.settings, tmp_path / "backups", NOW()))
    assert writers.faults == []
    assert len(before) >= WRITERS * FILES_BEFORE
    living.destroy()

    new = place("new", sealed=sealed)
    done = new.run("restore", str(made.folder))
    assert done.exit_code == 0, done.output
    assert "All of it is whole." in done.output
    with read(new.settings) as session:
        rows = {row.sha256: row for row in session.scalars(sa.select(Evidence))}
        assert before <= set(rows)
        assert set(rows) <= writers.committed
        events = session.scalars(sa.select(AuditEvent.event)).all()
        assert events.count("evidence.attached") == len(rows), "a change and its record land together"
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditLink)) == made.manifest.audit_seq
        versions = session.execute(sa.select(Draft.id, Draft.version)).all()
        for draft, version in versions:
            assert version == 2 * sum(row.draft_id == draft for row in rows.values())
    contents = {document(100 * writer + number) for writer in range(WRITERS) for number in range(10)}
    for sha256 in rows:
        assert path_of(new.settings.files_folder, sha256).read_bytes() in contents
    assert (tmp_path / "new" / "tracker.db").exists() == new.settings.on_sqlite
    assert list((tmp_path / "new").glob(".*")) == []
