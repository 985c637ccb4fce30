"""Who is reminded, when, of what; and who is not. On real databases, through a real SMTP server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.conftest import Postbox
from tests.support.product import Scene
from tracker.accounts import service as accounts
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.people.models import Person
from tracker.programmes.models import CalendarDay
from tracker.progress.models import Decision, Draft, Report, Revision
from tracker.reminders.models import ReminderSent

At = Callable[[date | str], clock.Moment]
DUE = "2021-06-21"  # a Monday: the half-year's 20 June is a Sunday
HEAD, OFFICER = "person0@example.vn", "person1@example.vn"
MONITOR = f"person{errand.OFFICES.index(('VP', Office.MONITOR, 'Phòng Tổng hợp, Văn phòng UBND tỉnh'))}@example.vn"
DEPUTY, VICE_CHAIR = "deputy@example.vn", "vice@example.vn"


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> Province:
    """The small province, with one target of Sở Xây dựng that reports by the half-year; Q1 is in."""
    at("2021-06-01")
    scene(build)
    return errand.found(session)


def build() -> None:
    with unit_of_work() as session:
        made = errand.province(session)
        for body, office, email in (("SXD", Office.DEPUTY, DEPUTY), ("VP", Office.VICE_CHAIR, VICE_CHAIR)):
            person = Person(token=email, name=f"{office} {body}", email=email, language="vi")
            session.add(person)
            session.flush()
            holding = {"person_id": person.id, "agency_id": made.bodies[body].id, "from_on": date(2020, 1, 1)}
            session.add(OfficeHolding(office=office, **holding))
        target = errand.target(session, made, due_on=date(2021, 12, 31))
        decide(session, report(session, made, target.id, "2021-Q1", date(2021, 3, 16)), "accepted", date(2021, 3, 17))


def decide(session: Session, revision: Revision, outcome: str, day: date) -> None:
    """The appraiser's decision on what was sent."""
    session.add(Decision(revision_id=revision.id, seq=1, outcome=outcome, decided_on=day, recorded_on=day))
    session.get_one(Report, revision.report_id).state = outcome
    session.flush()


def report(
    session: Session, made: Province, target_id: int, period: str, sent_on: date, value: int = 100, body: str = "SXD"
) -> Revision:
    row = Report(
        token=f"report-{target_id}-{period}",
        target_id=target_id,
        programme_id=made.programme.id,
        agency_id=made.bodies[body].id,
        period_id=made.periods[period].id,
        kind="periodic",
        state="sent",
        sent_on=sent_on,
    )
    session.add(row)
    session.flush()
    revision = Revision(report_id=row.id, seq=1, submitted_on=sent_on, recorded_on=sent_on, value=value)
    session.add(revision)
    session.flush()
    touch(session, "target", target_id)
    return revision


def run(app: Flask, *names: str) -> None:
    for name in names:
        line = entry(name)
        assert line is not None
        assert runner.run(app, line, clock.now()) == "done"


def reminded(postbox: Postbox) -> Collection[str]:
    return sorted(str(mail["To"]) for mail in postbox.mails)


def text_of(postbox: Postbox) -> str:
    """The first mail, as its reader sees it."""
    body = postbox.mails[0].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def the_target(made: Province) -> Any:
    return made.targets["SXD-T01"]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2021-06-15", False),  # four working days ahead
        ("2021-06-16", True),  # three
        ("2021-06-19", False),  # a Saturday
        ("2021-06-21", True),  # the day
        ("2021-06-22", True),  # late since yesterday
        ("2021-06-29", True),  # the run was missed for days: late is late
        ("2021-09-15", True),  # and what is late never drops out
    ],
)
def test_on_which_days_head_and_officer_are_reminded(
    app: Flask, made: Province, postbox: Postbox, at: At, day: str, told: bool
) -> None:
    at(day)
    run(app, "remind", "deliver")
    assert [who for who in reminded(postbox) if who in (HEAD, OFFICER)] == ([HEAD, OFFICER] if told else [])


