"""Two people press at the same moment: one is first, the other hears of it; nothing is sent or decided twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.factories import errand
from tests.integration.progress.conftest import Desk
from tests.support.at_once import at_once
from tracker.audit.models import AuditEvent
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps import locks
from tracker.compliance.steps import service as compliance
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.progress import appraisal, queries, recalling, service


def both(app: Flask, desk: Desk, press: Callable[[Any, int], Any]) -> list[str]:
    """Run two presses at once, each in a context of its own: "done", or the name of the refusal."""
    moment = desk.now

    def run(number: int) -> None:
        with unit_of_work(moment) as session:
            press(session, number)

    return at_once(app, *(partial(run, number) for number in range(2)))


def test_two_presses_of_send_make_one_revision(app: Flask, desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    head, token = desk.head, slot.target.token
    desk.session.rollback()

    def press(session: Any, _number: int) -> None:
        found = queries.find_slot(session, errand.EVERYWHERE, token, "2021-H1")
        assert found is not None
        service.send(session, desk.now, reader=head, slot=found, version=1)

    assert both(app, desk, press) == ["DomainError", "done"]
    report = queries.report_of(desk.session, desk.slot())
    assert report is not None
    assert len(queries.history(desk.session, report.id)) == 1


def test_two_tabs_that_save_at_once_lose_nothing(app: Flask, desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    officer, token = desk.officer, slot.target.token
    desk.session.rollback()

    def press(session: Any, number: int) -> None:
        found = queries.find_slot(session, errand.EVERYWHERE, token, "2021-H1")
        assert found is not None
        typed = {"value": str(10 + number)}
        service.keep_draft(session, desk.now, reader=officer, slot=found, typed=typed, language="vi", version=1)

    assert both(app, desk, press) == ["StaleEdit", "done"]


def test_two_presses_of_hand_on_give_it_to_the_head_once(app: Flask, desk: Desk) -> None:
    """Both saw the same draft: the second finds that what it wants was done."""
    slot = desk.slot()
    desk.keep(slot, value="5")
    officer, token = desk.officer, slot.target.token
    desk.session.rollback()

    def press(session: Any, _number: int) -> None:
        found = queries.find_slot(session, errand.EVERYWHERE, token, "2021-H1")
        assert found is not None
        service.hand_to_head(session, desk.now, reader=officer, slot=found, version=1)

    assert both(app, desk, press) == ["done", "done"]
    told = sa.select(sa.func.count()).where(AuditEvent.event == "draft.handed_to_head")
    assert desk.session.scalar(told) == 1


def test_a_recall_and_an_acceptance_never_both_hold(app: Flask, desk: Desk) -> None:
    slot = desk.slot()
    report = desk.sent(slot)
    head, appraiser, token, sent = desk.head, desk.appraiser, slot.target.token, report.token
    desk.session.rollback()

    def press(session: Any, number: int) -> None:
        if number:
            found = queries.find_slot(session, errand.EVERYWHERE, token, "2021-H1")
            assert found is not None
            recalling.recall(session, desk.now, reader=head, slot=found, seq=1)
        else:
            waiting = queries.report_by_token(session, errand.EVERYWHERE, sent)
            assert waiting is not None
            appraisal.accept(session, desk.now, reader=appraiser, report=waiting[0], seq=1)

    assert both(app, desk, press) == ["DomainError", "done"]
    kept = queries.report_of(desk.session, desk.slot())
    assert kept is not None
    assert len(queries.history(desk.session, kept.id)[0].decisions) == 1


def test_a_press_and_the_nightly_run_do_not_wait_for_each_other(app: Flask, desk: Desk) -> None:
    """The press has its row and will want its body's lock; the run has that lock and writes a step of the row."""
    slot = desk.slot()
    target_id, agency_id, token = slot.target.id, slot.agency.id, slot.target.token
    desk.keep(slot, value="5")
    head = desk.head
    desk.session.rollback()
    if desk.session.get_bind().dialect.name == "sqlite":
        return  # it has one writer: neither begins before the other has ended
    has_the_row, has_the_lock = threading.Event(), threading.Event()
    outcomes: dict[str, str] = {}

    def told(name: str, work: Callable[[Any], None]) -> None:
        with app.app_context():
            try:
                with unit_of_work(desk.now) as session:
                    work(session)
                outcomes[name] = "done"
            except (DomainError, OperationalError) as fault:
                outcomes[name] = type(fault).__name__

    def press(session: Any) -> None:
        found = queries.find_slot(session, errand.EVERYWHERE, token, "2021-H1")
        assert found is not None
        service.send(session, desk.now, reader=head, slot=found, version=1)
        has_the_row.set()
        has_the_lock.wait(10)

    def run(session: Any) -> None:
        has_the_row.wait(10)
        locks.hold(session, [agency_id])
        has_the_lock.set()
        session.execute(sa.delete(StatusSpan).where(StatusSpan.target_id == target_id))
        compliance.rebuild(session, [target_id], desk.now.on)

    threads = [threading.Thread(target=told, args=named) for named in (("press", press), ("run", run))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert outcomes == {"press": "done", "run": "done"}
