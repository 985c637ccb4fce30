"""A day as it is known on another: one target and one body live, the province by a recalculation; files and scope."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import python_calamine
import sqlalchemy as sa

from jobs import answer, runner, timetable
from tests.integration.monitoring.conftest import World
from tests.support.signing_in import token as form_token
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.recalculations.models import RecalculationRow
from tracker.core import clock

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]
ON, KNOWN_ON = "20/06/2021", "01/07/2021"


def asked(world: World, **typed: str) -> str:
    """The address of a recalculation that a monitor has asked for."""
    client = world.browser(Office.MONITOR).client
    days = {"on": ON, "known_on": KNOWN_ON, **typed}
    response = client.post("/inquiries", data={"csrf_token": form_token(client, "/account"), **days})
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def work(world: World) -> None:
    line = timetable.Entry("answer", answer.run, timetable.TIMETABLE[0].trigger)
    assert runner.run(world.app, line, clock.now()) == "done"


def late(package: Any) -> None:
    """What was sent and decided in June becomes known on its last day."""
    reports = (r for c in package["commitments"] for t in c["targets"] for r in t.get("reports", ()))
    for revision in (revision for report in reports for revision in report["revisions"]):
        later(revision, "submitted_on")
        for decision in revision.get("decisions", ()):
            later(decision, "decided_on")


def later(record: dict[str, str], own_day: str) -> None:
    if record[own_day] >= "2021-06-01":
        record["recorded_on"] = max(record.get("recorded_on", ""), record[own_day], "2021-06-30")


def rows_of(world: World) -> list[RecalculationRow]:
    world.session.rollback()
    return list(world.session.scalars(sa.select(RecalculationRow)))


def test_the_page_shows_progress_then_the_answer(enter: Enter) -> None:
    world = enter(6, change=late)
    address = asked(world)
    monitor = world.browser(Office.MONITOR)
    page = monitor.get(address)
    assert "Bộ lập lịch bắt đầu tính trong vòng một phút" in page
    assert 'hx-trigger="every 3s"' in page
    assert "<progress" in page
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', page)
    part = monitor.client.get(address, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part.headers
    work(world)
    part = monitor.client.get(address, headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    page = monitor.get(address)
    differ = [row for row in rows_of(world) if row.differs]
    assert differ
    assert f"<strong>{len(differ)} chỉ tiêu khác nhau.</strong>" in page
    assert page.count("→ ") >= len(differ)
    assert "http-equiv" not in page
    assert "20/06/2021 theo dữ liệu biết đến ngày 01/07/2021" in monitor.get("/inquiries")


def test_every_number_of_the_matrix_leads_to_its_targets(enter: Enter) -> None:
    world = enter(6, change=late)
    address = asked(world)
    work(world)
    monitor = world.browser(Office.MONITOR)
    cells = re.findall(r'<a class="t-quiet" href="([^"]+before=[^"]+)">(?:<strong>)?(\d+)', monitor.get(address))
    assert sum(int(number) for _href, number in cells) == len(rows_of(world))
    for href, number in cells:
        listed = monitor.get(href.replace("&amp;", "&").partition("#")[0])
        body = listed[listed.index('id="targets"') :]
        table = body[: body.index("</table>")]
        assert table.count('<th scope="row">') == int(number)


def test_the_files_hold_every_target_and_every_body(enter: Enter) -> None:
    world = enter(6, change=late)
    address = asked(world)
    work(world)
    monitor = world.browser(Office.MONITOR)
    rows = rows_of(world)
    targets = monitor.rows(f"{address}/targets.csv?show=all")
    assert len(targets) == len(rows) == 18
    assert len(monitor.rows(f"{address}/targets.csv")) == sum(row.differs for row in rows)
    assert any(row["Chênh lệch"] not in ("", "0.00") for row in targets)
    listed = unescape(monitor.get(f"{address}?show=all"))
    listed = listed[listed.index('id="targets"') :].partition("<tbody")[2].partition("</tbody>")[0]
    for line, row in zip(targets, listed.split("</tr>"), strict=False):
        assert line["Chỉ tiêu"] in row, "the file is in the order of its page"
        assert line["Cơ quan"] in row
    assert monitor.rows(f"{address}/targets.csv?show=all&sort=shift") == targets[::-1]
    bodies = monitor.rows(f"{address}/bodies.csv")
    assert [int(row["Chỉ tiêu"]) for row in bodies] == [6, 6, 6]
    workbook = monitor.client.get(f"{address}/answer.xlsx?show=all")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook.data))
    sheets = [book.get_sheet_by_index(place).to_python() for place in (0, 1)]
    assert [len(sheet) for sheet in sheets] == [19, 4]
    written = list(csv.reader(io.StringIO(monitor.get(f"{address}/bodies.csv")[1:])))
    assert [str(cell) for cell in sheets[1][1]][2] == written[1][2]


def test_days_ahead_are_refused_beside_their_field(enter: Enter) -> None:
    world = enter(2)
    page = world.browser(Office.MONITOR).post("/inquiries", 400, on="02/07/2021", known_on="x")
    assert 'id="known_on-error"' in page
    page = world.browser(Office.ADMINISTRATOR).post("/inquiries", 400, on="02/07/2021", known_on=KNOWN_ON)
    assert 'id="on-error"' in page
    assert "Ngày này chưa tới" in page
    page = world.browser(Office.MONITOR).post("/inquiries", 400, on="01/07/2015", known_on=KNOWN_ON)
    assert 'id="on-error"' in page, "before the programme: a slip of the year"
    assert 'value="01/07/2015"' in page


def test_a_body_is_seen_by_its_own_head_alone(enter: Enter) -> None:
    world = enter(6, change=late)
    head, monitor = world.browser(Office.HEAD), world.browser(Office.MONITOR)
    address = "/agencies/A00/known?on=2021-06-20&known_on=2021-07-01"
    page = head.get(address)
    assert "Ngày 20/06/2021 theo dữ liệu biết đến ngày 01/07/2021" in page
    head.get("/agencies/A01/known", 404)
    monitor.get("/agencies/A01/known")
    monitor.get("/agencies/none/known", 404)
    titles = text_rows(page)
    agency_id = world.session.scalars(sa.select(Agency.id).where(Agency.code == "A00")).one()
    targets = world.session.scalars(sa.select(Target).where(Target.agency_id == agency_id)).all()
    assert titles == len(targets)
    assert "t-flash--warning" in monitor.get("/agencies/A00/known?known_on=2031-01-01")
    for unsigned in ("on=2021-06-20&known_on=2020-12-31", "on=2020-12-31&known_on=2021-06-20"):
        assert "Chưa có cam kết đến ngày này" in monitor.get(f"/agencies/A00/known?{unsigned}")


def test_the_page_of_a_target_sets_both_answers_side_by_side(enter: Enter) -> None:
    world = enter(20, change=late)
    address = asked(world)
    work(world)
    monitor = world.browser(Office.MONITOR)
    moved = next(row for row in rows_of(world) if row.differs and row.status_before)
    token = world.session.get_one(Target, moved.target_id).token
    page = monitor.get(f"/targets/{token}?on=2021-06-20&known_on=2021-07-01")
    assert "Kết quả đã công bố và kết quả theo dữ liệu biết được" in page
    card = page[page.index("Kết quả đã công bố và kết quả") :]
    assert score(moved.score_before) in card[: card.index("</table>")]
    assert score(moved.score_after) in card[: card.index("</table>")]
    assert "Kết quả đã công bố và" not in monitor.get(f"/targets/{token}?on=2021-06-20")
    assert f"/targets/{token}?on=2021-06-20&amp;known_on=2021-07-01" in monitor.get(address)
    assert "Chưa có kết quả cho ngày này" in monitor.get(f"/targets/{token}?on=2021-06-20&known_on=2020-12-31")


def text_rows(page: str) -> int:
    """How many targets stand in the page's table."""
    return len(re.findall(r'<tr><th scope="row"><a class="t-quiet" href="/targets/', page))


def score(hundredths: int | None) -> str:
    return "–" if hundredths is None else f"{hundredths // 100},{hundredths % 100:02}"
