"""One answer, one owner: what a target's pages, lists, files and mails say of it is the same, whoever reads it.

Deadlines on a day off, extended to one, and inside a suspension; a work with a milestone between two periods' ends.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from typing import Any

import pytest
import python_calamine
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import Town
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Extension, Suspension, Target
from tracker.commitments.queries import signed
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps.verify import differences
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.programmes.models import CalendarDay, PolicyVersion
from tracker.reminders import queries as reminders

ON = date(2021, 6, 16)  # a Wednesday
SUNDAY, ITS_MONDAY = date(2021, 6, 20), date(2021, 6, 21)
DECIDED_ON = date(2021, 6, 11)


@dataclass(frozen=True)
class Case:
    """A target, and what everybody is to say of it on 16 June 2021."""

    code: str
    terms: dict[str, Any]
    deadline: date
    left: int
    signed: date | None = None
    goal: str = "234\u00a0thủ tục"
    plan: str | None = None
    extended: tuple[date, date] | None = None  # granted, due
    suspended: tuple[date, date] | None = None


CASES = (
    Case("A1", {"due_on": SUNDAY}, ITS_MONDAY, 3, SUNDAY, plan="224\u00a0thủ tục"),
    Case(
        "A2",
        {"due_on": date(2021, 6, 10)},
        date(2021, 7, 5),
        13,
        date(2021, 7, 4),
        extended=(date(2021, 6, 8), date(2021, 7, 4)),
        plan="203\u00a0thủ tục",
    ),
    Case(
        "A3",
        {"due_on": date(2021, 6, 25)},
        date(2021, 7, 12),
        18,
        date(2021, 6, 25),
        suspended=(date(2021, 6, 17), date(2021, 7, 9)),
        plan="216\u00a0thủ tục",
    ),
    Case(
        "A4",
        {"shape": "deliverable", "milestones": [{"on": "2021-06-15", "value": "40"}], "unit": "count"},
        date(2021, 12, 31),
        142,
        goal="100\u00a0%",
        plan="0\u00a0%",
    ),
    Case("A5", {"due_on": date(2021, 6, 11)}, date(2021, 6, 11), -3, plan="234\u00a0thủ tục"),
)


@pytest.fixture
def told(town: Town) -> Town:
    """The targets of CASES beside the town's own."""
    now = town.at(ON)
    with unit_of_work(now) as session:
        for case in CASES:
            row = errand.target(session, town.made, "SXD", case.code, **case.terms)
            if case.extended is not None:
                granted, due = case.extended
                session.add(Extension(target_id=row.id, granted_on=granted, due_on=due, recorded_on=granted))
            if case.suspended is not None:
                first, last = case.suspended
                session.add(
                    Suspension(
                        target_id=row.id, from_on=first, to_on=last, decided_on=DECIDED_ON, recorded_on=DECIDED_ON
                    )
                )
            touch(session, "target", row.id)
    return town


def facts(page: str) -> dict[str, str]:
    """Term → text of the lists of facts on a page."""
    return {words(term): words(text) for term, text in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)}


def words(html: str) -> str:
    """The text of some HTML, with single spaces."""
    return re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def deadline(case: Case) -> str:
    """The deadline as every page writes it."""
    left = case.left
    meaning = f"còn {left} ngày làm việc" if left > 0 else f"chậm {-left} ngày làm việc"
    return f"{case.deadline:%d/%m/%Y} · {meaning}"


def as_signed(case: Case) -> str:
    return f" · hạn trong văn bản: {case.signed:%d/%m/%Y}" if case.signed else ""


def first_deadline(case: Case) -> str:
    return f" · ban đầu: {case.terms['due_on']:%d/%m/%Y}" if case.extended else ""


@pytest.mark.one_database
def test_officers_and_monitors_pages_say_the_same(told: Town) -> None:
    officer, monitor = told.browser("SXD", Office.OFFICER), told.browser("VP", Office.MONITOR)
    sheet = officer.get("/sheets/SXD/2021-H1")
    asked = r'id="r:target-SXD-(\w+)".*?data-label="Kế hoạch, mục tiêu">(.*?)</td>'
    lines = {code: words(cell) for code, cell in re.findall(asked, sheet, re.DOTALL)}
    for case in CASES:
        written = facts(officer.get(f"/figures/target-SXD-{case.code}/2021-H1"))
        page = monitor.get(f"/targets/target-SXD-{case.code}")
        read = facts(page)
        assert (
            written["Thời hạn của chỉ tiêu"]
            == read["Thời hạn"]
            == deadline(case) + as_signed(case) + first_deadline(case)
        )
        assert written["Mục tiêu"] == read["Mục tiêu"] == case.goal
        assert lines[case.code].removesuffix(" Báo cáo hoàn thành") == f"{case.plan} Mục tiêu {case.goal}"
        period = next(
            words(row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if "6 tháng đầu năm 2021" in row
        )
        assert written["Kế hoạch đến 14/06/2021"] == case.plan
        assert "Kế hoạch cuối kỳ" in page
        assert f"15/12/2020–14/06/2021 – {case.plan} " in period


def test_lists_and_files_say_it_too_in_the_order_of_the_days(told: Town) -> None:
    monitor = told.browser("VP", Office.MONITOR)
    page = monitor.get("/targets?status=all&agency=SXD")
    rows = {
        re.findall(r"/targets/target-SXD-(\w+)", row)[0]: words(row)
        for row in re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
    }
    body = monitor.get("/agencies/SXD")
    of_body = {
        re.findall(r"/targets/target-SXD-(\w+)", row)[0]: words(row)
        for row in re.findall(r"<tr><td.*?</tr>", body, re.DOTALL)
        if "/targets/target" in row
    }
    table = list(
        csv.DictReader(
            io.StringIO(monitor.client.get("/targets.csv?status=all").get_data(as_text=True).lstrip("\ufeff"))
        )
    )
    workbook = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(monitor.client.get("/targets.xlsx?status=all").get_data())
    )
    sheet = {line[6]: line[11] for line in workbook.get_sheet_by_index(0).to_python()[1:] if line[3] == "SXD"}
    for case in CASES:
        for told_there in (rows[case.code], of_body[case.code]):
            assert deadline(case) + first_deadline(case) in told_there
            assert ("ban đầu" in told_there) == bool(case.extended or case.suspended)
        assert [row["Thời hạn"] for row in table if row["Mã chỉ tiêu"] == case.code] == [case.deadline.isoformat()]
        first = case.terms.get("due_on", date(2021, 12, 31)).isoformat()
        assert [row["Thời hạn ban đầu"] for row in table if row["Mã chỉ tiêu"] == case.code] == [first]
        assert sheet[case.code] == case.deadline
    ends = {case.code: case.deadline for case in CASES}
    for shown in (list(rows), [row["Mã chỉ tiêu"] for row in table]):
        days = [ends[code] for code in shown if code in ends]
        assert days == sorted(days)


