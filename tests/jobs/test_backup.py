"""The nightly backup: made, thinned out, told in the history; a failure is told to the administrators once."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import backup, runner
from jobs.timetable import entry
from tests.factories import errand
from tests.jobs.conftest import Postbox
from tracker.agencies.offices import Office
from tracker.backup import manifest, retention, service
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.files.store import path_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.mail.models import OutboxMail
from tracker.progress.models import Evidence
from tracker.settings import Settings

At = Callable[[date | str], clock.Moment]
FIRST = date(2021, 6, 1)
LOST = "ab" * 32


@pytest.fixture
def settings(
    app: Flask, context: None, at: At, tmp_path: Path, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A province with an administrator who reads English; three daily backups and two weekly ones are kept."""
    with unit_of_work(at(FIRST)) as session:
        made = errand.province(session)
        made.people[("VP", Office.ADMINISTRATOR)].language = "en"
    changed: Settings = replace(
        app.extensions["settings"], backup_folder=tmp_path / "backups", backup_daily=3, backup_weekly=2
    )
    monkeypatch.setitem(app.extensions, "settings", changed)
    return changed


def run(app: Flask, at: At, day: date, minute: int = 30) -> JobRun:
    """Run the job in the night of a day, and give its record."""
    at(day)
    line = entry("backup")
    assert line is not None
    assert str(line.trigger) == "cron[hour='3', minute='30']"
    runner.run(app, line, datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=4, minutes=-minute))
    session = database.session()
    session.rollback()
    return session.scalars(sa.select(JobRun).order_by(JobRun.id.desc())).first()  # type: ignore[return-value]


def backed_up(settings: Settings, files: int, kept: int) -> Remark:
    """What is told of the newest backup; its size is what lies on the disk, in whole megabytes begun."""
    newest = settings.backups_folder / retention.in_order(service.names(settings.backups_folder))[0]
    parts = [path for path in newest.rglob("*") if path.is_file() and path.name != manifest.NAME]
    megabytes = math.ceil(sum(path.stat().st_size for path in parts) / 1_000_000)
    return Remark(RemarkCode.BACKED_UP, {"files": files, "megabytes": megabytes, "kept": kept})


def mails() -> list[OutboxMail]:
    database.session().rollback()
    return list(database.session().scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def test_each_night_one_is_made_and_old_ones_go(
    app: Flask, settings: Settings, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "BREATH_SECONDS", 0.0)
    path = path_of(settings.files_folder, service_file(settings))
    found = run(app, at, FIRST)
    assert (found.result, found.detail) == ("done", backed_up(settings, 1, kept=1))
    assert found.units > 3, "the lease is extended while the backup is written"
    for number in range(1, 9):
        found = run(app, at, FIRST + timedelta(days=number))
    assert found.detail == backed_up(settings, 1, kept=4)
    kept = retention.in_order(service.names(settings.backups_folder))
    assert [str(retention.taken_at(name))[:10] for name in kept] == [f"2021-06-0{day}" for day in (9, 8, 7, 6)]
    copies = {os.stat(settings.backups_folder / name / path.relative_to(settings.instance)).st_ino for name in kept}
    assert len(copies) == 1, "what does not change stands once on the disk"
    assert mails() == []


def service_file(settings: Settings) -> str:
    """One stored file."""
    content = b"%PDF-1.4\n%%EOF\n"
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(settings.files_folder, sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return sha256


def test_a_failure_is_told_once_and_again_each_week(
    app: Flask, settings: Settings, at: At, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(app, at, FIRST).result == "done"
    settings.backups_folder.rename(settings.backups_folder.with_name("unmounted"))
    settings.backups_folder.touch()
    found = run(app, at, FIRST + timedelta(days=1))
    assert (found.result, found.detail) == ("failed", Remark(RemarkCode.FAILED, {"error": "FileExistsError"}))
    assert "job.failed" in caplog.text
    (mail,) = mails()
    assert mail.subject == "No backup was made last night"
    for part in ("FileExistsError", "1 Jun 2021", "tracker jobs run backup"):
        assert part in mail.text
        assert part in str(mail.html)
    for number in range(2, 8):
        run(app, at, FIRST + timedelta(days=number))
    assert len(mails()) == 2, "a week later it is told again"
    settings.backups_folder.unlink()
    assert run(app, at, FIRST + timedelta(days=8)).result == "done"
    settings.backups_folder.joinpath("x").touch()
    (settings.backups_folder / ".lock").unlink()
    (settings.backups_folder / ".lock").mkdir()
    assert run(app, at, FIRST + timedelta(days=9)).result == "failed"
    assert len(mails()) == 3, "another failure after a good night is news"
    assert runner.run(app, entry("deliver"), clock.now()) == "done"  # type: ignore[arg-type]
    assert {str(one["To"]) for one in postbox.mails} == {"person8@example.vn"}


def test_older_ones_that_cannot_go_are_told_each_week_and_tonights_counts(
    app: Flask, settings: Settings, at: At, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever runs the tests may remove everything, so the fault of the disk is made here."""

    def fails(*_arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted", "backup-1")

    monkeypatch.setattr(service, "thin_out", fails)
    for number in range(7):
        found = run(app, at, FIRST + timedelta(days=number))
    assert (found.result, found.detail) == ("done", backed_up(settings, 0, kept=7))
    assert "backup.not_thinned_out" in caplog.text
    assert {mail.subject for mail in mails()} == {"Older backups could not be removed"}
    assert len(mails()) == 2, "once in each calendar week"
    for part in ("PermissionError", "backup-1", "tracker jobs run backup"):
        assert part in mails()[0].text
        assert part in str(mails()[0].html)


def test_a_file_that_is_missing_is_named_once(app: Flask, settings: Settings, at: At) -> None:
    with unit_of_work() as session:
        session.add(
            Evidence(
                token="t",
                agency_id=1,
                sha256=LOST,
                size=3,
                media_type="application/pdf",
                name="a.pdf",
                uploaded_by_id=1,
                uploaded_at=clock.now(),
            )
        )
    found = run(app, at, FIRST)
    assert found.result == "done"
    assert found.detail == Remark(RemarkCode.BACKED_UP_WITH_GAPS, {"missing": 1, "first": LOST})
    run(app, at, FIRST + timedelta(days=1))
    (mail,) = mails()
    assert mail.subject == "Backup with gaps: 1 file is missing or damaged"
    assert LOST in mail.text
    assert LOST in str(mail.html)


def test_the_demo_is_not_backed_up(app: Flask, settings: Settings, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(settings, demo=True))
    assert (run(app, at, FIRST).result, settings.backups_folder.exists()) == ("done", False)
