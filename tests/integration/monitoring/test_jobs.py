"""Background work as a page: the scheduler's sign of life, each job's last run, and the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.integration.monitoring.conftest import World
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.job_run import JobRun, Remark, RemarkCode, SchedulerBeat

pytestmark = pytest.mark.one_database

Enter = Callable[..., World]


def test_before_the_first_run_the_page_says_what_will_stand_here(enter: Enter) -> None:
    page = enter(0).browser(Office.ADMINISTRATOR).get("/jobs")
    assert "Chưa có công việc nào chạy" in page
    assert "Bộ lập lịch chưa phát tín hiệu nào" in page or "Không có tín hiệu từ" in page


def test_runs_stand_latest_first_and_can_be_filtered(enter: Enter) -> None:
    world = enter(0)
    now = clock.now()
    remarks = {0: Remark(RemarkCode.STEPS_FOLLOWED, {"followed": 2_345}), 1: "sent 42"}
    with unit_of_work() as session:
        session.add(SchedulerBeat(id=1, at=now, process="1"))
        for minute in range(60):
            began = now - timedelta(minutes=minute)
            session.add(
                JobRun(
                    job="deliver" if minute else "assess",
                    scheduled_for=began,
                    started_at=began,
                    finished_at=began + timedelta(seconds=1.25) if minute != 3 else None,
                    result="failed" if minute == 2 else "running" if minute == 3 else "done",
                    units=1_234,
                    detail=remarks.get(minute),
                )
            )
    administrator = world.browser(Office.ADMINISTRATOR)
    page = administrator.get("/jobs")
    assert "Đang hoạt động" in page
    assert "1,2\u00a0s" in page
    assert "1.234" in page
    assert "2.345 trạng thái thay đổi theo ngày" in page
    assert "sent 42" in page, "what an earlier version wrote"
    assert 'rel="next"' in page
    runs = page[page.index("t-filter") :]
    assert runs.index("Cập nhật trạng thái theo ngày") < runs.index("Gửi thư</th>")
    assert "Lỗi" in administrator.get("/jobs?result=failed")
    only = administrator.get("/jobs?job=assess")
    assert "Gửi thư</th>" not in only[only.index("t-filter") :]
    assert "Không có lần chạy nào như vậy" in administrator.get("/jobs?job=remind")


def test_a_silent_scheduler_is_told_on_every_page(enter: Enter) -> None:
    world = enter(0)
    with unit_of_work() as session:
        session.add(SchedulerBeat(id=1, at=clock.now() - timedelta(hours=1), process="1"))
    for address in ("/board", "/jobs", "/targets"):
        assert "t-strip--bad" in world.browser(Office.MONITOR).get(address)
