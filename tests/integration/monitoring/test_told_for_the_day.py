"""What a page says is said for the day that it shows: each sentence, and nothing of a day after a programme's last."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa

from tests.integration.monitoring.conftest import TODAY, World
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.models import AssessedDay, StatusSpan
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps.queries import holds_on
from tracker.compliance.telling.explain import why
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.languages import in_language
from tracker.people.models import Person
from tracker.rule import assess
from tracker.rule.reasons import ReasonCode

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]
LAST, LATER = date(2021, 12, 31), date(2026, 11, 26)
IN_A_ROW = r'href="/targets/([^"?]+)[^"]*">[^<]*</a><span class="t-sub">([^<]*)</span>'
IN_THE_ATTENTION = r'href="/targets/([^"?]+)[^"]*">.*?</span> ([^<]*)</p>'


def sentences(world: World, day: date) -> dict[str, str]:
    """What the rule says of each target on the day, by its token."""
    targets = {row.id: row for row in world.session.scalars(sa.select(Target))}
    with world.app.test_request_context(), in_language("vi"):
        return {
            targets[record.target_id].token: why(
                assess(record.known_on(day), day).reason.as_json(),
                "%" if record.facts.ratio or record.facts.shape == "deliverable" else targets[record.target_id].unit,
            )
            for record in records_of(world.session, list(targets))
        }


def stale(world: World, day: date, told: dict[str, str]) -> int:
    """How many of these sentences are not those of the day on which the step began."""
    spans = sa.select(Target.token, StatusSpan.reason).join(Target, Target.id == StatusSpan.target_id)
    with world.app.test_request_context(), in_language("vi"):
        return sum(
            told.get(token, "") != why(reason)
            for token, reason in world.session.execute(spans.where(holds_on(day)))
            if reason["code"] not in (ReasonCode.OVERDUE, ReasonCode.OVERDUE_WITHOUT_FIGURE)
        )


@pytest.mark.parametrize("day", [date(2021, 3, 26), date(2021, 5, 20), TODAY])
def test_every_sentence_is_that_of_the_day(enter: Enter, day: date) -> None:
    world = enter()
    monitor, right = world.browser(Office.MONITOR), sentences(world, day)
    told: dict[str, str] = {}
    for code in world.session.scalars(sa.select(Agency.code).where(Agency.code != "VP")):
        told |= dict(re.findall(IN_A_ROW, unescape(monitor.get(f"/agencies/{code}?on={day}"))))
    assert told == {token: right[token] for token in told}
    assert len(told) == 60
    assert stale(world, day, told), "steps go on while what they rest on changes"
    board = unescape(monitor.get(f"/board?on={day}"))
    attention = board[board.index('class="t-attention"') :]
    urgent = dict(re.findall(IN_THE_ATTENTION, attention[: attention.index("</ul>")], re.DOTALL))
    assert urgent == {token: right[token] for token in urgent}
    assert urgent or day == date(2021, 3, 26)
    known = unescape(monitor.get(f"/agencies/A01/known?on={day}&known_on={day}"))
    found = dict(re.findall(r'href="/targets/([^"?]+)[^"]*">[^<]*</a>.*?<span class="t-sub">([^<]*)</span>', known))
    assert found == {token: right[token] for token in found}


@pytest.fixture
def closed(enter: Enter, at: Callable[[date], clock.Moment]) -> World:
    """Years after the programme; a body has a new head since then."""
    world = enter(targets=3)
    at(LATER)
    with unit_of_work(clock.moment()) as session:
        person = Person(token="newcomer", name="Người đến sau", email="sau@example.vn", language="vi")
        session.add(person)
        session.flush()
        body = session.scalars(sa.select(Agency.id).where(Agency.code == "A02")).one()
        holding = {"person_id": person.id, "agency_id": body, "office": Office.HEAD, "from_on": date(2026, 1, 1)}
        session.add_all([OfficeHolding(**holding), AssessedDay(id=1, day=LATER)])
    return world


@pytest.mark.parametrize(
    "address",
    ["/board", "/targets?status=all", "/agencies/A00", "/leaders", "/domains", "/changes"],
)
def test_pages_of_a_closed_programme_open_on_its_last_day_and_say_so(closed: World, address: str) -> None:
    monitor = closed.browser(Office.MONITOR)
    page = monitor.get(address)
    assert "chương trình đã kết thúc ngày 31/12/2021" in page
    assert 'name="on" type="date" value="2021-12-31" max="2021-12-31"' in page
    assert "26/11/2026" not in page[page.index("<main") :]
    later = monitor.get(f"{address}{'&' if '?' in address else '?'}on=2022-03-01")
    assert "t-flash--warning" in later
    assert 'value="2022-03-01"' in later  # what was asked for stays, with its fault
    assert re.search(r"không tính ngày nào sau đó\.[^<]*31/12/2021", later)
    earlier = monitor.get(f"{address}{'&' if '?' in address else '?'}on=2021-05-14")
    assert 'value="2021-05-14" max="2021-12-31"' in earlier


def test_no_day_after_the_last_counts_for_a_leader_a_curve_a_change_or_a_forecast(closed: World) -> None:
    monitor = closed.browser(Office.MONITOR)
    for file in ("/board.csv", "/targets.csv?status=all", "/leaders.csv", "/changes.csv"):
        rows = monitor.rows(file)
        assert rows or "changes" in file
        assert {row["Tính đến ngày"] for row in rows} <= {"2021-12-31"}
    heads = monitor.rows("/leaders.csv")
    assert [row["Người đứng đầu"] for row in heads] == ["head A00"]
    assert int(heads[0]["Số ngày có điểm"]) <= (LAST - date(2021, 1, 1)).days + 1
    assert "Người đến sau" not in monitor.get("/agencies/A02")
    assert monitor.rows("/forecast.csv?days=90") == []
    assert "Không còn thay đổi nào" in monitor.get("/forecast")
    body = monitor.get("/agencies/A00")
    assert "2022" not in body[body.index("t-stack") : body.index("</main>")]


def test_a_target_of_a_closed_programme_tells_of_its_last_day_too(closed: World) -> None:
    token = closed.session.scalar(sa.select(Target.token).order_by(Target.id).limit(1))
    page = closed.browser(Office.MONITOR).get(f"/targets/{token}")
    assert "chương trình đã kết thúc ngày 31/12/2021" in page
    assert "31/12/2021" in page[page.index('class="t-receipt') :]
    assert "Sẽ thay đổi" not in page


def test_a_closed_programme_is_not_asked_for_a_later_day(closed: World) -> None:
    known = closed.browser(Office.MONITOR).get("/agencies/A00/known?on=2022-03-01")
    assert re.search(r"<h1[^>]*>[^<]*31/12/2021[^<]*26/11/2026", known)
    assert "Chương trình đã kết thúc ngày 31/12/2021" in known
    administrator = closed.browser(Office.MONITOR)
    page = administrator.post("/inquiries", 400, on="01/03/2022", known_on="26/11/2026")
    assert "Chương trình đã kết thúc ngày 31/12/2021" in page
