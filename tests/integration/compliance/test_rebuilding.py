"""Everything derived anew: killed for real and gone on with, shared among processes; sums that nobody stands for."""

from __future__ import annotations

import os
import signal
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
from tests.support.forked import command, forked, status_of
from tests.support.product import Scene
from tests.support.shell import environment_of
from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.compliance.models import AgencySum, RebuiltBody, SpanAhead, StatusSpan
from tracker.compliance.steps import rebuilding, verify
from tracker.core import clock, stages
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.extensions import settings_of

DAY, NEXT = date(2021, 10, 1), date(2021, 10, 2)


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
    app: Flask, damaged: Session, tmp_path: Path, statements: list[str]
) -> None:
    def kill(_stage: str, done: int, _of: int) -> None:
        if done == 2:  # its steps are committed, its sums and its mark are written and not committed
            os.kill(os.getpid(), signal.SIGKILL)

    def rebuild() -> None:
        with app.app_context(), stages.listening(database.session(), kill):
            carry_out(rebuilding.units(DAY))

    with (tmp_path / "said").open("w") as said:
        status = status_of(forked(app, rebuild, out=said.fileno(), err=said.fileno()))
    assert status == -signal.SIGKILL, (tmp_path / "said").read_text()
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


def test_processes_share_the_bodies(app: Flask, damaged: Session, database_kind: str, tmp_path: Path) -> None:
    environment = {**environment_of(settings_of(app)), "TRACKER_INSTANCE": str(tmp_path)}
    with (tmp_path / "said").open("w") as said:
        child = command(app, ["spans", "rebuild", "--workers", "2"], environment, out=said.fileno(), err=said.fileno())
        status = status_of(child)
    told = (tmp_path / "said").read_text()
    if database_kind == "sqlite":
        assert status == 2
        assert "--workers needs PostgreSQL" in told
        return
    assert status == 0, told
    assert "rows differed" in told
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
