"""Who moved: the change of each body is that of the two boards, and what its targets gave adds up to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from tests.integration.monitoring.conftest import TODAY, World
from tests.integration.monitoring.test_turns import sheet
from tests.support.product import Statements
from tracker.agencies.offices import Office
from tracker.monitoring.turns import mover_views

Enter = Callable[..., World]
PAIRS = [(date(2021, 3, 1), date(2021, 4, 30)), (date(2021, 5, 31), TODAY)]


def reweighed(package: Any) -> None:
    """Targets that weigh otherwise from June on, and may do nothing else, move their body all the same."""
    for place, target in enumerate(package["commitments"][0]["targets"]):
        if not target.get("amendments"):
            target["amendments"] = [{"signed_on": "2021-06-01", "from": "2021-06-01", "weight": str(1 + place % 7)}]


def test_what_the_targets_gave_adds_up_to_each_bodys_change(enter: Enter) -> None:
    monitor = enter(change=reweighed).browser(Office.MONITOR)
    for since, on in PAIRS:
        boards = [{row["Mã"]: row for row in monitor.rows(f"/board.csv?on={day}")} for day in (since, on)]
        rows = monitor.rows(f"/board/movers.csv?since={since}&on={on}")
        given: dict[str, Decimal] = defaultdict(Decimal)
        changes: dict[str, Decimal] = {}
        for row in rows:
            assert row["Nguyên nhân thay đổi"], row
            if row["Thay đổi của cơ quan"]:
                given[row["Mã"]] += Decimal(row["Chỉ tiêu này góp"])
                changes[row["Mã"]] = Decimal(row["Thay đổi của cơ quan"])
        expected = {}
        for code in boards[1]:
            was, now = (board.get(code, {}).get("Điểm") for board in boards)
            if was and now and was != now:
                expected[code] = Decimal(now) - Decimal(was)
        assert {code: change for code, change in changes.items() if change} == expected != {}
        assert given == changes
        told = [Decimal(one) for one in dict.fromkeys(row["Thay đổi của cơ quan"] for row in rows) if one]
        assert told == sorted(told), "falls first"
        assert len(sheet(monitor, f"/board/movers.xlsx?since={since}&on={on}")) == len(rows) + 1


def test_the_page_costs_the_same_however_many_moved(
    enter: Enter, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = enter().browser(Office.MONITOR)
    address = f"/board/movers?since={PAIRS[1][0]}"
    whole = unescape(monitor.get(address))
    codes = re.findall(r'<h2 class="t-card__title".*?href="/agencies/([^"?]+)', whole)
    statements.clear()
    monitor.get(address)
    asked = len(statements)
    statements.clear()
    alone = unescape(monitor.get(f"{address}&agency={codes[0]}"))
    assert len(statements) <= asked + 1  # (whether there is such a body)
    assert re.findall(r'<h2 class="t-card__title".*?href="/agencies/([^"?]+)', alone) == codes[:1]
    monkeypatch.setattr(mover_views, "BODIES_SHOWN", 2)
    found, page = [], unescape(monitor.get(address))
    while True:
        found += re.findall(r'<h2 class="t-card__title".*?href="/agencies/([^"?]+)', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        if further is None:
            break
        page = unescape(monitor.get(further.group(1)))
    assert found == codes
    assert len(codes) > 2


@pytest.mark.one_database
def test_what_is_asked_for_and_is_not_there_is_said(enter: Enter) -> None:
    monitor = enter(2).browser(Office.MONITOR)
    assert "phải trước" in monitor.get(f"/board/movers?since={TODAY}")
    assert "t-flash--warning" in monitor.get("/board/movers?agency=zzz")
    assert "Không cơ quan nào thay đổi" in monitor.get("/board/movers?since=2020-12-01&on=2020-12-10")
    assert "/board/movers?" in monitor.get("/board")
