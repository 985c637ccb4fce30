"""Which ways of signing a programme takes: set on its page from a day on, told there, carried to the next programme."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.errors import DomainError, FieldError
from tracker.programmes import ways
from tracker.programmes.models import SigningWays

pytestmark = pytest.mark.one_database


def test_ways_count_from_their_day_and_the_last_of_a_day_counts(room: Room) -> None:
    table, programme = room.table, room.table.made.programme
    today = table.now.on
    given: dict[str, Any] = {"actor_id": table.monitor.person_id, "programme": programme}
    assert ways.allowed(table.session, programme.id, today) == ways.PRESET
    for ahead, chosen in ((date(2021, 3, 1), ("paper",)), (today, ("paper", "passkey")), (today, ("passkey",))):
        ways.choose(table.session, table.now, **given, from_on=ahead, ways=chosen)
    assert ways.allowed(table.session, programme.id, today) == ("passkey",)
    assert ways.allowed(table.session, programme.id, date(2021, 1, 1)) == ways.PRESET, "what was before stays"
    assert ways.allowed(table.session, programme.id, date(2021, 3, 1)) == ("paper",)
    with pytest.raises(DomainError, match="Không có gì khác"):
        ways.choose(table.session, table.now, **given, from_on=date(2021, 4, 1), ways=["paper", "stone"])
    with pytest.raises(FieldError, match="ít nhất một cách"):
        ways.choose(table.session, table.now, **given, from_on=today, ways=["stone"])
    with pytest.raises(FieldError, match="sắp tới"):
        ways.choose(table.session, table.now, **given, from_on=date(2021, 1, 1), ways=["passkey"])


def test_an_administrator_sets_them_on_the_programmes_page(room: Room) -> None:
    code = room.table.made.programme.code
    administrator, monitor = room.desk(Office.ADMINISTRATOR), room.desk(Office.MONITOR)
    address = f"/programmes/{code}/signing"
    monitor.get(address, 403)
    assert "Cách ký bản cam kết" in monitor.get(f"/programmes/{code}")
    administrator.get(address)
    administrator.send(address, 400, ways=[], from_on="01/02/2020", reason="QĐ 12")
    assert re.search(r'id="ways(-1)?-error"', administrator.page)
    administrator.send(address, 400, ways=["passkey"], from_on="01/01/2021", reason="QĐ 12")
    assert 'id="from_on-error"' in administrator.page
    assert 'value="QĐ 12"' in administrator.page
    given: dict[str, Any] = {"ways": ["passkey", "paper"], "from_on": f"{clock.today():%d/%m/%Y}", "reason": "QĐ 12"}
    told = administrator.send(address, **given, key_to_send="1")
    assert "Xác nhận điện tử (khóa truy cập)" in told
    assert "QĐ 12" in told
    assert "Báo cáo được gửi kèm xác nhận bằng khóa ký" in told
    administrator.get(address)
    assert re.search(r'name="key_to_send"[^>]*checked', administrator.page)
    room.table.session.rollback()
    row = room.table.session.scalars(sa.select(SigningWays)).one()
    assert (row.ways, row.key_to_send) == (["passkey", "paper"], True)


def test_a_key_at_sending_counts_from_its_day_and_goes_to_the_next_programme(room: Room) -> None:
    table, programme = room.table, room.table.made.programme
    given: dict[str, Any] = {"actor_id": table.monitor.person_id, "programme": programme, "ways": ways.PRESET}
    ways.choose(table.session, table.now, **given, from_on=date(2021, 3, 1), key_to_send=True)
    ways.choose(table.session, table.now, **given, from_on=date(2021, 5, 1), key_to_send=False)
    days = (table.now.on, date(2021, 3, 1), date(2021, 4, 30), date(2021, 5, 1))
    asked = [ways.asks_key_to_send(table.session, programme.id, day) for day in days]
    assert asked == [False, True, True, False]
    in_sql = [
        table.session.scalar(sa.select(ways.key_to_send(sa.literal(programme.id), sa.literal(day)))) for day in days
    ]
    assert [bool(one) for one in in_sql] == asked, "the statement says the same"
    with pytest.raises(DomainError, match="Không có gì khác"):
        ways.choose(table.session, table.now, **given, from_on=date(2021, 6, 1), key_to_send=False)
