"""What turned and what will turn, heads and domains: pages that say what the services say, within one's own scope."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
import python_calamine
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.monitoring.conftest import TODAY, Browser, World, links
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.records import names
from tracker.compliance.records.names import Named
from tracker.compliance.standings import queries as standings
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.telling import difference, forecast
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.languages import format_score
from tracker.core.numbers import parse_day
from tracker.monitoring import words
from tracker.monitoring.turns import difference_views, forecast_views
from tracker.programmes.models import Programme
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Policy

Enter = Callable[..., World]
SINCE = date(2021, 5, 31)


def pages(browser: Browser, address: str) -> list[str]:
    """The targets that a list shows, page after page."""
    found: list[str] = []
    next_page: str | None = address
    while next_page:
        page = browser.get(next_page)
        rows = re.findall(r'<th scope="row"><a class="t-quiet" href="(/targets/[^"?]+)', page)
        found += map(unescape, rows)
        match = re.search(r'rel="next" href="([^"]+)"', page)
        next_page = unescape(match.group(1)) if match else None
    return found


def sheet(browser: Browser, address: str) -> list[list[Any]]:
    response = browser.client.get(address)
    assert response.status_code == 200
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.get_data()))
    return book.get_sheet_by_index(0).to_python()


def body_of(world: World, code: str) -> int:
    return world.session.scalars(sa.select(Agency.id).where(Agency.code == code)).one()


def test_the_forecast_lists_every_turn_by_its_day(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    world = enter()
    monkeypatch.setattr(forecast_views, "PAGE_SIZE", 7)
    monitor = world.browser(Office.MONITOR)
    for days in (7, 30, 90):
        turns = list(forecast.turns(world.session, TODAY, days))
        assert pages(monitor, f"/forecast?days={days}") == [f"/targets/{turn.target.token}" for turn in turns]
        rows = monitor.rows(f"/forecast.csv?days={days}")
        assert [(row["Mã chỉ tiêu"], row["Ngày chuyển"], row["Trạng thái khi đó"]) for row in rows] == [
            (turn.target.code, turn.from_on.isoformat(), str(words.STATUSES[turn.after])) for turn in turns
        ]
    assert len(sheet(monitor, "/forecast.xlsx?days=90")) == len(turns) + 1
    assert f">{len(turns)} dòng<" in monitor.get("/forecast?days=90")
    scores = list(forecast.turns(world.session, TODAY, 90, scores=True))
    assert len(monitor.rows("/forecast.csv?days=90&what=scores")) == len(scores) > len(turns)


def test_the_turns_of_a_day_stand_by_their_numbers(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what was entered first has the higher number."""
    world, named = enter(), names.of

    def other_numbers(session: Session, ids: Sequence[int]) -> dict[int, Named]:
        return {key: replace(one, commitment=f"{1000 - one.agency_id}/CK") for key, one in named(session, ids).items()}

    monkeypatch.setattr(names, "of", other_numbers)
    found = list(forecast.turns(world.session, TODAY, 90, scores=True))
    numbers = [(one.from_on, one.target.commitment, len(one.target.code), one.target.code) for one in found]
    assert numbers == sorted(numbers)
    assert len({number[0] for number in numbers}) < len(numbers) - 5


