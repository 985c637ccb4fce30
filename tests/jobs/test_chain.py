"""The record's jobs: the minute's linking, and the day's publication into the log, a file and the mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import runner
from jobs.timetable import entry
from tests.factories.errand import province
from tests.jobs.conftest import Postbox
from tracker.agencies.offices import Office
from tracker.audit import heads, queries, service
from tracker.audit.chain import grouped
from tracker.audit.events import Event
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail.models import OutboxMail
from tracker.people.models import Person

NIGHT = datetime(2021, 6, 29, 17, 45, tzinfo=UTC)  # 00:45 on 30 June in Vietnam


def run(app: Flask, name: str, at: datetime = NIGHT) -> str | None:
    line = entry(name)
    assert line is not None
    return runner.run(app, line, at)


@pytest.fixture(autouse=True)
def records(app: Flask, at: Callable[[str], clock.Moment]) -> None:
    """Three records, an administrator who reads English, and an instance folder without heads."""
    now = at("2021-06-30")
    (settings_of(app).instance / heads.NAME).unlink(missing_ok=True)
    with app.app_context(), unit_of_work(now) as session:
        made = province(session)
        made.people[("VP", Office.ADMINISTRATOR)].language = "en"
        for number in range(3):
            service.record(session, now, Event.REPORT_SENT, actor_id=1, subject=("report", number))


def mails() -> list[OutboxMail]:
    session = database.session()
    session.rollback()
    return list(session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def test_records_are_linked_every_minute(app: Flask, context: None) -> None:
    line = entry("chain")
    assert line is not None
    assert str(line.trigger) == "cron[minute='*']"
    assert run(app, "chain") == "done"
    last = queries.last_link(database.session())
    assert last is not None
    assert last.seq == 3


def test_the_head_leaves_the_database_each_day(
    app: Flask, context: None, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    assert run(app, "publish") == "done"
    (head,) = queries.heads(database.session())
    (logged,) = [line for line in caplog.messages if "audit.head_published" in line]
    assert all(told in logged for told in ("2021-06-30", "3", grouped(head.hash))), "the log hides nothing of it"
    assert list(heads.read(settings_of(app).instance / heads.NAME)) == [head]
    (mail,) = mails()
    assert (mail.language, mail.subject) == ("en", "Audit record sealed on 30 Jun 2021: 3 records")
    line = entry("deliver")
    assert line is not None
    assert runner.run(app, line, clock.now()) == "done"
    (sent,) = postbox.mails
    body = sent.get_body(("plain",))
    assert body is not None
    assert f"2021-06-30 3 {head.hash}" in body.get_content()


def test_a_crash_before_the_file_is_written_is_made_up(
    app: Flask, context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(heads, "append", broken)
    assert run(app, "publish") == "failed"
    assert [head.seq for head in queries.heads(database.session())] == [3]
    monkeypatch.undo()
    with unit_of_work() as session:
        service.record(session, clock.moment(), Event.REPORT_SENT, actor_id=1, subject=("report", 9))
    # By hand, a minute later: the same day keeps the head that it has.
    assert run(app, "publish", NIGHT.replace(minute=46)) == "done"
    assert list(heads.read(settings_of(app).instance / heads.NAME)) == queries.heads(database.session())
    assert len(mails()) == 1


def test_whoever_chose_no_language_reads_vietnamese(app: Flask, context: None) -> None:
    with unit_of_work() as session:
        session.execute(sa.update(Person).values(language=None))
    assert run(app, "publish") == "done"
    (mail,) = mails()
    assert mail.subject == "Niêm phong nhật ký ngày 30/06/2021: 3 bản ghi"
    assert "Xin lưu giữ thư này" in mail.text
    assert mail.html is not None


def test_nothing_is_published_of_nothing(app: Flask, context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "whole_chain_units", lambda: iter(()))
    assert run(app, "publish") == "done"
    assert mails() == []
    assert not (settings_of(app).instance / heads.NAME).exists()
