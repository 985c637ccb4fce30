"""A decision that was taken back: the rule never heard of it, the history tells it; and when it can be no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.progress.conftest import Desk
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.auditing import queries as auditing
from tracker.compliance.models import StatusSpan
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps import verify
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.languages import in_language
from tracker.interchange import service as packages
from tracker.mail import service as mail
from tracker.mail.service import Content, Letter
from tracker.progress import appraisal, history, queries, recalling, withdrawing
from tracker.progress.models import Withdrawal
from tracker.progress.queries import Report
from tracker.progress.states import ReportState
from tracker.reminders.models import ReminderSent
from tracker.reminders.queries import was_told
from tracker.rule.facts import Facts

DECIDED_ON = date(2021, 6, 17)
WHY = "Chọn nhầm"
OTHER_VALUE = {"typed": {"value": "117"}, "language": "vi", "reason": "Một thủ tục tính trùng"}
VERDICTS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (appraisal.accept, {}),
    (appraisal.accept_with_value, OTHER_VALUE),
    (appraisal.return_report, {"reason": "Thiếu tài liệu"}),
]


def decided(desk: Desk, verb: Callable[..., Any] = appraisal.return_report, **more: Any) -> Report:
    """A report of the 16th, decided on the 17th."""
    report = desk.sent(desk.slot())
    desk.go_to(DECIDED_ON.isoformat())
    more = more or ({"reason": "Thiếu tài liệu"} if verb is appraisal.return_report else {})
    desk.press(verb, reader=desk.appraiser, report=report, seq=1, **more)
    return report


def take_back(desk: Desk, report: Report, reason: str = WHY, seq: int = 1, **more: Any) -> Withdrawal:
    reader = more.get("reader", desk.appraiser)
    return desk.press(withdrawing.withdraw, reader=reader, report=report, seq=seq, reason=reason, told=was_told)


def facts(desk: Desk) -> Facts:
    with unit_of_work() as session:
        return records_of(session, [desk.slot().target.id])[0].facts


def steps(desk: Desk) -> list[Any]:
    """Every stored step, without the numbers of its row."""
    desk.session.rollback()
    columns = [column for column in StatusSpan.__table__.c if column.name != "id"]
    return [tuple(row) for row in desk.session.execute(sa.select(*columns).order_by(StatusSpan.from_on))]


def package(desk: Desk) -> str:
    desk.session.rollback()
    return "".join(packages.dump(None))


@pytest.mark.parametrize(("verb", "more"), VERDICTS)
def test_the_rule_a_package_and_the_steps_know_nothing_of_it(
    desk: Desk, verb: Callable[..., Any], more: dict[str, Any]
) -> None:
    report = desk.sent(desk.slot())
    desk.go_to(DECIDED_ON.isoformat())
    before = facts(desk), steps(desk), package(desk)
    desk.press(verb, reader=desk.appraiser, report=report, seq=1, **more)
    assert facts(desk) != before[0]
    take_back(desk, report)
    assert (facts(desk), steps(desk), package(desk)) == before
    assert list(verify.differences(desk.session, desk.now.on)) == []
    assert queries.last_decision(desk.session, queries.last_revision(desk.session, report.id).id) is None


@pytest.mark.parametrize(("verb", "more"), VERDICTS)
def test_what_follows_is_as_if_it_had_never_been_taken(
    desk: Desk, verb: Callable[..., Any], more: dict[str, Any]
) -> None:
    report = decided(desk, verb, **more)
    for _ in range(2):  # pressed twice it is done once
        take_back(desk, report)
    assert report.state == ReportState.SENT
    desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="Thiếu phụ lục")
    assert queries.reasons_of_return(desk.session, [report.id]) == {report.id: "Thiếu phụ lục"}
    take_back(desk, report, "Phụ lục đã có")
    desk.press(recalling.recall, reader=desk.head, slot=desk.slot(), seq=1)
    (sending,) = queries.history(desk.session, report.id)
    assert [(one.outcome, one.withdrawn_because) for one in sending.decisions] == [
        ("accepted" if verb is not appraisal.return_report else "returned", WHY),
        ("returned", "Phụ lục đã có"),
        ("recalled", None),
    ]
    assert sending.standing.outcome == "recalled"
    told = "\n".join(f"{line['what']} · {line['who']} · {line['quote']}" for line in history.lines(
        desk.slot().target, [sending], str
    ))  # fmt: skip
    assert "đã rút lại" in told
    assert WHY in told


def test_a_past_day_is_neither_wrong_nor_rewritten(desk: Desk) -> None:
    """The day after, a decision stands: on its own day it was known, and that day's answers are kept."""
    report = decided(desk)
    before = steps(desk)
    desk.go_to("2021-06-18")
    with pytest.raises(DomainError, match="ngày đó đã qua"):
        take_back(desk, report)
    assert steps(desk) == before
    assert report.state == ReportState.RETURNED


