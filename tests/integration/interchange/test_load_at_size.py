"""A load that is broken off leaves nothing behind, wherever it was; a large one says how far it is."""

import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.bench.package import generate
from tests.bench.server import environment
from tests.support.forked import command, status_of
from tests.support.product import Scene
from tracker.agencies.models import Agency
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.steps import verify
from tracker.compliance.steps.service import DERIVING
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.core.languages import in_language
from tracker.interchange import service
from tracker.interchange.dumping import queries
from tracker.interchange.dumping.values import Found
from tracker.programmes.models import Programme, WorkingCalendar
from tracker.progress.models import Decision, Report, Revision

TARGETS = 60
SECONDS = 300
WRITTEN = (
    WorkingCalendar, Agency, Programme, Commitment, Target, Report, Revision, Decision, StatusSpan, AgencySum,
    AuditEvent,
)  # fmt: skip


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a year of reports."""
    path = tmp_path_factory.mktemp("package") / "package.json"
    generate(path, TARGETS, date(2021, 11, 20))
    return path


def counts(session: Session) -> set[int]:
    session.rollback()
    return {session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in WRITTEN}


@pytest.mark.parametrize("stage", service.STAGES)
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_load_that_is_broken_off_leaves_nothing_behind_and_the_next_one_works(
    stage: str, sent: signal.Signals, app: Flask, session: Session, database_url: str, large: Path, tmp_path: Path
) -> None:
    """No row of any table is left, so the next one is as the first: the one after the latest and hardest end is."""
    with in_language("vi"):
        label = str(service.STAGES[stage])
    status, shown, printed = broken_off(app, environment(database_url, tmp_path, 1), large, label, sent)
    assert status == (-signal.SIGKILL if sent is signal.SIGKILL else 1)
    assert printed == b""
    assert shown.endswith("Aborted!") == (sent is signal.SIGINT)
    assert counts(session) == {0}
    assert left(session) == []
    if (stage, sent) != (DERIVING, signal.SIGKILL):
        return
    assert service.load(large) == []
    assert list(verify.differences(session, clock.today())) == []
    session.rollback()
    assert "".join(service.dump()) == large.read_text(encoding="utf-8")


def left(session: Session) -> list[str]:
    """The tables that hold a row, whichever they are."""
    connection = session.connection()
    tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    assert len(tables) > 50
    found = [name for name in tables if connection.exec_driver_sql(f'SELECT 1 FROM "{name}"').first()]
    session.rollback()
    return found


def broken_off(
    app: Flask, environment: dict[str, str], package: Path, label: str, sent: signal.Signals
) -> tuple[int, str, bytes]:
    """Run `tracker package load` before a terminal and send the signal when the label of a stage is shown.

    Returns the exit status, the last of what the terminal saw, and the standard output.
    """
    ours, theirs = os.openpty()
    reading, writing = os.pipe()

    child = command(app, ["package", "load", str(package)], environment, out=writing, err=theirs)
    os.close(theirs)
    os.close(writing)
    shown = b""
    for data in seen(ours):
        shown += data
        if label.encode() in shown:
            os.kill(child, sent)
            break
    for data in seen(ours):
        shown += data
    with os.fdopen(reading, "rb") as pipe:
        printed = pipe.read()
    os.close(ours)
    return status_of(child), shown.decode(errors="replace").strip(), printed


def seen(terminal: int) -> Iterator[bytes]:
    """What a terminal gets to see, until nobody writes to it any more."""
    give_up_at = time.monotonic() + SECONDS
    while time.monotonic() < give_up_at:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # the other end is closed
            return
        if not data:
            return
        yield data


def test_a_load_tells_its_stages_from_the_beginning_to_the_end(session: Session, large: Path) -> None:
    told: list[tuple[str, int, int]] = []
    assert service.load(large, heard=lambda *stage: told.append(stage)) == []
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == list(service.STAGES)
    size = large.stat().st_size
    assert [of for stage, _, of in told if stage == service.STORING] == [size] * (len(told) - 2)
    assert told[-3:] == [(service.STORING, size, size), (DERIVING, 0, TARGETS), (DERIVING, TARGETS, TARGETS)]


def test_before_steps_are_worked_out_postgresql_knows_how_much_was_added(
    session: Session, large: Path, statements: list[str]
) -> None:
    assert service.load(large) == []
    told = [statement for statement in statements if statement.startswith(("ANALYZE", "SET LOCAL"))]
    if session.get_bind().dialect.name == "sqlite":
        assert told == []
        return
    assert any("report, revision, decision" in statement for statement in told)
    first_facts = next(n for n, sql in enumerate(statements) if "FROM report JOIN revision" in sql)
    assert max(statements.index(statement) for statement in told) < first_facts
    session.rollback()
    assert session.scalar(sa.text("SHOW enable_seqscan")) == "on"


@pytest.mark.parametrize("at_once", [1, 30, 55])
def test_a_dump_reads_few_targets_at_once(
    at_once: int, session: Session, scene: Scene, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scene(service.load, large) == []
    monkeypatch.setattr(queries, "TARGETS_AT_ONCE", at_once)
    held: list[int] = []
    read = queries._batch

    def batch(session: Session, ids: Sequence[int]) -> list[Found]:
        records = read(session, ids)
        held.append(sum(len(record["targets"]) for record in records))
        return records

    monkeypatch.setattr(queries, "_batch", batch)
    session.rollback()
    assert "".join(service.dump()) == large.read_text(encoding="utf-8")
    assert held == {1: [25, 25, 10], 30: [25, 25, 10], 55: [50, 10]}[at_once]


def test_more_targets_than_one_statement_can_name_may_be_touched(session: Session) -> None:
    """PostgreSQL takes 65,535 parameters in a statement: so many may join a programme that stands."""
    with unit_of_work() as writer:
        for target_id in range(1, 70_000):
            touch(writer, "target", target_id)
    assert counts(session) == {0}