def test_a_day_off_by_the_calendar_is_no_day_to_write(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    with unit_of_work() as session:
        session.add(CalendarDay(calendar_id=made.programme.calendar_id, day=date(2021, 6, 16), works=False))
    at("2021-06-16")
    run(app, "remind", "deliver")
    assert postbox.mails == []


def test_once_on_each_rung(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    """Working day after working day of three weeks; each line of those above by their longer grace."""
    day, last = date(2021, 6, 14), date(2021, 7, 9)
    while day <= last:
        at(day)
        run(app, "remind", "deliver")
        day += timedelta(days=1)

    def subjects(to: str) -> list[str]:
        digests = [mail for mail in postbox.mails if "<digest." in str(mail["List-Id"])]
        return [str(mail["Subject"]) for mail in digests if mail["To"] == to]

    title = "Cắt giảm thời gian giải quyết thủ tục"
    ahead = [f"{days}: {title}" for days in ("còn 3 ngày làm việc", "đến hạn hôm nay", "chậm 1 ngày làm việc")]
    late = [f"chậm {days} ngày làm việc: {title}" for days in (5, 10)]
    own = [*ahead, f"chậm 4 ngày làm việc: {title} · 1 tin mới", *late]  # it counts as unreported from that day on
    assert subjects(HEAD) == [f"1 việc đang chờ cần theo dõi · {told}" for told in own]
    assert subjects(OFFICER) == [f"1 việc chờ ông/bà hôm nay · {told}" for told in own]
    late = [f"1 việc đang chờ cần theo dõi · {told}" for told in late]
    assert subjects(MONITOR) == late
    assert subjects(VICE_CHAIR) == late[1:]


def test_what_the_mail_says(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    at("2021-06-16")
    run(app, "remind", "deliver")
    text = text_of(postbox)
    for words in (
        "Kính gửi: Giám đốc Sở Xây dựng",
        "Sở Xây dựng\n",
        "Cắt giảm thời gian giải quyết thủ tục",
        "Báo cáo 6 tháng đầu năm 2021 · hạn 21/06/2021, còn 3 ngày làm việc",
        "http://localhost/figures/target-SXD-T01/2021-H1",
    ):
        assert words in text


def test_nobody_is_reminded_of_what_was_sent(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    with unit_of_work(at("2021-06-15")) as session:
        report(session, made, the_target(made).id, "2021-H1", date(2021, 6, 15))
    at("2021-06-16")
    run(app, "remind", "deliver")
    assert postbox.mails == []


def test_what_is_sent_between_planning_and_delivery_leaves_no_mail(
    app: Flask, made: Province, postbox: Postbox, at: At
) -> None:
    now = at("2021-06-16")
    run(app, "remind")
    with unit_of_work(now) as session:
        report(session, made, the_target(made).id, "2021-H1", date(2021, 6, 16))
    run(app, "deliver")
    assert postbox.mails == []
    with unit_of_work() as session:
        assert set(session.scalars(sa.select(ReminderSent.closed_on))) == {date(2021, 6, 16)}


def test_only_the_finished_line_leaves_the_mail(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    with unit_of_work() as session:
        other = errand.target(session, made, code="T02", title={"vi": "Mục tiêu thứ hai"})
        report(session, made, other.id, "2021-Q1", date(2021, 3, 16))
    now = at("2021-06-16")
    run(app, "remind")
    with unit_of_work(now) as session:
        report(session, made, the_target(made).id, "2021-H1", date(2021, 6, 16))
    run(app, "deliver")
    text = text_of(postbox)
    assert "Mục tiêu thứ hai" in text
    assert "Cắt giảm" not in text
    assert "Mục tiêu thứ hai" in postbox.mails[0]["Subject"]


def test_the_officer_has_done_their_part_when_the_head_has_the_draft(
    app: Flask, made: Province, postbox: Postbox, at: At
) -> None:
    now = at("2021-06-16")
    with unit_of_work() as session:
        session.add(
            Draft(
                token="draft",
                target_id=the_target(made).id,
                agency_id=made.bodies["SXD"].id,
                period_id=made.periods["2021-H1"].id,
                kind="periodic",
                state="with_head",
                typed={"value": "5"},
                language="vi",
                entered_by_id=made.people[("SXD", Office.OFFICER)].id,
                updated_at=now.at,
            )
        )
    run(app, "remind", "deliver")
    assert reminded(postbox) == [HEAD]


@pytest.mark.parametrize("gone", ["office", "account"])
def test_what_was_handed_to_nobody_is_the_officer_s_again(
    app: Flask, made: Province, postbox: Postbox, at: At, gone: str
) -> None:
    now = at("2021-06-16")
    target = the_target(made)
    with unit_of_work(now) as session:
        handed = {"target_id": target.id, "agency_id": target.agency_id, "period_id": made.periods["2021-H1"].id}
        writer = made.people[("SXD", Office.OFFICER)].id
        more = {"kind": "periodic", "state": "with_head", "typed": {"value": "5"}, "language": "vi"}
        session.add(Draft(token="draft", entered_by_id=writer, updated_at=now.at, **handed, **more))
        head = sa.and_(OfficeHolding.office == Office.HEAD, OfficeHolding.agency_id == target.agency_id)
        if gone == "office":
            session.execute(sa.update(OfficeHolding).where(head).values(to_on=date(2021, 6, 15)))
        else:
            accounts.register(session, now, made.people[("SXD", Office.HEAD)], "mật khẩu thử nghiệm").active = False
    run(app, "remind", "deliver")
    assert reminded(postbox) == [OFFICER]


def test_a_return_is_to_be_answered(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    with unit_of_work(at("2021-06-17")) as session:
        revision = report(session, made, the_target(made).id, "2021-H1", date(2021, 6, 16))
        decide(session, revision, "returned", date(2021, 6, 17))
    at("2021-06-18")  # to be answered by the 22nd: three working days after the return
    run(app, "remind", "deliver")
    text = text_of(postbox)
    assert "Bị trả lại: trả lời thẩm định báo cáo 6 tháng đầu năm 2021 · hạn 22/06/2021, còn 2 ngày làm việc" in text


def test_the_reader_s_language(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    with unit_of_work() as session:
        session.merge(made.people[("SXD", Office.HEAD)]).language = "en"
    at("2021-06-16")
    run(app, "remind", "deliver")
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in postbox.mails}
    assert subjects[HEAD] == "You see to 1 thing that waits · in 3 working days: Cut the processing time of procedures"


def test_a_second_run_of_the_day_writes_to_nobody_again(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    at("2021-06-16")
    run(app, "remind")
    line = entry("remind")
    assert line is not None
    assert runner.run(app, line, clock.now().replace(minute=59)) == "done"
    run(app, "deliver")
    assert reminded(postbox) == [HEAD, OFFICER]


@pytest.mark.parametrize("when", ["before the plan", "before it leaves"])
def test_nobody_is_told_of_what_was_closed(app: Flask, made: Province, postbox: Postbox, at: At, when: str) -> None:
    at("2021-06-22")
    for step in ("before the plan", "before it leaves"):
        if step == when:
            with unit_of_work() as session:
                theirs = Target.id == the_target(made).id
                session.execute(sa.update(Target).where(theirs).values(closed_on=date(2021, 6, 22)))
        run(app, "remind" if step == "before the plan" else "deliver")
    assert postbox.mails == []
    with unit_of_work() as session:
        planned = session.scalar(sa.select(sa.func.count()).select_from(ReminderSent))
    assert bool(planned) is (when == "before it leaves")


def test_nobody_is_reminded_of_a_programme_that_is_long_over(
    app: Flask, made: Province, postbox: Postbox, at: At
) -> None:
    """A report of it is late for ever, and no page asks for it any more."""
    at("2021-12-30")
    run(app, "remind", "deliver")
    assert {HEAD, OFFICER} <= set(reminded(postbox))
    postbox.mails.clear()
    at("2026-12-01")
    run(app, "remind", "deliver")
    assert not {HEAD, OFFICER} & set(reminded(postbox))