@pytest.mark.one_database
def test_desk_receipt_and_mail_say_it_too(told: Town, session: Session) -> None:
    head, monitor = told.browser("SXD", Office.HEAD), told.browser("VP", Office.MONITOR)
    overdue = "hạn 11/06/2021, chậm 3 ngày làm việc"
    for page in (head.get("/"), head.get("/figures/target-SXD-A5/2021-H1"), monitor.get("/targets/target-SXD-A5")):
        assert overdue in page
    assert "chậm 3 ngày làm việc" in facts(monitor.get("/targets/target-SXD-A5"))["Thời hạn"]
    lines = [line for its in reminders.plan_of(session, ON).values() for line in its]
    plan = {line.duty.order[-1]: line.duty for line in lines if line.duty.page.endswith("/2021-H1")}
    for case in CASES:
        due = facts(head.get(f"/figures/target-SXD-{case.code}/2021-H1"))["Hạn gửi"]
        if case.suspended is None:
            figure = plan[case.code]
            assert (
                due == f"{figure.by:%d/%m/%Y} · còn {figure.left} ngày làm việc" == "21/06/2021 · còn 3 ngày làm việc"
            )
        else:
            assert case.code not in plan
            assert due == deadline(case)


@pytest.mark.one_database
def test_a_deadline_that_was_kept_is_late_to_nobody(told: Town) -> None:
    """A5's deadline is over; once its goal is known to have been met in time, no page calls it late any more."""
    officer, head = told.browser("SXD", Office.OFFICER), told.browser("SXD", Office.HEAD)
    completion = "/figures/target-SXD-A5/completion"
    head.get(completion)
    head.post(completion, value="234", as_at="10/06/2021", do="send")
    head.get(completion + "/send")
    head.post(completion + "/send")
    written, read = (
        facts(officer.get(completion)),
        facts(told.browser("VP", Office.MONITOR).get("/targets/target-SXD-A5")),
    )
    assert written["Thời hạn của chỉ tiêu"] == read["Thời hạn"] == "11/06/2021"
    assert read["Số liệu gần nhất"] == "234\u00a0thủ tục, đến ngày 10/06/2021"
    last = facts(officer.get("/figures/target-SXD-A5/2021-H1"))["Số liệu trước đó"]
    assert last == "234\u00a0thủ tục · hoàn thành ngày 10/06/2021"


def test_what_is_stored_is_proved_and_hangs_on_no_day_off_ahead(told: Town, session: Session) -> None:
    """A day off that is added later moves D on every page, and makes no stored step wrong, open or closed."""
    now = told.at(ON)
    calendar_id = told.made.programme.calendar_id
    with unit_of_work(now) as writing:
        writing.add(CalendarDay(calendar_id=calendar_id, day=date(2021, 6, 21), works=False, note="Nghỉ"))
        touch(writing, "calendar", calendar_id)
    assert [str(one) for one in differences(session, ON)] == []
    officer, monitor = told.browser("SXD", Office.OFFICER), told.browser("VP", Office.MONITOR)
    assert facts(officer.get("/figures/target-SXD-A1/2021-H1"))["Thời hạn của chỉ tiêu"].startswith("22/06/2021 · ")
    assert "22/06/2021 · còn 3 ngày làm việc" in words(monitor.get("/targets?status=all&agency=SXD"))


def test_what_a_report_is_held_against_is_what_it_is_judged_by(told: Town, session: Session) -> None:
    """The facts without reports are those that the rule judges by, under the programme's own policy."""
    with unit_of_work(told.at(ON)) as writing:
        writing.add(PolicyVersion(programme_id=told.made.programme.id, from_on=None, values={"resubmit_days": 9}))
    for case in CASES:
        target = session.get_one(Target, told.made.targets[f"SXD-{case.code}"].id)
        found = signed(session, target, session.get_one(Commitment, target.commitment_id))
        assert found == replace(records_of(session, [target.id])[0].facts, reports=())
        assert found.policies[0].policy.resubmit_days == 9
