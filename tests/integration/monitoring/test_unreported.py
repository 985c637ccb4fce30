"""Who has not reported: body by body and by the hands in which a report lies; as a page, as a file, and in one body."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, halves
from tests.integration.monitoring.conftest import Browser
from tests.support.product import Scene
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office
from tracker.compliance.telling.owed import owed_figures
from tracker.core import clock
from tracker.programmes.models import Period
from tracker.progress.hands import Hand
from tracker.reminders.asking import missing

TODAY = date(2021, 6, 22)  # a day after the half-year's reports were due
Desk = Callable[[str, Office], Browser]


@pytest.fixture
def made(session: Session, scene: Scene, at: Callable[[date], clock.Moment]) -> errand.Province:
    at(TODAY)
    scene(halves.build)
    return errand.found(session)


@pytest.fixture
def desk(app: Flask, made: errand.Province) -> Desk:
    def of(body: str, office: Office) -> Browser:
        client = app.test_client()
        sign_in(app, client, made.people[(body, office)].id)
        return Browser(client)

    return of


def test_each_report_lies_in_one_hand_and_none_is_missed(made: errand.Province, session: Session) -> None:
    period = session.get_one(Period, made.periods[halves.PERIOD].id)
    found = missing.of_period(session, TODAY, period)
    own = found[made.bodies["SXD"].id]
    assert (own.reported, own.owed) == (1, 6)
    assert own.counts == {Hand.WITH_HEAD: 1, Hand.DRAFT: 1, Hand.HANDED_BACK: 1, Hand.RETURNED: 1, Hand.OWED: 1}
    assert found[made.bodies["SYT"].id].counts == {Hand.OWED: 1}
    by_rule = [one for one in owed_figures(session, TODAY) if one.period_id == period.id]
    assert sorted(one.figure.target_id for body in found.values() for one in body.missing) == sorted(
        one.target_id for one in by_rule
    )


def test_the_period_that_is_looked_at_is_the_latest_whose_last_day_has_come(
    made: errand.Province, session: Session
) -> None:
    for day, usual, offered in (
        (date(2021, 2, 10), "2021-Q1", ["2021-Q1"]),
        (date(2021, 3, 14), "2021-Q1", ["2021-H1", "2021-Q1"]),
        (TODAY, "2021-H1", ["2021-Q3", "2021-H1", "2021-Q1"]),
    ):
        found = missing.periods(session, made.programme.id, day)
        assert [one.code for one in found] == offered
        first = missing.usual(found, day)
        assert first is not None
        assert first.code == usual


@pytest.mark.one_database
def test_the_page_counts_by_body_and_each_count_leads_to_its_reports(desk: Desk) -> None:
    monitor = desk("VP", Office.MONITOR)
    page = monitor.get("/unreported")
    assert "1 trên 7" in page
    assert "chậm 1 ngày làm việc" in page
    assert "Sở Y tế" in page
    for state, count in (("with_head", 1), ("draft", 2), ("returned", 1), ("nothing", 1)):
        found = re.search(rf'href="(/unreported/SXD\?[^"]*)#{state}">(\d+)<', page)
        assert found, state
        assert int(found.group(2)) == count
        section = monitor.get(found.group(1).replace("&amp;", "&")).split(f'id="{state}"')[1].split("</table>")[0]
        assert section.count("Chỉ tiêu ") == count
    assert "Thiếu tài liệu chứng minh" in monitor.get("/unreported/SXD")


@pytest.mark.one_database
def test_filters_order_and_the_file_say_the_same(desk: Desk) -> None:
    monitor = desk("VP", Office.MONITOR)
    assert "Sở Y tế" not in monitor.get("/unreported?state=returned")
    assert "Sở Xây dựng" not in monitor.get("/unreported?q=y+t%E1%BA%BF").split("<tbody>")[1]
    rows = {row["Mã"]: row for row in monitor.rows("/unreported.csv?sort=agency")}
    assert (rows["SXD"]["Đã gửi"], rows["SXD"]["Số báo cáo phải gửi"], rows["SXD"]["Trả lại"]) == ("1", "6", "1")
    assert rows["SYT"]["Hạn sớm nhất"] == "2021-06-21"
    assert "còn " in monitor.get("/unreported?period=2021-Q3")


@pytest.mark.one_database
def test_a_body_sees_its_own_and_no_other(desk: Desk) -> None:
    head = desk("SXD", Office.HEAD)
    assert "Chỉ tiêu nothing" in head.get("/unreported/SXD")
    head.get("/unreported", 403)
    head.get("/unreported/SYT", 404)
