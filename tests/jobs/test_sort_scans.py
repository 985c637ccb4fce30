"""Files of scans: read page by page in a process of their own, sorted in the name of whoever sent them; killed at each
step and gone on with, each is sorted once."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs import sort_scans as job
from jobs.timetable import entry
from tests.integration.signing.test_paper import ALL, Desk, clerks, scan
from tests.support.forked import forked, status_of
from tests.support.product import Scene
from tracker.agencies.models import OfficeHolding
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.files import kinds
from tracker.core.files.store import StoredUpload, keep, path_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.signing.models import Paper, PaperFile, ScanReading
from tracker.signing.paper import paper_queries, reading_apart, readings


class Bench:
    """Where a clerk sends files and the scheduler sorts them."""

    def __init__(self, app: Flask, session: Session, desk: Desk) -> None:
        self.app, self.session, self.desk, self.minute = app, session, desk, 0

    def send(self, content: bytes, pages: int) -> str:
        """A file that came in, as it is noted; its hash."""
        file = StoredUpload(keep(content, self.desk.folder), len(content), kinds.PDF, "scan.pdf")
        with unit_of_work() as session:
            readings.ask(session, clock.moment(), reader=self.desk.reader("clerk"), file=file, pages=pages)
        return file.sha256

    def run(self) -> str | None:
        line = entry("sort_scans")
        assert line is not None
        self.minute += 1
        return runner.run(self.app, line, clock.now() + timedelta(minutes=self.minute))

    def remark(self) -> object:
        return self.fresh().scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()

    def fresh(self) -> Session:
        self.session.rollback()
        self.session.expire_all()
        return self.session

    def reading(self) -> ScanReading:
        return self.fresh().scalars(sa.select(ScanReading)).one()


@pytest.fixture
def bench(app: Flask, session: Session, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(job, "BREATH", 0.2)
    return Bench(app, session, Desk(app, scene(clerks, app)))


def test_killed_at_each_step_a_file_is_sorted_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before stays read; who sent it, and when, is what the file says."""
    monkeypatch.setattr(job, "AT_ONCE", 2)
    bench.send(scan((*ALL, None)), 5)
    sent_at = bench.reading().asked_at
    read = []
    for owner, name in ((readings, "note"), (readings, "sort"), (Session, "commit")):
        child = forked(bench.app, lambda at=(owner, name): killed_after(bench, *at), out=1, err=2)  # type: ignore[misc]
        assert status_of(child) == -signal.SIGKILL
        read.append(len(bench.reading().read))
    assert read == [0, 5, 5], "cut short before the commit nothing stands; read to the end, it is not read again"
    assert bench.session.scalars(sa.select(Paper)).all() == []
    assert bench.run() == "done"
    assert bench.remark() == Remark(RemarkCode.SCANS_SORTED, {"sorted": 1, "refused": 0})
    assert bench.run() == "done"
    (file,) = bench.fresh().scalars(sa.select(PaperFile)).all()
    assert (file.uploaded_by_id, file.uploaded_at) == (bench.desk.people["clerk"], sent_at)
    papers = paper_queries.of_file(bench.session, file.id)
    assert [(one.from_pages, one.missing) for one in papers] == [([4, 1], []), ([2, 3], [])]
    assert bench.reading().file_id == file.id
    sent = sa.select(sa.func.count()).where(AuditEvent.event == "paper_file.sent")
    assert bench.session.scalar(sent) == 1


def killed_after(bench: Bench, owner: Any, name: str) -> None:
    """A scheduler that is killed as soon as that call is done, before its unit of work is."""
    real = getattr(owner, name)

    def dying(*given: Any, **named: Any) -> None:
        real(*given, **named)
        if owner is not Session or bench.minute:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dying)
    bench.minute = 10 * len(name)
    bench.run()


