"""Decisions: bound to the revision that was seen, with a reason where one is needed, by nobody who had a hand in it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.integration.progress.conftest import Desk
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.compliance.records.facts import known_of
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.progress import appraisal, queries, recalling, service
from tracker.progress.models import Decision
from tracker.progress.states import ReportState
from tracker.rule import figures_on


def test_the_whole_errand_with_a_return(desk: Desk) -> None:
    slot = desk.slot()
    report = desk.sent(slot, value="120")
    desk.go_to("2021-06-17")
    desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="Thiếu tài liệu")
    returned = queries.report_of(desk.session, slot)
    assert returned is not None
    assert returned.state == ReportState.RETURNED
    desk.go_to("2021-06-18")
    report = desk.sent(slot, value="118")
    desk.press(
        appraisal.accept_with_value,
        reader=desk.appraiser,
        report=report,
        seq=2,
        typed={"value": "117"},
        language="vi",
        reason="Một thủ tục tính trùng",
    )
    second, first = queries.history(desk.session, report.id)
    assert [d.outcome for d in first.decisions] == ["returned"]
    assert (first.revision.value, second.revision.value) == (Decimal(120), Decimal(118))
    assert [(d.outcome, d.value, d.reason) for d in second.decisions] == [
        ("accepted", Decimal(117), "Một thủ tục tính trùng")
    ]
    assert second.decisions[0].decided_by_id == desk.appraiser.person_id
    known = known_of(desk.session, [slot.target.id], date(2021, 6, 18))[slot.target.id]
    assert [figure.value for figure in figures_on(known, date(2021, 6, 18))] == [117]
    events = desk.session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == [
        "draft.saved",
        "draft.handed_to_head",
        "report.sent",
        "report.returned",
        "draft.saved",
        "draft.handed_to_head",
        "report.sent",
        "report.accepted",
    ]


def test_accepting_twice_is_once_and_another_decision_comes_too_late(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    for _ in range(2):
        desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    assert len(queries.history(desk.session, report.id)[0].decisions) == 1
    with pytest.raises(DomainError):
        desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="…")
    with pytest.raises(DomainError):
        desk.press(recalling.recall, reader=desk.head, slot=desk.slot(), seq=1)


def test_a_decision_holds_for_the_revision_that_was_seen(desk: Desk) -> None:
    slot = desk.slot()
    report = desk.sent(slot)
    desk.press(recalling.recall, reader=desk.head, slot=slot, seq=1)
    desk.press(recalling.recall, reader=desk.head, slot=slot, seq=1)
    with pytest.raises(DomainError):
        desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    desk.sent(slot, value="119")
    with pytest.raises(StaleEdit):
        desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=2)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_return_without_a_reason_is_none(desk: Desk, reason: str) -> None:
    report = desk.sent(desk.slot())
    with pytest.raises(FieldError) as refusal:
        desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason=reason)
    assert refusal.value.field == "reason"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("key", "sent", "appraised", "reason", "fields"),
    [
        ("SXD-T01", {"value": "120"}, {"value": "119"}, "", {"reason"}),
        ("SXD-T01", {"value": "120"}, {"value": ""}, "vì", {"value"}),
        ("SXD-T01", {"value": "120"}, {"value": "120"}, "vì", {"value"}),
        ("SXD-T03", {"value": "40"}, {"value": "101"}, "vì", {"value"}),
        ("SXD-T02", {"numerator": "9", "denominator": "10"}, {"numerator": "9"}, "", {"denominator", "reason"}),
        ("SXD-T02", {"numerator": "9", "denominator": "10"}, {"numerator": "8", "denominator": "10"}, "vì", set()),
    ],
)
def test_another_value_needs_a_number_and_a_reason(
    desk: Desk, key: str, sent: dict[str, str], appraised: dict[str, str], reason: str, fields: set[str]
) -> None:
    report = desk.sent(desk.slot(key), **sent)

    def decide() -> Decision:
        return desk.press(
            appraisal.accept_with_value,
            reader=desk.appraiser,
            report=report,
            seq=1,
            typed=appraised,
            language="vi",
            reason=reason,
        )

    if not fields:
        assert decide().numerator == Decimal(8)
        return
    with pytest.raises(service.Incomplete) as refusal:
        decide()
    assert set(refusal.value.faults) == fields


@pytest.mark.parametrize(
    ("key", "period", "sent", "appraised"),
    [
        ("SXD-T01", None, {"value": "240", "as_at": "15/6/2021"}, {"value": "239"}),
        (
            "SXD-T02",
            "2021-H1",
            {"not_applicable": "1", "narrative": "Không có hồ sơ"},
            {"numerator": "1", "denominator": "1"},
        ),
    ],
)
def test_a_completion_and_what_does_not_apply_take_no_other_value(
    desk: Desk, key: str, period: str | None, sent: dict[str, str], appraised: dict[str, str]
) -> None:
    report = desk.sent(desk.slot(key, period), **sent)
    with pytest.raises(DomainError):
        desk.press(
            appraisal.accept_with_value,
            reader=desk.appraiser,
            report=report,
            seq=1,
            typed=appraised,
            language="vi",
            reason="vì",
        )
    desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("report_of", "body", "office", "may"),
    [
        ("SXD-T01", "SNV", Office.APPRAISER, True),
        ("SXD-T01", "VP", Office.APPRAISER, True),
        ("SXD-T01", "SXD", Office.HEAD, False),
        ("SXD-T01", "SYT", Office.HEAD, False),
        ("SXD-T01", "VP", Office.MONITOR, False),
        ("SNV-T01", "SNV", Office.APPRAISER, False),
        ("SNV-T01", "VP", Office.APPRAISER, True),
    ],
)
def test_no_office_of_a_body_decides_on_its_reports(
    desk: Desk, report_of: str, body: str, office: Office, may: bool
) -> None:
    slot = desk.slot(report_of)
    head = desk.reader(report_of[:3], Office.HEAD)
    desk.keep(slot, reader=head, value="5")
    report = desk.press(service.send, reader=head, slot=slot, version=1)
    reader = desk.reader(body, office)
    with nullcontext() if may else pytest.raises(Forbidden):
        desk.press(appraisal.accept, reader=reader, report=report, seq=1)


def test_who_sent_it_does_not_decide_on_it_after_changing_the_body(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    person = desk.made.people[("SXD", Office.HEAD)].id
    with unit_of_work(desk.now) as session:
        session.execute(sa.delete(OfficeHolding).where(OfficeHolding.person_id == person))
        agency = desk.made.bodies["SNV"].id
        session.add(OfficeHolding(person_id=person, agency_id=agency, office=Office.APPRAISER, from_on=desk.now.on))
    with pytest.raises(Forbidden):
        desk.press(appraisal.accept, reader=desk.head, report=report, seq=1)


def test_several_are_accepted_in_one_press_and_the_rest_is_left(desk: Desk) -> None:
    first = desk.sent(desk.slot("SXD-T01"))
    second = desk.sent(desk.slot("SXD-T03"), value="40")
    desk.press(recalling.recall, reader=desk.head, slot=desk.slot("SXD-T03"), seq=1)
    accepted, left = desk.press(appraisal.accept_all, reader=desk.appraiser, reports=[(second, 1), (first, 1)])
    assert accepted == 1
    assert [report.id for report in left] == [second.id]
