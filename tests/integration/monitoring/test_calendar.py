"""The working calendar: only days ahead change, with a note, a change is taken back only after a second press."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from tests.integration.monitoring.conftest import World
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Target
from tracker.compliance.telling import rescheduled
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
    administrator.post("/calendar", 303, day="15/12/2021", note="Thông báo 100/TB", seen="2021-12-15")
    administrator.post("/calendar", 303, day="18/12/2021", note="Làm bù", seen="2021-12-18")
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


def test_what_would_move_is_shown_before_a_day_is_turned_over_or_taken_back(enter: Enter) -> None:
    """The reports for the third quarter and for September are due on Monday, 20 September."""
    world = enter(20)
    before = days_of(world)
    administrator = world.browser(Office.ADMINISTRATOR)
    typed = {"day": "20/09/2021", "note": "Nghỉ bù"}
    moved = [
        ["Tháng 9/2021 CCHC 2021", "20/09/2021", "21/09/2021", "3", "17"],
        ["Quý III/2021 CCHC 2021", "20/09/2021", "21/09/2021", "3", "7"],
    ]
    assert table(administrator.post("/calendar", 200, **typed)) == moved
    assert table(administrator.post("/calendar", 200, seen="2021-09-21", **typed)) == moved, "another day was seen"
    assert days_of(world) == before, "shown, and not changed"
    assert table(administrator.post("/calendar", 200, day="21/09/2021", note="Nghỉ bù")) == []
    administrator.post("/calendar", 303, seen="2021-09-20", **typed)
    name = world.session.execute(sa.text("SELECT name FROM working_calendar")).scalar_one()
    back = table(administrator.get(f"/calendar/clear?calendar={name}&day=2021-09-20"))
    assert back == [[what, after, was, *counts] for what, was, after, *counts in moved]


def test_a_programme_that_is_over_is_looked_at_while_reports_are_asked_for(enter: Enter) -> None:
    world = enter(2)
    calendar_id = world.session.execute(sa.text("SELECT id FROM working_calendar")).scalar_one()

    def targets(on: date) -> int:
        where = rescheduled.on_calendar(calendar_id, on)
        return len(world.session.scalars(sa.select(Target.id).where(*where)).all())

    assert targets(date(2022, 1, 4)) == targets(date(2021, 12, 1)) > 0
    assert targets(date(2022, 8, 1)) == 0


def table(page: str) -> list[list[str]]:
    """The rows of what moves: what, as it is, then, bodies, targets."""
    body = page.partition('id="effect-title"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>") if "<td" in row]
    return [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in row] for row in cells]


def test_a_year_without_differing_days_and_an_unknown_calendar(enter: Enter) -> None:
    administrator = enter(2).browser(Office.ADMINISTRATOR)
    assert "Năm 1999 không có ngày nào khác thường" in administrator.get("/calendar?year=1999")
    administrator.get("/calendar?year=abcd")
    administrator.get("/calendar?calendar=unknown", status=404)
    for wrong in ("abc", "20210", "２０２１"):
        assert f"“{wrong}” không phải là năm" in administrator.get(f"/calendar?year={wrong}")
    assert "không phải là năm" not in administrator.get("/calendar?year=2021")
