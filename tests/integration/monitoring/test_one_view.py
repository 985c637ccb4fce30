"""The board in one view: each body's change and curve are those of the other days' boards, its rows stand in every
order that is asked for, and what the next days bring is what the forecast lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from tests.integration.monitoring.conftest import TODAY, World
from tests.integration.monitoring.test_turns import sheet
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.languages import in_language
from tracker.monitoring import queries, words
from tracker.monitoring.board import curves, figures, ordering
from tracker.monitoring.queries import ProgrammeRow
from tracker.monitoring.viewpoint import DayAsked, Viewpoint, month_end

Enter = Callable[..., World]
ROW = re.compile(r'<tr><td class="t-board__rank">.*?</tr>', re.DOTALL)


def score(text: str | None) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if text else None


def test_change_and_curve_are_those_of_the_other_days(enter: Enter) -> None:
    monitor = enter().browser(Office.MONITOR)
    days = [TODAY]
    while (before := month_end(days[-1])) >= date(2021, 1, 1):
        days.append(before)
    boards = {day: {row["Mã"]: score(row["Điểm"]) for row in monitor.rows(f"/board.csv?on={day}")} for day in days}
    since = days[2]
    rows = monitor.rows(f"/board.csv?compare={since}")
    for row in rows:
        now, then = boards[TODAY][row["Mã"]], boards[since].get(row["Mã"])
        assert score(row["Tăng giảm"]) == (None if now is None or then is None else now - then)
    assert any(score(row["Tăng giảm"]) for row in rows)
    assert len(sheet(monitor, f"/board.xlsx?compare={since}")) == len(rows) + 1
    page = unescape(monitor.get(f"/board?compare={since}"))
    drawn = dict(re.findall(r'href="/agencies/([^"?]+)[^>]*>[^<]*</a></th><td class="t-board__curve">(.*?)</td>', page))
    for code, svg in drawn.items():
        known = [(day, boards[day][code]) for day in reversed(days) if boards[day].get(code) is not None]
        told = re.search(r'aria-label="từ ([\d,]+) ngày ([\d/]+) đến ([\d,]+)"', svg)
        assert told is not None
        assert (score(told[1]), told[2], score(told[3])) == (known[0][1], f"{known[0][0]:%d/%m/%Y}", known[-1][1])
        corners = re.findall(r'points="([^"]+)"', svg)
        assert sum(len(line.split()) for line in corners) == len(known)
    assert len(drawn) == len(rows)
    moved = re.findall(r'href="(/board/movers\?[^"]*agency=[^"]+)"', page)
    assert moved
    assert all("t-moved" in monitor.get(address) for address in moved)


@pytest.mark.one_database
def test_rows_stand_in_every_order_that_is_asked_for(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = enter().browser(Office.MONITOR)
    columns = {
        "score": "Điểm",
        "change": "Tăng giảm",
        "late": None,
        "domain-1": "Chỉ đạo điều hành",
        "on_track": "Đúng tiến độ",
    }
    head = monitor.rows("/board.csv")[0]
    columns["domain-1"] = list(head)[list(head).index("Chỉ tiêu") + 1]
    for key, column in columns.items():
        for sign in ("", "-"):
            rows = monitor.rows(f"/board.csv?sort={sign}{key}")
            for group in {row["Nhóm xếp hạng"] for row in rows}:
                some = [row for row in rows if row["Nhóm xếp hạng"] == group]
                late = [Decimal(row["Quá hạn"]) + Decimal(row["Không báo cáo"]) for row in some]
                found = [score(row[column]) for row in some] if column else late
                known = [one for one in found if one is not None]
                assert known == sorted(known, reverse=bool(sign)), (key, sign)
                assert found[: len(known)] == known, "who has none stands last"
    page = monitor.get("/board?sort=-late")
    assert re.search(r'aria-sort="descending"><a class="t-sort t-sort--plain" href="[^"]*sort=late"', page)
    assert 'aria-sort="descending"' in monitor.get("/board?view=status&sort=-on_track")
    for wrong in ("/board?sort=colour", "/board?ahead=8"):
        assert "t-flash--warning" in monitor.get(wrong)
    monitor.get("/board.csv?sort=colour", 400)
    assert set(ordering.known()) >= {"name", "-judged", "punctuality", "domain-8", "targets"}
    monkeypatch.setattr(curves, "MOST_BODIES", 1)
    assert 't-spark"' not in monitor.get("/board"), "a long board has no curves"


@pytest.mark.one_database
def test_the_next_days_are_those_of_the_forecast(enter: Enter) -> None:
    monitor = enter().browser(Office.MONITOR)
    for days in (10, 90):
        page = unescape(monitor.get(f"/board?ahead={days}"))
        bars = re.findall(r'<a href="(/forecast\?[^"]*to=[^"]*)">(\d+)</a>', page)
        assert len(bars) >= 2
        for address, number in bars:
            assert len(monitor.rows(address.replace("/forecast", "/forecast.csv", 1))) == int(number), address
    assert "/forecast?" not in re.sub(r"<header>.*?</header>", "", monitor.get("/board?on=2021-05-01"), flags=re.DOTALL)
    assert "ngày 01/07/2020" not in monitor.get("/board"), "no programme ran then"


@pytest.mark.one_database
def test_a_year_before_the_programme_of_that_time_is_told(enter: Enter) -> None:
    world = enter()
    programmes, assessed_on = queries.programmes(world.session)
    on = TODAY.replace(year=TODAY.year + 1)
    now = ProgrammeRow(programmes[0].id + 1, "NEXT", {"vi": "Năm sau"}, date(2022, 1, 1), date(2022, 12, 31))
    seen = Viewpoint(clock.Moment(clock.now(), on), on, now, (now, *programmes), assessed_on, DayAsked(on))
    found = figures.year_before(world.session, seen, None)
    assert found is not None
    rows = world.browser(Office.MONITOR).rows(f"/board.csv?on={TODAY}")
    assert found.on == TODAY
    assert found.totals.of(words.STATUSES) == sum(int(row["Chỉ tiêu"]) for row in rows) > 0
    assert found.totals.of(("overdue",)) == sum(int(row["Quá hạn"]) for row in rows)
    earlier = replace(seen, on=date(2021, 7, 1))
    assert figures.year_before(world.session, earlier, None) is None, "nothing ran in 2020"


def test_the_flow_of_statuses_is_that_of_the_boards_of_its_days(enter: Enter) -> None:
    monitor = enter().browser(Office.MONITOR)
    page = unescape(monitor.get("/domains"))
    table = page[page.index('id="flow-table"') :]
    rows = re.findall(r'<th scope="row" class="t-nowrap">(\d+)/(\d+)/(\d+)</th>(.*?)</tr>', table, re.DOTALL)
    assert len(rows) > 4
    with in_language("vi"):
        met = [str(words.STATUSES[one]) for one in ("met_on_time", "met_late")]
    for day, month, year, cells in rows:
        told = [int(one) for one in re.findall(r">(\d+)</td>", cells)]
        board = monitor.rows(f"/board.csv?on={year}-{month}-{day}")
        assert sum(told) == sum(int(row["Chỉ tiêu"]) for row in board)
        assert told[3] == sum(int(row["Quá hạn"]) for row in board)
        assert told[0] == sum(sum(int(row[one]) for one in met) for row in board)
        drawn = re.findall(rf"<title>{day}/{month}/{year} · [^:]+: (\d+)</title>", page)
        assert sorted(map(int, drawn)) == sorted(one for one in told if one)
