"""The ranking as the Committee reads it: what the board says, how firm it is, how it moved; and who may read it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
import python_calamine

from tests.integration.monitoring.conftest import TODAY, World
from tracker.agencies.offices import Office
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings import ranking
from tracker.core.languages import format_score
from tracker.rule.facts import Policy

Enter = Callable[..., World]
pytestmark = pytest.mark.one_database
SINCE = date(2021, 5, 31)


def test_the_ranking_says_what_the_board_says_and_how_it_moved(enter: Enter) -> None:
    world = enter(targets=4)
    monitor = world.browser(Office.MONITOR)
    now, then = (standings.ranks_on(world.session, 1, day, day, Policy()) for day in (TODAY, SINCE))
    scores = {row.id: row.score for row in standings.bodies_on(world.session, 1, SINCE, SINCE)}
    ids = {row.code: row.id for row in standings.bodies_on(world.session, 1, None, TODAY)}
    rows = monitor.rows(f"/ranking.csv?since={SINCE}")
    assert {row["Mã"] for row in rows} == set(ids)
    for row in rows:
        body = ids[row["Mã"]]
        assert (row["Xếp hạng"], row["Số cơ quan xếp hạng"]) == (str(now[body].rank or ""), str(now[body].among))
        assert row["Xếp hạng khi đó"] == str(then[body].rank or "")
        assert row["Điểm khi đó"] == ("" if scores[body] is None else format_score(scores[body], "en"))
        assert bool(row["Ít chỉ tiêu có điểm"]) == (int(row["Có điểm"]) < ranking.FEW and now[body].rank is not None)
        if now[body].rank:
            assert int(row["Hạng cao nhất có thể"]) <= int(row["Xếp hạng"]) <= int(row["Hạng thấp nhất có thể"])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(monitor.client.get("/ranking.xlsx").get_data()))
    assert len(book.get_sheet_by_index(0).to_python()) == len(rows) + 1
    page = monitor.get(f"/ranking?since={SINCE}")
    assert all(f"/agencies/{code}?" in page for code in ids)
    assert "Ít chỉ tiêu" in page
    assert "Càng hẹp càng chắc chắn" in page
    assert "/agencies/A01?" not in monitor.get("/ranking?q=A00")
    monitor.get("/ranking.csv?since=yesterday", status=400)
    world.browser(Office.HEAD).get("/ranking", status=403)


def test_of_too_many_bodies_a_group_is_to_be_chosen(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_RANGED", 1)
    page = enter(targets=4).browser(Office.MONITOR).get("/ranking")
    assert "hãy chọn một nhóm" in page
