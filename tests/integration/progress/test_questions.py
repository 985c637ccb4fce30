"""A question about a report without returning it: whose turn it is, who is told, and that no clock is touched."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import errand
from tests.integration.progress.conftest import Desk
from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.compliance.models import StatusSpan
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.interchange import service as packages
from tracker.mail.models import OutboxMail
from tracker.progress import appraisal, service
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.models import Report
from tracker.progress.threads import questions, telling
from tracker.progress.threads.turns import Side, whose_turn
from tracker.reminders.digest import content
from tracker.reminders.queries import plan_of
from tracker.settings import Site

ASKED, ANSWERED = "Danh mục thủ tục ở đâu?", "Ở phụ lục 2 của tệp gửi kèm."
SITE = Site("https://theo-doi.example", "theo-doi.example")


def ask(desk: Desk, report: Report, text: str = ASKED, seen: int = 0, **more: Any) -> Any:
    return desk.press(questions.ask, reader=more.get("reader", desk.appraiser), report=report, text=text, seen=seen)


def answer(desk: Desk, report: Report, text: str = ANSWERED, seen: int = 1, **more: Any) -> Any:
    return desk.press(questions.answer, reader=more.get("reader", desk.officer), report=report, text=text, seen=seen)


def turn(desk: Desk, side: Side) -> list[str]:
    desk.session.rollback()
    return [row[4].text for row in whose_turn(desk.session, side, errand.EVERYWHERE)]


def told(desk: Desk, said: tuple[Any, Any], report: Report) -> set[int | None]:
    """Who is told of a line; a second time nobody is."""
    line, slot = said
    count = desk.press(telling.tell, line=line, slot=slot, report=report, site=SITE)
    assert desk.press(telling.tell, line=line, slot=slot, report=report, site=SITE) == 0
    mails = desk.session.scalars(sa.select(OutboxMail).where(OutboxMail.ref == str(line.id))).all()
    assert len(mails) == count
    assert all(line.text in one.text for one in mails)
    return {one.person_id for one in mails}


def test_asked_and_answered_the_turn_passes_and_each_side_is_told_once(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    assert (turn(desk, Side.BODY), turn(desk, Side.APPRAISER)) == ([], [])
    people = {key: person.id for key, person in desk.made.people.items()}
    said = ask(desk, report)
    assert told(desk, said, report) == {people[("SXD", Office.HEAD)], people[("SXD", Office.OFFICER)]}
    assert (turn(desk, Side.BODY), turn(desk, Side.APPRAISER)) == ([ASKED], [])
    said = answer(desk, report)
    assert told(desk, said, report) == {people[("SNV", Office.APPRAISER)], people[("VP", Office.APPRAISER)]}
    assert (turn(desk, Side.BODY), turn(desk, Side.APPRAISER)) == ([], [ANSWERED])
    thread = questions.threads(desk.session, [report.id])[report.id]
    assert [(one.side, one.text, one.seq) for one in thread.lines] == [
        (Side.APPRAISER, ASKED, 1),
        (Side.BODY, ANSWERED, 2),
    ]
    assert not thread.is_open
    events = desk.session.scalars(sa.select(AuditEvent.event).where(AuditEvent.event.like("report.question%"))).all()
    assert events == ["report.question_asked", "report.question_answered"]


def test_no_clock_is_touched_and_the_report_is_decided_at_any_time(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    before = spans(desk), "".join(packages.dump(None))
    ask(desk, report)
    assert (spans(desk), "".join(packages.dump(None))) == before
    desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=1)
    assert turn(desk, Side.BODY) == [], "what is decided waits for no answer"
    with pytest.raises(DomainError, match="không còn chờ"):
        answer(desk, report)
    with pytest.raises(DomainError, match="không còn chờ"):
        ask(desk, report, "Còn gì nữa không?", seen=1)


def spans(desk: Desk) -> list[Any]:
    desk.session.rollback()
    return [tuple(row) for row in desk.session.execute(sa.select(*StatusSpan.__table__.c).order_by(StatusSpan.id))]


def test_what_is_refused(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    with pytest.raises(DomainError):
        answer(desk, report, seen=0)
    for text in ("", " . ", "x" * 5_000):
        with pytest.raises(FieldError):
            ask(desk, report, text)
    for reader in (desk.officer, desk.head, desk.reader("SYT", Office.HEAD)):
        with pytest.raises(Forbidden):
            ask(desk, report, reader=reader)
    ask(desk, report)
    ask(desk, report)
    assert len(questions.threads(desk.session, [report.id])[report.id].lines) == 1, "the same press twice is one"
    with pytest.raises(StaleEdit) as stale:
        ask(desk, report, "Và danh mục năm 2020?", seen=0)
    assert isinstance(stale.value.current, QuestionLine)
    assert stale.value.current.text == ASKED
    for reader in (desk.appraiser, desk.reader("SYT", Office.OFFICER)):
        with pytest.raises(Forbidden):
            answer(desk, report, reader=reader)
    answer(desk, report, reader=desk.head)


def test_home_affairs_own_reports_are_asked_about_by_the_office_of_the_committee(desk: Desk) -> None:
    head = desk.reader("SNV", Office.HEAD)
    slot = desk.slot("SNV-T01")
    draft = desk.keep(slot, reader=head)
    report = desk.press(service.send, reader=head, slot=slot, version=draft.version)
    with pytest.raises(Forbidden):
        ask(desk, report)
    said = ask(desk, report, reader=desk.reader("VP", Office.APPRAISER))
    assert told(desk, said, report) == {desk.made.people[("SNV", Office.HEAD)].id}


def test_an_open_question_stands_in_the_digest_beside_what_is_owed(desk: Desk) -> None:
    report = desk.sent(desk.slot())
    ask(desk, report)
    desk.go_to("2021-06-17")
    texts = [digest(desk)]
    answer(desk, report)
    desk.go_to("2021-06-18")
    texts.append(digest(desk))
    assert [f"https://theo-doi.example/questions/{report.token}" in text for text in texts] == [True, False]
    assert [ASKED in text for text in texts] == [True, False]


def digest(desk: Desk) -> str:
    """What the officer's digest of the day says."""
    officer = desk.made.people[("SXD", Office.OFFICER)].id
    with unit_of_work(desk.now) as session:
        plan = {key: lines for key, lines in plan_of(session, desk.now.on).items() if key.person_id == officer}
        assert plan, "something is owed"
        bodies = agencies.names(session, {line.duty.agency_id for lines in plan.values() for line in lines})
        (told,) = (content(key, lines, bodies, desk.now, SITE) for key, lines in plan.items())
        assert (told.html or "").count(ASKED) == told.text.count(ASKED)
        return told.text
