"""First pages: what each office finds there, in both languages, and how many statements they take."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import Browser, Town
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.models import StatusSpan
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("body", "office"),
    [
        ("SXD", Office.OFFICER),
        ("SXD", Office.HEAD),
        ("SNV", Office.HEAD),
        ("SNV", Office.APPRAISER),
        ("VP", Office.APPRAISER),
    ],
)
def test_everybody_has_a_first_page(town: Town, session: Session, body: str, office: Office, language: str) -> None:
    with unit_of_work() as writing:
        writing.get_one(type(town.made.people[(body, office)]), town.made.people[(body, office)].id).language = language
    page = town.browser(body, office).get("/")
    assert f'lang="{language}"' in page


def test_a_monitor_goes_to_the_board_and_an_administrator_to_the_jobs(town: Town) -> None:
    assert town.browser("VP", Office.MONITOR).client.get("/").location == "/board"
    assert town.browser("VP", Office.ADMINISTRATOR).client.get("/").location == "/jobs"


def test_the_head_sees_what_is_late_why_and_what_mends_it(town: Town) -> None:
    town.at("2021-07-05")
    with unit_of_work(town.at("2021-07-05")) as session:
        errand.target(session, town.made, "SXD", "T09", due_on=date(2021, 6, 25), frequency="quarterly")
    page = town.browser("SXD", Office.HEAD).get("/")
    assert "t-mark--bad" in page
    assert "/figures/target-SXD-T09/2021-H1" in page


def test_targets_stand_by_the_numbers_of_their_codes(town: Town) -> None:
    with unit_of_work(town.at("2021-06-16")) as session:
        for code in ("T10", "T9"):
            errand.target(session, town.made, "SXD", code)
    browser = town.browser("SXD", Office.OFFICER)
    for address in ("/", "/sheets/SXD/2021-H1"):
        page = browser.get(address)
        assert page.index("/figures/target-SXD-T9/") < page.index("/figures/target-SXD-T10/"), address


def test_a_programme_that_is_over_is_told_as_of_its_last_day(town: Town) -> None:
    with unit_of_work(town.at("2021-07-05")) as unit:
        errand.target(unit, town.made, "SXD", "T09", due_on=date(2021, 6, 25), frequency="quarterly")
    town.at("2021-12-31")
    assert "chỉ tiêu quá hạn đứng tên" in town.browser("SXD", Office.HEAD).get("/")
    with unit_of_work(clock.moment()) as unit:  # what came in later turns it after the last day
        of_target = sa.select(Target.id).where(Target.token == "target-SXD-T09").scalar_subquery()
        steps = sa.select(StatusSpan).where(StatusSpan.target_id == of_target, StatusSpan.to_on.is_(None))
        last = unit.scalars(steps).one()
        assert last.status == "overdue"
        kept = {c.key: getattr(last, c.key) for c in sa.inspect(StatusSpan).columns if c.key not in {"id", "to_on"}}
        last.to_on = date(2022, 1, 10)
        unit.flush()
        unit.add(StatusSpan(**{**kept, "from_on": date(2022, 1, 10), "status": "met_late"}))
    town.at("2022-01-20")
    page = town.browser("SXD", Office.HEAD).get("/")
    assert "đã kết thúc ngày 31/12/2021." in page
    assert 'href="/agencies/SXD?programme=PAR-2021"' in page
    assert "chỉ tiêu quá hạn đứng tên" not in page
    for address in ("/figures/target-SXD-T09/completion", "/figures/target-SXD-T09/2021-H1"):
        figure = town.browser("SXD", Office.OFFICER).get(address)
        assert "đây là kết quả của chỉ tiêu vào ngày đó" in figure
        assert "Quá hạn" in figure[figure.index("<main") :]
        assert "Hoàn thành muộn" not in figure


def test_what_comes_in_after_the_end_is_told_as_of_the_last_day_while_it_waits(town: Town) -> None:
    """An overdue target whose programme is over cannot be met any more: only a report of it waits for somebody."""
    with unit_of_work(town.at("2021-07-05")) as unit:
        errand.target(unit, town.made, "SXD", "T09", starts_on=date(2021, 4, 1), due_on=date(2021, 6, 25))
    address, nothing, overdue = "/figures/target-SXD-T09/2021-H1", "Hôm nay không có việc", "chỉ tiêu quá hạn đứng tên"

    def card(head: Browser) -> str:
        _before, found, after = head.get("/").partition('href="/targets/target-SXD-T09"')
        return found and after.split("</article>")[0]

    town.at("2021-12-31")
    head = town.browser("SXD", Office.HEAD)
    days = re.findall(r"\d+ ngày làm việc", card(head))
    assert (len(days), overdue in head.page, "càng sớm điểm càng cao" in card(head)) == (1, True, True)
    town.at("2022-02-10")
    head, appraiser = town.browser("SXD", Office.HEAD), town.browser("SNV", Office.APPRAISER)
    assert card(head) == "", "nothing of it waits"

    def send() -> None:
        head.get(address)
        head.post(address, value="5", narrative="Gửi lại", do="send")
        head.get(address + "/send")
        head.post(address + "/send")

    def decide(**typed: str) -> None:
        found = re.search(r'<th scope="row"><a href="(/appraisals/[^"?]+)', appraiser.get("/appraisals"))
        assert found
        appraiser.decide(found.group(1), **typed)

    send()
    told = card(head)
    assert re.findall(r"\d+ ngày làm việc", told) == days
    assert "Chương trình đã kết thúc ngày 31/12/2021" in told
    assert "càng sớm" not in told
    assert (nothing in head.page, overdue in head.page) == (True, False)

    decide(outcome="return", reason="Thiếu tài liệu kiểm chứng")
    assert re.findall(r"\d+ ngày làm việc", card(head)) == days
    assert ("1 việc" in head.page, overdue in head.page) == (True, False)

    send()
    decide(outcome="accept")
    assert card(head) == ""
    assert (nothing in head.page, overdue in head.page) == (True, False)


@pytest.mark.parametrize("address", ["/", "/sheets/SXD/2021-H1"])
def test_a_body_with_many_targets_takes_no_more_statements(town: Town, statements: Any, address: str) -> None:
    browser = town.browser("SXD", Office.HEAD)
    browser.get(address)

    def count() -> int:
        statements.clear()
        browser.get(address)
        return len(statements)

    few = count()
    with unit_of_work(town.at("2021-06-16")) as session:
        for number in range(97):
            errand.target(session, town.made, "SXD", f"X{number:02}")
    assert count() == few
    assert few <= 25


def test_the_queue_takes_no_more_statements_with_more_reports(town: Town, statements: Any) -> None:
    head, appraiser = town.browser("SXD", Office.HEAD), town.browser("SNV", Office.APPRAISER)

    def send(code: str) -> None:
        address = f"/figures/target-SXD-{code}/2021-H1"
        head.get(address)
        head.post(address, value="5", do="send")
        head.get(address + "/send")
        head.post(address + "/send")

    def count() -> int:
        statements.clear()
        appraiser.get("/appraisals")
        return len(statements)

    send("T01")
    few = count()
    with unit_of_work(town.at("2021-06-16")) as session:
        for number in range(8):
            errand.target(session, town.made, "SXD", f"X{number}")
    for number in range(8):
        send(f"X{number}")
    assert count() == few
    assert few <= 15
    assert "t-table" not in appraiser.get("/appraisals?period=2021-Q1")
    assert "t-table" in appraiser.get("/appraisals?agency=SXD&programme=PAR-2021&period=2021-H1")


def test_a_get_writes_nothing(town: Town, statements: Any) -> None:
    browser = town.browser("SXD", Office.HEAD)
    statements.clear()
    for address in ("/", "/figures/target-SXD-T01/2021-H1", "/sheets/SXD/2021-H1"):
        browser.get(address)
    assert not [text for text in statements if text.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
