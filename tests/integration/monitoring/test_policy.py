"""Policy versions on their pages: who may, what is refused beside its field, preview, setting, withdrawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from jobs import answer, runner, timetable
from tests.integration.monitoring.conftest import World, links
from tests.support.signing_in import token
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.programmes.models import PolicyVersion

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]
AHEAD = "01/08/2021"
USUAL = {
    "from_on": AHEAD,
    "on_track": "90",
    "at_risk": "70",
    "keep_at_risk": "90",
    "grace_days": "3",
    "resubmit_days": "3",
    "late_penalty": "1",
    "late_floor": "50",
    "punctuality_weight": "10",
    "judged_share": "30",
    "excellent": "90",
    "good": "80",
    "fair": "70",
    "average": "50",
    "reason": "Quyết định 12/QĐ-UBND",
}


def versions_of(world: World) -> list[tuple[date | None, dict[str, object]]]:
    world.session.rollback()
    rows = world.session.scalars(sa.select(PolicyVersion).order_by(PolicyVersion.id))
    return [(row.from_on, row.values) for row in rows if row.from_on is not None]


def ask(world: World, office: Office, **typed: str) -> str:
    """Send the form; returns the address of the preview."""
    address = "/policy/new?programme=PAR-2021"
    response = post(world, office, address, **{**USUAL, **typed})
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def post(world: World, office: Office, address: str, **typed: str) -> TestResponse:
    """Send something with the token of a page's form."""
    client = world.browser(office).client
    return client.post(address, data={"csrf_token": token(client, "/account"), **typed})


