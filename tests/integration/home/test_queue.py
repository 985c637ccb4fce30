"""A queue is worked through from one place: after each press it stands as it was left, at what comes next."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import PRESS_ON, Town
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.tables import CURSOR
from tracker.home import queries
from tracker.rule.calendar import ONE_DAY

pytestmark = pytest.mark.one_database
PLACE = "q=cat+giam&agency=SXD&programme=PAR-2021&period=2021-H1&sort=-sent&jump=2021-06-16"


def send(town: Town, *codes: str) -> None:
    with unit_of_work(town.at("2021-06-16")) as session:
        for code in codes:
            errand.target(session, town.made, "SXD", code)
    head = town.browser("SXD", Office.HEAD)
    for code in codes:
        address = f"/figures/target-SXD-{code}/2021-H1"
        head.get(address)
        head.post(address, value="5", narrative="Đang rà soát", do="send")
        head.get(address + "/send")
        head.post(address + "/send")


def reports(page: str) -> list[str]:
    """The addresses of the reports in the queue."""
    return [unescape(href) for href in re.findall(r'<th scope="row"><a href="(/appraisals/[^"]+)', page)]


def test_the_place_of_these_tests_is_all_that_an_address_of_the_queue_can_say() -> None:
    """But for its page, which stands instead of where it begins."""
    assert {*parse_qs(PLACE), CURSOR} == set(queries.queue_listing([], [], []).names())


def test_that_nobody_can_answer_a_return_is_said_before_the_decision(town: Town, session: Session) -> None:
    send(town, "X1")
    appraiser = town.browser("SNV", Office.APPRAISER)
    (report,) = reports(appraiser.get("/appraisals"))
    warning = "Cơ quan đã kết thúc hoạt động ngày 15/06/2021: nếu trả lại báo cáo này thì không còn ai trả lời."
    for last, told in ((None, False), (PRESS_ON, False), (PRESS_ON - ONE_DAY, True)):
        session.execute(sa.update(Agency).where(Agency.code == "SXD").values(exists_to=last))
        session.commit()
        assert (warning in appraiser.get(report)) == told, last


def test_after_each_press_the_queue_stands_as_it_was_left(town: Town) -> None:
    send(town, "X1", "X2")
    appraiser = town.browser("SNV", Office.APPRAISER)
    place = f"/appraisals?{PLACE}"
    first, second = reports(appraiser.get(place))
    token = second.split("/")[2].split("?")[0]
    assert re.search(rf'<tr id="report-{token}"', appraiser.page)

    decided = appraiser.decide(first, outcome="accept")
    assert decided.location == f"{place}#report-{token}"
    (left,) = reports(appraiser.get(place))
    assert left.split("?")[0] == second.split("?")[0]

    # Accepted together: named, cancelled and done from the same place.
    sent = re.search(r'name="report" value="([^"]+)"', appraiser.page)
    assert sent
    action = unescape(re.findall(r'<form method="post" action="([^"]+)"', appraiser.page)[-1])
    assert appraiser.post(action, 303).location == place, "nothing was ticked"
    appraiser.get(place)
    appraiser.post(action, 200, report=sent.group(1))
    assert f'href="{place.replace("&", "&amp;")}"' in appraiser.page
    assert appraiser.post(action, report=sent.group(1)).location == place

    # Nothing is left there, and the filters are still in force, in words.
    page = appraiser.get(place)
    assert "Không có báo cáo chờ thẩm định nào như vậy" in page
    for chosen in ("Sở Xây dựng", "6 tháng đầu năm 2021"):
        assert re.search(rf"<option [^>]*selected>{chosen}<", page), chosen
    assert "2021-H1<" not in page, "periods by name, also of what was decided"

    withdrawn = appraiser.get(reports_decided(page)[0])
    assert f'href="{place.replace("&", "&amp;")}"' in withdrawn
    back = unescape(re.findall(r'href="(/appraisals/[^"]+/withdraw[^"]*)"', withdrawn)[0])
    appraiser.get(back)
    assert appraiser.post(back, reason="Bấm nhầm").location.partition("?")[2] == PLACE


def reports_decided(page: str) -> list[str]:
    """The addresses of what was decided today."""
    return [unescape(href) for href in re.findall(r'<li><a href="(/appraisals/[^"]+)', page)]