def test_counts_of_the_forecast_lead_to_their_rows(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    found = links(monitor.get("/forecast?days=90"), r"^/forecast\?.*to=")
    assert found
    for address, number in found:
        assert len(pages(monitor, address)) == int(number)
    assert "Không có lượt chuyển nào như vậy" in monitor.get("/forecast?days=7&to=met_late")
    assert "Dự báo luôn tính từ hôm nay" in monitor.get(f"/forecast?on={SINCE}")
    assert "không nhận ra" in monitor.get("/forecast?days=8") or "bỏ qua" in monitor.get("/forecast?days=8")


def test_a_page_goes_on_where_the_last_row_has_gone_since(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    turns = list(forecast.turns(world.session, TODAY, 90))
    day = turns[3].from_on
    shown = pages(monitor, f"/forecast?days=90&after={day}~gone")
    assert shown == [f"/targets/{turn.target.token}" for turn in turns if turn.from_on > day]
    assert pages(monitor, "/forecast?days=90&after=nonsense") == []


def test_changes_list_what_differs_with_its_cause(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    for on in (date(2021, 6, 30), TODAY):
        found = list(difference.between(world.session, SINCE, on))
        address = f"?on={on}&since={SINCE}"
        assert sorted(pages(monitor, f"/changes{address}")) == sorted(f"/targets/{one.target.token}" for one in found)
        rows = monitor.rows(f"/changes.csv{address}")
        assert [(row["Mã chỉ tiêu"], row["Trạng thái nay"]) for row in rows] == [
            (one.target.code, str(words.STATUSES[one.after])) for one in found
        ]
        assert all(row["Nguyên nhân thay đổi"] for row in rows)
        assert len(sheet(monitor, f"/changes.xlsx{address}")) == len(found) + 1
    page = monitor.get("/changes")
    assert "từ 30/06/2021 đến 01/07/2021" in page  # since the last end of a month
    assert "phải trước" in monitor.get(f"/changes?since={TODAY}")


@pytest.mark.parametrize("sort", ["agency", "-agency", "day", "-day", "change", "-change"])
def test_changes_in_every_order(enter: Enter, sort: str) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    found = pages(monitor, f"/changes?since={SINCE}&sort={sort}&what=scores")
    assert len(found) == len(set(found)) == len(list(difference.between(world.session, SINCE, TODAY, scores=True)))


@pytest.mark.one_database
@pytest.mark.parametrize("filters", ["", "&domain=1", "&was=none"])
def test_however_short_its_first_page_is_it_begins_the_whole_list(
    enter: Enter, filters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads the bodies that fill it, and no others."""
    monitor, address = enter().browser(Office.MONITOR), f"/changes?since={SINCE}{filters}"
    whole, listing = pages(monitor, address), difference_views.listing
    for size in range(1, min(len(whole), 25)):
        monkeypatch.setattr(difference_views, "listing", lambda on, size=size: replace(listing(on), page_size=size))
        page = monitor.get(address)
        rows = re.findall(r'<th scope="row"><a class="t-quiet" href="(/targets/[^"?]+)', page)
        assert (rows, 'rel="next"' in page) == (whole[:size], True), size
        assert str(len(whole)) in page


def test_counts_of_the_matrix_lead_to_their_rows(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    counts = difference.counts(world.session, SINCE, TODAY)
    page = monitor.get(f"/changes?since={SINCE}")
    found = [(href, text) for href, text in links(page, r"was=.*now=") if text.isdigit()]
    assert len(found) == len({(before, after) for _agency, before, after in counts})
    assert sum(int(number) for _, number in found) == sum(counts.values())
    for address, number in found:
        assert len(pages(monitor, address)) == int(number)
        assert len(monitor.rows(address.replace("/changes", "/changes.csv"))) == int(number)
    signed = list(difference.between(world.session, date(2020, 12, 1), TODAY))
    assert len(pages(monitor, "/changes?since=2020-12-01&was=none")) == len(signed)


def test_a_head_sees_what_is_of_his_own_body(enter: Enter) -> None:
    world = enter()
    head, appraiser = world.browser(Office.HEAD), world.browser(Office.APPRAISER)
    own = SPAN.agency_id == body_of(world, "A00")
    turns = list(forecast.turns(world.session, TODAY, 90, own))
    assert pages(head, "/forecast?days=90") == [f"/targets/{turn.target.token}" for turn in turns]
    assert pages(head, "/forecast?days=90&agency=A01") == []
    changes = list(difference.between(world.session, SINCE, TODAY, own))
    assert len(pages(head, f"/changes?since={SINCE}")) == len(changes)
    assert {row["Mã"] for row in head.rows(f"/changes.csv?since={SINCE}&what=scores")} == {"A00"}
    assert {row["Mã"] for row in head.rows("/leaders.csv")} == {"A00"}
    head.get("/domains", status=403)
    assert len(pages(appraiser, "/forecast?days=90")) > len(turns)
    assert world.app.test_client().get("/forecast").status_code == 303


@pytest.mark.one_database
def test_the_page_of_heads(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    row = monitor.rows("/leaders.csv")[0]
    places = standings.ranks_on(world.session, 1, None, TODAY, Policy())
    steps = standings.steps_of_body(world.session, 1, body_of(world, "A00"))
    assert (row["Mã"], row["Người đứng đầu"]) == ("A00", "head A00")
    assert row["Xếp hạng khi đó"] == str(places[body_of(world, "A00")].rank)
    now = standings.standing_on(steps, TODAY)
    assert now
    assert row["Điểm ngày cuối"] == format_score(now.score, "en")
    page = monitor.get("/leaders")
    assert "head A00" in page
    assert format_score(now.score, "vi") in page
    assert "head A00" not in monitor.get("/leaders?group=unknown")
    assert "chưa người đứng đầu nào" in monitor.get("/leaders?on=2020-01-01")
    assert len(sheet(monitor, "/leaders.xlsx")) == 2


@pytest.mark.one_database
def test_an_earlier_head_is_told_beside_the_present_one(enter: Enter) -> None:
    world = enter()
    with unit_of_work(clock.moment()):
        holding = world.session.scalars(sa.select(OfficeHolding).where(OfficeHolding.office == "head")).one()
        holding.to_on = date(2021, 5, 14)
    page = world.browser(Office.MONITOR).get("/agencies/A00")
    assert re.search(r"head A00</th><td[^>]*>.*01/01/2020</span> – <span[^>]*>14/05/2021<", page)


@pytest.mark.one_database
def test_the_largest_fall_of_a_body_names_what_it_came_from(enter: Enter) -> None:
    world = enter()
    page = unescape(world.browser(Office.MONITOR).get("/agencies/A00"))
    told = r"Lần giảm mạnh nhất: từ ([\d,]+) còn ([\d,]+) điểm, ngày (\S+): nhiều nhất do <a href=\"/targets/([^\"?]+)"
    found = re.search(told, page)
    assert found
    day = parse_day(found[3])
    body = world.session.scalars(sa.select(Agency.id).where(Agency.code == "A00")).one()
    programme = world.session.scalars(sa.select(Programme.id)).one()
    all_steps = standings.steps_of_body(world.session, programme, body)
    steps = [step for step in all_steps if step.from_on <= TODAY and step.score is not None]
    falls = {b.from_on: (a.score or 0, b.score or 0) for a, b in pairwise(steps) if a.to_on == b.from_on}
    was, now = falls[day]
    assert (format_score(was, "vi"), format_score(now, "vi")) == (found[1], found[2])
    assert was - now == max(before - after for before, after in falls.values())
    lost: dict[str, Decimal] = {}
    spans = sa.select(Target.token, StatusSpan).join(StatusSpan, StatusSpan.target_id == Target.id)
    for token, span in world.session.execute(spans.where(StatusSpan.agency_id == body, StatusSpan.from_on == day)):
        held = (StatusSpan.target_id == span.target_id, StatusSpan.to_on == day)
        before = world.session.scalars(sa.select(StatusSpan.score).where(*held)).one_or_none()
        lost[token] = span.weight * ((was if before is None else before) - (was if span.score is None else span.score))
    assert lost[found[4]] == max(lost.values())
    assert f"/changes?programme=PAR-2021&since={day - ONE_DAY}&on={day}&agency=A00&what=scores" in page


@pytest.mark.one_database
def test_files_tell_the_programme_by_its_code_and_its_title(enter: Enter) -> None:
    world = enter(targets=5)
    title = world.session.scalars(sa.select(Programme.title)).one()["vi"]
    for file in ("board.csv?", "targets.csv?status=all", "changes.csv?on=2021-05-14&what=scores", "leaders.csv?"):
        rows = world.browser(Office.MONITOR).rows(f"/{file}")
        assert {(row["Chương trình"], row["Tên chương trình"]) for row in rows} == {("PAR-2021", title)}, file


@pytest.mark.one_database
def test_domains_of_the_province(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    programme = world.session.scalars(sa.select(Programme.id)).one()
    for day in (date(2021, 4, 1), TODAY):
        for domain in (0, 3):
            step = standings.standing_on(standings.steps_of_domains(world.session, programme, [domain])[domain], day)
            page = monitor.get(f"/domains?domain={domain}&on={day}")
            assert step
            assert format_score(step.score, "vi") in page


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    [
        "/board",
        "/board?view=status",
        "/targets?status=all",
        "/agencies/A00",
        "/changes?since=2021-03-01",
        "/leaders",
        "/domains",
    ],
)
def test_links_keep_the_day(enter: Enter, address: str) -> None:
    """Every link of these pages that leads to what a day says goes on with that day."""
    world = enter()
    on = date(2021, 5, 14)
    monitor = world.browser(Office.MONITOR)
    page = monitor.get(f"{address}{'&' if '?' in address else '?'}on={on}&programme={_code(world)}")
    main = page[page.index("<main") : page.index("</main>")]
    found = [href for href, _text in links(main, r"^/(board|targets|agencies|changes|leaders|domains)\b")]
    assert found
    chosen = [href for href in found if f"on={on}" not in href]
    # Left are the ways to another day, to another programme, what waits for an appraiser now, a letter to be written,
    # what a meeting of today concludes.
    assert all(re.search(r"\bon=\d|waiting=|/letter$|/conclude\?", href) or _of_menu(main, href) for href in chosen), (
        chosen
    )


def _of_menu(main: str, href: str) -> bool:
    panels = re.findall(r'<ul class="t-menu__list">.*?</ul>', main, re.DOTALL)
    return any(href in unescape(panel) for panel in panels)


def _code(world: World) -> str:
    return world.session.scalars(sa.select(Programme.code)).one()


@pytest.mark.one_database
def test_a_past_day_is_another_page(enter: Enter) -> None:
    world = enter()
    monitor = world.browser(Office.MONITOR)
    on = TODAY - timedelta(days=60)
    for address in ("/agencies/A00", "/leaders", "/domains", "/changes"):
        assert monitor.get(f"{address}?on={on}") != monitor.get(address)