def work(world: World) -> None:
    """The scheduler's minute."""
    line = timetable.Entry("answer", answer.run, timetable.TIMETABLE[0].trigger)
    assert runner.run(world.app, line, clock.now()) == "done"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"from_on": ""}, {"from_on": "Nhập ngày"}),
        ({"from_on": "01/07/2021"}, {"from_on": "Nhập một ngày chưa tới"}),
        ({"from_on": "01/07/2031"}, {"from_on": "hãy kiểm tra lại năm"}),
        ({"on_track": "101"}, {"on_track": "từ 0 đến 100"}),
        ({"on_track": "60"}, {"at_risk": "không được cao hơn ngưỡng"}),
        ({"grace_days": "1,5"}, {"grace_days": "số nguyên"}),
        ({"late_penalty": "-1", "late_floor": "101"}, {"late_penalty": "từ 0", "late_floor": "từ 0 đến 100"}),
        ({"good": "90", "average": "75"}, {"good": "thấp hơn", "average": "thấp hơn"}),
        ({"keep_at_risk": ""}, {"keep_at_risk": "nhập"}),
        ({"punctuality_weight": "x"}, {"punctuality_weight": "nhập số"}),
    ],
)
def test_what_is_wrong_is_told_beside_each_field_and_nothing_is_asked(
    enter: Enter, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    world = enter(2)
    page = world.browser(Office.MONITOR).post("/policy/new?programme=PAR-2021", 400, **{**USUAL, **typed})
    for field, words in wrong.items():
        error = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
        assert error is not None, field
        assert words in error.group(1)
    assert world.session.execute(sa.text("SELECT count(*) FROM inquiry")).scalar() == 0


def test_a_policy_like_the_one_that_counts_is_refused(enter: Enter) -> None:
    page = enter(2).browser(Office.MONITOR).post("/policy/new?programme=PAR-2021", 400, **USUAL)
    assert "Không có gì khác với quy định" in page


def test_a_version_is_previewed_then_set_then_withdrawn(enter: Enter) -> None:
    world = enter(4)
    administrator, monitor = world.browser(Office.ADMINISTRATOR), world.browser(Office.MONITOR)
    address = ask(world, Office.MONITOR, on_track="100", late_floor="40")
    waiting = administrator.get(address)
    assert "Đúng tiến độ từ: 90\u00a0% → <strong>100\u00a0%</strong>" in waiting
    assert "Ban hành" not in waiting
    assert versions_of(world) == []
    work(world)
    assert "Ban hành quy định này từ ngày 01/08/2021" in administrator.get(address)
    assert "Ban hành" not in monitor.get(address)
    assert post(world, Office.MONITOR, f"{address}/plan").status_code == 403
    assert post(world, Office.ADMINISTRATOR, f"{address}/plan").status_code == 303
    assert versions_of(world) == [(date(2021, 8, 1), {"on_track": "1", "late_floor": "40"})]
    page = monitor.get("/policy?programme=PAR-2021")
    assert "01/08/2021" in page
    assert "Quyết định 12/QĐ-UBND" in page
    assert "administrator VP" in page  # who
    again = post(world, Office.ADMINISTRATOR, f"{address}/plan")
    assert again.status_code == 400
    assert "Quy định đánh giá đã thay đổi" in again.get_data(as_text=True)
    monitor.get("/policy/withdraw?programme=PAR-2021&day=2021-08-01", 403)
    administrator.get("/policy/withdraw?programme=PAR-2021&day=2021-08-02", 404)
    administrator.post("/policy/withdraw?programme=PAR-2021&day=2021-08-01", 303)
    assert versions_of(world) == []
    told = world.session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    found = [event for event in told if event.startswith(("policy.", "inquiry."))]
    assert found == ["inquiry.asked", "policy.planned", "policy.withdrawn"]


def test_what_would_change_is_told_against_the_version_that_would_be_replaced(enter: Enter) -> None:
    world = enter(4)
    administrator = world.browser(Office.ADMINISTRATOR)
    first = ask(world, Office.MONITOR, on_track="95")
    work(world)
    assert post(world, Office.ADMINISTRATOR, f"{first}/plan").status_code == 303
    page = administrator.get(ask(world, Office.MONITOR, from_on="01/09/2021"))
    assert "Đúng tiến độ từ: 95\u00a0% → <strong>90\u00a0%</strong>" in page, "as if today's version stood until then"
    assert "Đến ngày 01/09/2021, quy định đang áp dụng đã khác" in page


def test_a_preview_judges_today_says_so_and_shows_the_day_ahead_beside_it(enter: Enter) -> None:
    """By the policy in force, asked with another band alone, no body has another score or rank than on the board."""
    world = enter(4)
    monitor, address = world.browser(Office.MONITOR), ask(world, Office.MONITOR, good="81")
    assert "Đánh giá cho ngày 01/07/2021" in monitor.get(address)  # also while it is worked on
    work(world)
    page = monitor.get(address)
    assert 'đúng như trang “Toàn tỉnh” của ngày này. <a href="/board?programme=PAR-2021">' in page
    board = {row["Mã"]: (row["Điểm"], row["Xếp hạng"]) for row in monitor.rows("/board.csv?programme=PAR-2021")}
    told = monitor.rows(f"{address}/bodies.csv")
    for side in ("quy định hiện nay", "quy định mới"):
        assert {row["Mã"]: (row[f"Điểm, {side}"], row[f"Xếp hạng, {side}"]) for row in told} == board
    (today, _), (ahead, label) = links(page, "^/inquiries/[^/?]+$")[-2:]
    assert today == address
    assert label.startswith("Ngày bắt đầu có hiệu lực, 01/08/2021: ")
    other = monitor.get(ahead)
    assert "với giả định sau ngày 01/07/2021 không ai gửi" in other
    assert "đúng như trang “Toàn tỉnh”" not in other
    listed = links(monitor.get("/inquiries?programme=PAR-2021"), "^/inquiries/[^/?]+$")
    assert [href for href, _text in listed] == [address]  # one press is one line


def test_of_a_programme_not_begun_it_says_that_nothing_has_a_score_yet(enter: Enter) -> None:
    world = enter(2, change=begins_later)
    address = ask(world, Office.MONITOR, on_track="95")
    work(world)
    page = world.browser(Office.MONITOR).get(address)
    assert "Chương trình bắt đầu ngày 05/07/2021: trước ngày đó chưa chỉ tiêu nào có điểm" in page


def test_of_a_programme_that_is_over_nothing_is_previewed(enter: Enter, at: Callable[[date], Any]) -> None:
    world = enter(2)
    at(date(2022, 3, 1))
    monitor, address = world.browser(Office.MONITOR), "/policy/new?programme=PAR-2021"
    assert "Có hiệu lực vào ngày cuối cùng, 31/12/2021" in monitor.get("/policy?programme=PAR-2021")
    page = monitor.get(address)
    assert "sau ngày này không quy định nào bắt đầu có hiệu lực được nữa" in page
    assert 'name="on_track"' not in page
    sent = post(world, Office.MONITOR, address, **{**USUAL, "from_on": "02/03/2022", "on_track": "95"})
    assert sent.status_code == 400
    assert "không tính ngày nào sau đó" in sent.get_data(as_text=True)
    assert world.session.execute(sa.text("SELECT count(*) FROM inquiry")).scalar() == 0


def test_a_second_version_from_the_same_day_is_refused(enter: Enter) -> None:
    world = enter(2)
    address = ask(world, Office.ADMINISTRATOR, on_track="95")
    work(world)
    post(world, Office.ADMINISTRATOR, f"{address}/plan")
    page = world.browser(Office.MONITOR).post("/policy/new?programme=PAR-2021", 400, **{**USUAL, "on_track": "80"})
    assert "Đã có phiên bản khác bắt đầu từ ngày này" in page


def test_before_anybody_has_signed_the_policy_is_changed_in_place(enter: Enter) -> None:
    world = enter(2, change=signed_later)
    monitor, administrator = world.browser(Office.MONITOR), world.browser(Office.ADMINISTRATOR)
    assert "quản trị viên đặt quy định" in monitor.get("/policy/new?programme=PAR-2021")
    page = administrator.get("/policy/new?programme=PAR-2021")
    assert "from_on" not in page
    typed = {name: value for name, value in USUAL.items() if name != "from_on"}
    administrator.post("/policy/new?programme=PAR-2021", 303, **{**typed, "on_track": "85"})
    world.session.rollback()
    rows = world.session.scalars(sa.select(PolicyVersion)).all()
    assert [(row.from_on, row.values) for row in rows] == [(None, {"on_track": "0.85"})]
    assert "85" in monitor.get("/policy?programme=PAR-2021")


def test_who_sees_nothing_of_it(enter: Enter) -> None:
    world = enter(2)
    for office in (Office.HEAD, Office.APPRAISER):
        for address in ("/policy", "/policy/new?programme=PAR-2021", "/inquiries"):
            world.browser(office).get(address, 403)


def begins_later(package: Any) -> None:
    """The programme begins in four days, with what was signed already."""
    package["programmes"][0]["starts_on"] = "2021-07-05"


def signed_later(package: Any) -> None:
    """All commitments are signed in a month."""
    for commitment in package["commitments"]:
        commitment["signed_on"] = commitment["in_force_from"] = "2021-08-01"