@pytest.mark.parametrize("ended_at", [2, None])
def test_a_page_that_ends_who_reads_it_is_left_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, ended_at: int | None
) -> None:
    """One page: it is sorted by hand. Each page (none is named): it is no scan, and nothing comes of it."""
    real = reading_apart.Reading

    class Dying(real):  # type: ignore[misc, valid-type]
        def __init__(self, path: Path, first: int, last: int) -> None:
            super().__init__(path, first, last)
            if ended_at is None or first <= ended_at <= last:
                self._child.kill()

    monkeypatch.setattr(job, "Reading", Dying)
    bench.send(scan((*ALL, None)), 5)
    assert bench.run() == "done"
    found = bench.reading()
    if ended_at is None:
        assert found.reason == {"vi": str(readings.CANNOT_BE_READ), "en": NO_SCAN}
        assert bench.remark() == Remark(RemarkCode.SCANS_SORTED, {"sorted": 0, "refused": 1})
        return
    assert (found.lost, [one is None for one in found.read]) == (1, [False, True, False, False, True])
    (file,) = bench.session.scalars(sa.select(PaperFile)).all()
    assert paper_queries.unsorted_pages(bench.session, file) == [2, 5]


NO_SCAN = "The pages of this file cannot be drawn. Scan the papers anew, or print the file as a new PDF"


def test_who_lost_the_office_since_sorts_nothing(bench: Bench) -> None:
    bench.send(scan((None,)), 1)
    with unit_of_work() as session:
        ended = sa.update(OfficeHolding).where(OfficeHolding.person_id == bench.desk.people["clerk"])
        session.execute(ended.values(to_on=clock.today() - timedelta(days=1)))
    assert bench.run() == "done"
    found = bench.reading()
    assert found.reason is not None
    assert found.reason["en"] == "Your office does not hold this right on this day."
    assert bench.session.scalars(sa.select(PaperFile)).all() == []


def test_a_file_that_is_damaged_or_gone_is_refused(bench: Bench) -> None:
    sha256 = bench.send(b"%PDF-1.7\nx\n%%EOF\n", 1)
    assert bench.run() == "done"
    assert "hỏng" in (bench.reading().reason or {})["vi"]
    with pytest.raises(kinds.ContentError):
        reading_apart.count(path_of(bench.desk.folder, sha256))


def test_one_that_the_job_ends_at_is_refused_after_some_tries(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(*_given: object, **_named: object) -> None:
        raise OSError("no room")

    bench.send(scan((None,)), 1)
    monkeypatch.setattr("tracker.signing.paper.paper.receive", ends)
    results = [bench.run() for _minute in range(readings.MOST_TRIES + 1)]
    assert results == ["failed"] * readings.MOST_TRIES + ["done"]
    assert (bench.reading().reason or {})["vi"] == str(readings.CANNOT_BE_SORTED)


def test_it_is_let_no_more_than_pages_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory and processor time of the process that reads; nothing of the product's environment is in it."""
    monkeypatch.setenv("TRACKER_SECRET_KEY", "not for it")
    path = tmp_path / "scan.pdf"
    os.mkfifo(path)
    reading = reading_apart.Reading(path, 1, 1)
    with path.open("wb") as sent:  # as soon as it opens the file
        of_it = Path(f"/proc/{reading._child.pid}")
        assert b"TRACKER" not in (of_it / "environ").read_bytes()
        limits = dict(re.findall(r"^(Max [a-z ]+?)  +(\d+)", (of_it / "limits").read_text(), re.MULTILINE))
        sent.write(scan((ALL[1],)))
    assert int(limits["Max address space"]) == reading_apart.MEMORY
    assert int(limits["Max cpu time"]) == reading_apart.SECONDS + reading_apart.SECONDS_A_PAGE
    assert limits["Max core file size"] == "0"
    found = reading.answer(60)
    reading.end()
    assert found is not None
    assert [text.rpartition("/")[2] for text in found] == ["1-2"]


def test_who_is_at_it_for_too_long_is_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, at: Callable[[date | str], clock.Moment]
) -> None:
    """By the clock too: here it never answers."""
    monkeypatch.setattr(reading_apart.Reading, "answer", lambda _self, _seconds: None)
    monkeypatch.setattr(job, "LONGEST_READING", timedelta(seconds=-1))
    bench.send(scan((None,)), 1)
    assert bench.run() == "done"
    assert (bench.reading().lost, bench.reading().read) == (1, [None])