def test_each_record_tells_its_own_decision_whatever_was_decided_afterwards(desk: Desk) -> None:
    report, other = decided(desk, appraisal.accept), VERDICTS[1]
    take_back(desk, report)
    desk.go_to("2021-06-18")
    desk.press(other[0], reader=desk.appraiser, report=report, seq=1, **other[1])
    desk.session.rollback()
    told: dict[str, list[list[tuple[str, str, str | None]]]] = {}
    with in_language("vi"):
        for row in auditing.told(desk.session, desk.session.execute(auditing.record_rows().order_by(AuditEvent.id))):
            told.setdefault(row.event, []).append([(line.label, line.value, line.before) for line in row.lines])
    first, second = ([line for line in lines if line[0] in {"Số liệu", "Lý do"}] for lines in told["report.accepted"])
    assert first == [("Số liệu", "120\u00a0thủ tục", None)]
    assert second == [("Số liệu", "117\u00a0thủ tục", "120\u00a0thủ tục"), ("Lý do", "Một thủ tục tính trùng", None)]
    assert [line for line in told["report.decision_withdrawn"][0] if line[0] == "Lý do"] == [("Lý do", WHY, None)]


def test_nobody_else_takes_it_back_and_not_without_a_reason(desk: Desk) -> None:
    report = decided(desk)
    with pytest.raises(Forbidden):
        take_back(desk, report, reader=desk.reader("VP", Office.APPRAISER))
    with pytest.raises(FieldError):
        take_back(desk, report, " ")
    with pytest.raises(DomainError, match="không còn quyết định"):
        take_back(desk, report, seq=2)
    assert report.state == ReportState.RETURNED


def test_a_body_that_answers_already_holds_it(desk: Desk) -> None:
    report = decided(desk)
    desk.keep(desk.slot(), value="118")
    with pytest.raises(DomainError, match="bắt đầu xử lý"):
        take_back(desk, report)


@pytest.mark.parametrize(("state", "holds"), [("sent", True), ("pending", False), ("dropped", False)])
def test_a_body_that_was_told_by_mail_holds_it(desk: Desk, state: str, holds: bool) -> None:
    """A mail that has not left is told nothing yet: it will say what stands then."""
    report = decided(desk)
    with unit_of_work(desk.now) as session:
        letter = Letter("digest:1", "digest", desk.head.person_id, "vi", Content("s", "t"), "h")
        row = mail.queue(session, desk.now, letter)
        assert row is not None
        row.state = state
        session.flush()
        told = {"target_id": report.target_id, "period_id": report.period_id, "mail_id": row.id}
        session.add(ReminderSent(person_id=desk.head.person_id, rung="-3", told_on=desk.now.on, **told))
    if holds:
        with pytest.raises(DomainError, match="đã được thông báo"):
            take_back(desk, report)
    else:
        take_back(desk, report)
