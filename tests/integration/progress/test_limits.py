"""Figures that are asked back, and days that a completion cannot have, through the services."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.progress.conftest import Desk, build
from tests.support.product import Scene
from tracker.compliance.records.facts import record_of
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.progress import appraisal, loading, queries, questions, recalling, service
from tracker.progress.models import Report

ODD = {"numerator": "115", "denominator": "100", "confirmed": "115/100"}


def with_a_goal_above_all() -> None:
    """A target whose own terms let a part be above its whole."""
    build()
    with unit_of_work() as session:
        errand.target(session, errand.found(session), "SXD", "T05", shape="keep", ratio=True, goal=Decimal(110))


@pytest.fixture
def open_desk(session: Session, scene: Scene, at: Any) -> Desk:
    now = at("2021-06-16")
    scene(with_a_goal_above_all)
    return Desk(session, errand.found(session), at, now)


def test_what_was_asked_back_is_never_accepted_with_others(open_desk: Desk) -> None:
    desk = open_desk
    odd, plain = desk.sent(desk.slot("SXD-T05"), **ODD), desk.sent(desk.slot("SXD-T01"))
    accepted, left = desk.press(appraisal.accept_all, reader=desk.appraiser, reports=[(odd, 1), (plain, 1)])
    assert (accepted, [report.id for report in left]) == (1, [odd.id])
    desk.press(appraisal.accept, reader=desk.appraiser, report=odd, seq=1)
    assert [d.outcome for d in queries.history(desk.session, odd.id)[0].decisions] == ["accepted"]


def test_an_answer_holds_for_the_figure_that_was_asked_about(open_desk: Desk) -> None:
    desk, slot = open_desk, open_desk.slot("SXD-T05")
    draft = desk.keep_form(slot, {**ODD, "numerator": "116"})
    with pytest.raises(service.Incomplete) as refusal:
        desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)
    assert set(refusal.value.faults) == {"confirmed"}
    draft = desk.keep_form(slot, {**ODD, "numerator": "116", "confirmed": "116/100"}, draft.version)
    draft = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)
    assert desk.press(service.send, reader=desk.head, slot=slot, version=draft.version).state == "sent"


def test_an_appraiser_is_asked_too(open_desk: Desk) -> None:
    desk = open_desk
    report = desk.sent(desk.slot("SXD-T05"), numerator="90", denominator="100")

    def decide(**typed: str) -> Any:
        return desk.press(
            appraisal.accept_with_value,
            reader=desk.appraiser,
            report=report,
            seq=1,
            typed={"denominator": "100", **typed},
            language="vi",
            reason="Đối chiếu",
        )

    for typed, fields in (({"numerator": "-1"}, {"numerator"}), ({"numerator": "112"}, {"confirmed"})):
        with pytest.raises(service.Incomplete) as refusal:
            decide(**typed)
        assert set(refusal.value.faults) == fields
    assert decide(numerator="112", confirmed="112/100").numerator == Decimal(112)


@pytest.mark.parametrize(
    ("key", "numbers", "may"),
    [
        ("SXD-T02", (None, Decimal(120), Decimal(10)), False),
        ("SXD-T01", (Decimal("-3.5"), None, None), False),
        ("SXD-T05", (None, Decimal(120), Decimal(100)), True),
    ],
)
def test_what_cannot_be_and_came_all_the_same_is_not_accepted(
    open_desk: Desk, key: str, numbers: tuple[Decimal | None, ...], may: bool
) -> None:
    """As a package brings it, or as it was sent before anybody asked."""
    desk, slot = open_desk, open_desk.slot(key)
    assert slot.period is not None
    owner = {"target_id": slot.target.id, "agency_id": slot.agency.id, "programme_id": slot.programme.id}
    days = {"submitted_on": desk.now.on, "recorded_on": desk.now.on}
    figure = dict(zip(("value", "numerator", "denominator"), numbers, strict=True))
    with unit_of_work(desk.now) as session:
        waits = {"period_id": slot.period.id, "kind": "periodic", "state": "sent", "sent_on": desk.now.on}
        (report_id,) = loading.reports(session, [{**owner, **waits}])
        loading.revisions(
            session,
            [{"report_id": report_id, "seq": 1, **days, **figure, "as_at": None, "not_applicable": False}],
        )
    report = desk.session.get_one(Report, report_id)
    with nullcontext() if may else pytest.raises(DomainError):
        desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    if not may:
        desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="Nhập sai")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("as_at", "state", "fields"),
    [
        ("1/1/2020", None, {"as_at"}),
        ("3/2/2021", None, {"as_at"}),
        ("4/2/2021", None, set()),
        ("13/6/2021", "sent", {"as_at"}),
        ("13/6/2021", "accepted", {"as_at"}),
        ("14/6/2021", "accepted", set()),
        ("13/6/2021", "returned", set()),
        ("13/6/2021", "recalled", set()),
    ],
)
def test_a_completion_is_no_older_than_its_target_or_what_stands(
    desk: Desk, as_at: str, state: str | None, fields: set[str]
) -> None:
    if state is not None:
        report = desk.sent(desk.slot())
    if state == "accepted":
        desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    if state == "returned":
        desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="Thiếu tài liệu")
    if state == "recalled":
        desk.press(recalling.recall, reader=desk.head, slot=desk.slot(), seq=1)
    slot = desk.slot(period=None)
    draft = desk.keep(slot, value="234", as_at=as_at)
    assert set(service.check_draft(desk.session, desk.now, slot, draft)) == fields


def test_the_pages_question_is_the_services(desk: Desk) -> None:
    """A page knows the reports by the rule, the service reads one day: both say the same."""
    desk.sent(desk.slot())
    slot = desk.slot(period=None)
    known = record_of(desk.session, slot.target, slot.commitment).known_on(desk.now.on)
    assert questions.question(slot, known, desk.now).stands_to == date(2021, 6, 14)
    assert questions.question_of(desk.session, slot, desk.now).stands_to == date(2021, 6, 14)
