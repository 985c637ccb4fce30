"""The job that answers: killed for real in the middle, it goes on in the next minute and says the same."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import answer, runner, timetable
from tests.factories import worked_examples
from tests.factories.histories import morning
from tests.factories.package_rows import PackageRows
from tests.support.forked import forked, status_of
from tests.support.product import Scene
from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.recalculations.models import Recalculation, RecalculationRow, RecalculationSum, State
from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.people.models import Person
from tracker.programmes.models import Programme

TODAY = date(2021, 7, 1)
LINE = timetable.Entry("answer", answer.run, timetable.TIMETABLE[0].trigger)


def asked() -> int:
    """A day as known on another, of a worked example's province; its number."""
    now = morning(TODAY)
    with unit_of_work(now) as session:
        PackageRows(session, worked_examples.package(0)).enter_all()
        person = Person(token="p", name="Phòng Tổng hợp, Văn phòng UBND tỉnh")
        session.add(person)
    with unit_of_work(now) as session:
        programme_id = session.scalars(sa.select(Programme.id)).one()
        return recalculations.ask_known_on(
            session, now, actor_id=person.id, programme_id=programme_id, on=date(2021, 6, 20), known_on=TODAY
        ).id


def one_by_one(app: Flask) -> None:
    """The job with one target a unit, and a while between two, so that there is a middle to be killed in."""
    go_on = recalculations.go_on

    def slowly(session: Session, recalculation_id: int, now: Moment) -> bool:
        time.sleep(0.05)
        return go_on(session, recalculation_id, now)

    recalculations.BATCH, recalculations.go_on = 1, slowly
    runner.run(app, LINE, clock.now())


def done(session: Session, recalculation_id: int) -> int:
    session.rollback()
    session.expire_all()
    return session.get_one(Recalculation, recalculation_id).done


def filed(session: Session) -> tuple[list[object], list[object]]:
    """All rows and sums, less whose they are."""
    session.rollback()
    rows, sums = (
        [c for c in model.__table__.c if c.name != "inquiry_id"] for model in (RecalculationRow, RecalculationSum)
    )
    return (
        list(session.execute(sa.select(*rows).order_by("target_id"))),
        list(session.execute(sa.select(*sums).order_by("agency_id"))),
    )


def test_killed_in_the_middle_it_goes_on_and_says_the_same(app: Flask, session: Session, scene: Scene) -> None:
    recalculation_id = scene(asked)
    child = forked(app, lambda: one_by_one(app), out=1, err=2)
    give_up_at = time.monotonic() + 300
    while done(session, recalculation_id) < 5 and time.monotonic() < give_up_at:
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    assert status_of(child) == -signal.SIGKILL
    half = done(session, recalculation_id)
    assert 5 <= half < 60
    assert session.get_one(Recalculation, recalculation_id).state == State.WORKING
    assert runner.run(app, LINE, clock.now() + timedelta(minutes=1)) == "done"
    assert done(session, recalculation_id) == 60
    assert session.get_one(Recalculation, recalculation_id).state == State.ANSWERED
    found = filed(session)
    with unit_of_work() as writing:
        writing.execute(sa.delete(RecalculationRow))
        writing.execute(sa.delete(RecalculationSum))
        recalculation = writing.get_one(Recalculation, recalculation_id)
        recalculation.state, recalculation.done, recalculation.result = State.ASKED, 0, {}
        recalculation.cursor_agency_id = recalculation.cursor_target_id = None
    assert runner.run(app, LINE, clock.now() + timedelta(minutes=2)) == "done"
    assert filed(session) == found


def test_half_a_minute_is_enough_for_one_run(
    app: Flask,
    session: Session,
    scene: Scene,
    at: Callable[[date | datetime], Moment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other jobs wait for this one: what is left is for the next minute."""
    recalculation_id, go_on = scene(asked), recalculations.go_on
    monkeypatch.setattr(recalculations, "BATCH", 7)

    def slowly(session: Session, recalculation_id: int, now: Moment) -> bool:
        at(clock.now() + timedelta(seconds=11))
        return go_on(session, recalculation_id, now)

    at(TODAY)
    monkeypatch.setattr(recalculations, "go_on", slowly)
    assert runner.run(app, LINE, clock.now()) == "done"
    assert done(session, recalculation_id) == 21
    monkeypatch.setattr(recalculations, "go_on", go_on)
    assert runner.run(app, LINE, clock.now() + timedelta(minutes=1)) == "done"
    assert done(session, recalculation_id) == 60
    runs = session.scalars(sa.select(JobRun.detail).order_by(JobRun.id)).all()
    assert runs == [None, Remark(RemarkCode.RECALCULATIONS_ANSWERED, {"answered": 1})]
