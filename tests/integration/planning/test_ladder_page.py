"""The ladder of a programme is set on its page: typed, shown with who would get what, pressed again; told there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.reminders.ladder import PRESET, Audience, Occasion, Rung, read
from tracker.reminders.models import LadderVersion

pytestmark = pytest.mark.one_database


def typed(**changed: Any) -> dict[str, Any]:
    """The form as the usual ladder fills it, with what is changed."""
    fields: dict[str, Any] = {"from_on": f"{clock.today():%d/%m/%Y}", "reason": "QĐ 12"}
    for rung in PRESET:
        place = f"{rung.occasion}_{rung.audience}"
        fields[f"{place}_days"] = ", ".join([*filter(None, [fields.get(f"{place}_days")]), str(rung.after)])
        if rung.every is not None:
            fields[f"{place}_every"] = str(rung.every)
    return {**fields, **changed}


def test_an_administrator_sets_it_once_it_was_seen(room: Room) -> None:
    code = room.table.made.programme.code
    administrator, monitor = room.desk(Office.ADMINISTRATOR), room.desk(Office.MONITOR)
    address = f"/programmes/{code}/reminders"
    monitor.get(address, 403)
    assert "Lịch nhắc thông thường" in monitor.get(f"/programmes/{code}")
    page = administrator.get(address)
    assert 'value="-3, 0, 1, 5"' in page
    fields = typed(report_monitor_days="7", report_monitor_every="3")
    shown = administrator.send(address, 200, **fields)
    assert "30 ngày tới" in shown
    assert room.table.session.scalar(sa.select(LadderVersion.id)) is None, "it was only shown"
    told = administrator.send(address, **fields, seen=seen(shown))
    assert "Lịch nhắc việc được áp dụng" in told
    assert "sau 7 ngày làm việc, sau đó cứ 3 ngày làm việc một lần" in told
    assert "QĐ 12" in told
    room.table.session.rollback()
    rungs = read(room.table.session.scalars(sa.select(LadderVersion.rungs)).one())
    assert Rung(Occasion.REPORT, Audience.MONITOR, 7, 3) in rungs


def test_changed_after_it_was_seen_it_is_shown_again(room: Room) -> None:
    administrator, address = room.desk(Office.ADMINISTRATOR), f"/programmes/{room.table.made.programme.code}/reminders"
    administrator.get(address)
    shown = administrator.send(address, 200, **typed(report_monitor_days="7"))
    again = administrator.send(address, 200, **typed(report_monitor_days="8"), seen=seen(shown))
    assert "30 ngày tới" in again
    assert room.table.session.scalar(sa.select(LadderVersion.id)) is None


@pytest.mark.parametrize(
    ("changed", "field", "text"),
    [
        ({"report_head_days": "-3, hôm nay"}, "report_head_days", "“hôm nay” không phải là số nguyên"),
        ({"report_head_days": "1, 1"}, "report_head_days", "hai lần trong cùng một ngày"),
        ({"report_head_days": "-3, 0", "report_head_every": ""}, "report_head_every", "biến mất khỏi thư nhắc"),
        ({"report_head_days": "", "report_head_every": "5"}, "report_head_days", "để trống cả hai ô"),
        ({"report_vice_chair_days": "2"}, "report_vice_chair_days", "Cấp trên được báo sau"),
        ({"report_head_days": ",".join(map(str, range(14)))}, "report_head_days", "Nhiều nhất 12 ngày"),
        ({"report_head_every": "0"}, "report_head_every", ""),
        ({"from_on": ""}, "from_on", ""),
        ({"reason": ""}, "reason", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    room: Room, changed: dict[str, str], field: str, text: str
) -> None:
    administrator, address = room.desk(Office.ADMINISTRATOR), f"/programmes/{room.table.made.programme.code}/reminders"
    administrator.get(address)
    page = administrator.send(address, 400, **typed(return_deputy_days="2", **changed))
    assert text in page[page.index(f'id="{field}-error"') :][:400]
    assert 'value="2"' in page


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1].replace("&#39;", "'").replace("&#34;", '"')
