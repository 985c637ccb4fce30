"""Everything derived anew: killed for real and gone on with, shared among processes; sums that nobody stands for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import worked_examples
from tests.factories.histories import morning
from tests.factories.units import run
from tests.support.product import Scene
from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.compliance.models import AgencySum, RebuiltBody, SpanAhead, StatusSpan
from tracker.compliance.steps import rebuilding, verify
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work

DAY, NEXT = date(2021, 10, 1), date(2021, 10, 2)
ROOT = Path(__file__).resolve().parents[3]
KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from tracker import create_app
from tracker.compliance.steps import rebuilding
from tracker.core import stages
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out
from tracker.settings import Secret, Settings

def kill(stage, done, of):
    if done == 2:  # its steps are committed, its sums and its mark are written and not committed
        os.kill(os.getpid(), signal.SIGKILL)

key = Secret("a key for tests only, forty characters long")
settings = Settings(database_url=sys.argv[1], secret_key=key, instance=Path(sys.argv[2]))
with create_app(settings).app_context(), stages.listening(database.session(), kill):
    carry_out(rebuilding.units(date.fromisoformat(sys.argv[3])))
"""


def damage() -> None:
    worked_examples.entered_late(0, DAY, 3, 4)
    with unit_of_work(morning(DAY)) as session:
        session.execute(sa.delete(StatusSpan))
        session.execute(sa.delete(SpanAhead))
        session.execute(sa.update(AgencySum).values(overdue=77))


@pytest.fixture
def damaged(session: Session, scene: Scene) -> Session:
    """Three bodies with four targets each, whose steps are gone and whose sums are wrong."""
    scene(damage)
    return session


def marked(session: Session) -> int:
    found = session.scalar(sa.select(sa.func.count()).select_from(RebuiltBody)) or 0
    session.rollback()
    return found


def test_a_rebuild_that_is_killed_is_gone_on_with(
    damaged: Session, database_url: str, tmp_path: Path, statements: list[str]
) -> None:
    command = [sys.executable, "-c", KILLED, database_url, str(tmp_path), DAY.isoformat()]
    killed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert marked(damaged) == 1
    wrong = {difference.subject.partition(" domain")[0] for difference in verify.differences(damaged, DAY)}
    damaged.rollback()
    second, third = (f"PAR-2021 A{number}" for number in ("01", "02"))
    assert {second, third} <= wrong
    assert "PAR-2021 A00" not in wrong

    statements.clear()
    differed = run(rebuilding.units(DAY), DAY)
    assert len([sql for sql in statements if "FROM target JOIN commitment" in sql]) == 2  # bodies
    rows = sum(damaged.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (StatusSpan, SpanAhead))
    assert differed > rows
    assert marked(damaged) == 0
    assert list(verify.differences(damaged, DAY)) == []


def test_marks_of_another_day_are_of_no_use(damaged: Session) -> None:
    run(rebuilding.units(DAY), DAY, most=3)
    assert marked(damaged) == 1
    run(rebuilding.units(NEXT), NEXT)
    assert marked(damaged) == 0
    assert list(verify.differences(damaged, NEXT)) == []


def test_processes_share_the_bodies(damaged: Session, database_url: str, database_kind: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_SECRET_KEY": "a key for tests only, forty characters long",
        "TRACKER_INSTANCE": str(tmp_path),
        "TRACKER_BASE_URL": "http://localhost",
    }
    command = [sys.executable, "-c", "from tracker.cli import main; main()", "spans", "rebuild", "--workers", "2"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if database_kind == "sqlite":
        assert done.returncode == 2
        assert "--workers needs PostgreSQL" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    assert "rows differed" in done.stderr
    assert marked(damaged) == 0
    assert list(verify.differences(damaged, clock.today())) == []


def test_shares_are_all_there_is_and_meet_nowhere(damaged: Session) -> None:
    run(rebuilding.share(DAY, 0, 3), DAY)
    first = marked(damaged)
    for number in (1, 2):
        run(rebuilding.share(DAY, number, 3), DAY)
    assert 0 < first < marked(damaged) == 3
    assert list(verify.differences(damaged, DAY)) == []
    rows = damaged.scalar(sa.select(sa.func.sum(RebuiltBody.differed)))
    assert run(rebuilding.units(DAY), DAY) == rows


def test_a_sum_of_a_body_without_targets_is_found_and_goes(app: Flask, damaged: Session) -> None:
    run(rebuilding.units(DAY), DAY)
    row = damaged.scalars(sa.select(AgencySum).where(AgencySum.domain == 0)).first()
    assert row is not None
    columns = {column.name: getattr(row, column.name) for column in AgencySum.__table__.columns if column.name != "id"}
    with unit_of_work(morning(DAY)):
        body = Agency(code="OLD", kind="department", name={"vi": "Cơ quan cũ"}, sort_key="co quan cu")
        damaged.add(body)
        damaged.flush()
        damaged.add(AgencySum(**{**columns, "agency_id": body.id, "weight": Decimal(3)}))
    found = list(verify.differences(damaged, DAY))
    assert [(d.subject, d.column, d.derived) for d in found] == [("PAR-2021 OLD domain 0", "from_on", None)]
    assert list(verify.differences(damaged, DAY, Target.agency_id == row.agency_id)) == []
    damaged.rollback()
    assert run(rebuilding.units(DAY), DAY) == 1
    assert list(verify.differences(damaged, DAY)) == []
