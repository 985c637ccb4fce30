"""The working calendar: only days ahead change, with a note, a change is taken back only after a second press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from tests.integration.monitoring.conftest import World
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.programmes.models import CalendarDay

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]


def days_of(world: World) -> dict[date, bool]:
    world.session.rollback()  # what others committed is seen by a new transaction only
    return {row.day: row.works for row in world.session.scalars(sa.select(CalendarDay))}


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"day": "", "note": "Lễ"}, "Nhập ngày"),
        ({"day": "31/02/2022", "note": "Lễ"}, "day-error"),
        ({"day": "01/06/2021", "note": "Lễ"}, "day-error"),
        ({"day": "15/12/2021", "note": ""}, "Nhập tên ngày nghỉ hoặc văn bản thông báo"),
        ({"day": "15/12/2021", "note": "x" * 256}, "note-error"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_changes(
    enter: Enter, typed: dict[str, str], error: str
) -> None:
    world = enter(2)
    before = days_of(world)
    page = world.browser(Office.ADMINISTRATOR).post("/calendar", 400, **typed)
    assert error in page
    assert typed["day"] in page
    assert days_of(world) == before


def test_a_day_is_turned_over_and_taken_back(enter: Enter) -> None:
    world = enter(2)
    before = days_of(world)
    administrator = world.browser(Office.ADMINISTRATOR)
    administrator.post("/calendar", 303, day="15/12/2021", note="Thông báo 100/TB")
    administrator.post("/calendar", 303, day="18/12/2021", note="Làm bù")
    assert days_of(world) == before | {date(2021, 12, 15): False, date(2021, 12, 18): True}
    page = administrator.get("/calendar?year=2021")
    assert "Thông báo 100/TB" in page
    assert "làm bù" in page
    assert "day-error" in administrator.post("/calendar", 400, day="15/12/2021", note="Lần nữa")
    name = world.session.execute(sa.text("SELECT name FROM working_calendar")).scalar_one()
    address = f"/calendar/clear?calendar={name}&day=2021-12-15"
    assert "Thứ Tư, 15/12/2021" in administrator.get(address)
    assert date(2021, 12, 15) in days_of(world)
    administrator.post(address, 303)
    assert days_of(world) == before | {date(2021, 12, 18): True}
    administrator.get(address, status=404)
    events = world.session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert [event for event in events if event.startswith("calendar.")] == [
        "calendar.day_set",
        "calendar.day_set",
        "calendar.day_cleared",
    ]


def test_a_year_without_differing_days_and_an_unknown_calendar(enter: Enter) -> None:
    administrator = enter(2).browser(Office.ADMINISTRATOR)
    assert "Năm 1999 không có ngày nào khác thường" in administrator.get("/calendar?year=1999")
    administrator.get("/calendar?year=abcd")
    administrator.get("/calendar?calendar=unknown", status=404)
