"""Commitments that came by a package have no life here: they stand in the list all the same, and have a page."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.factories import errand
from tests.integration.planning.room import Desk, Room
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.programmes import templates

pytestmark = pytest.mark.one_database


TEMPLATE: dict[str, Any] = {
    "title": {"vi": "Ban hành kế hoạch"},
    "domain": 3,
    "shape": "deliverable",
    "unit": "%",
    "weight": Decimal(1),
    "frequency": "quarterly",
}


def listed(desk: Desk, query: str = "") -> list[dict[str, str]]:
    answer = desk.client.get(f"/commitments.csv?{query}")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    page = desk.get(f"/commitments?{query}")
    shown = page.count('<th scope="row">')
    assert shown == len(rows), "the page and the file say the same"
    assert not rows or f"{len(rows)} dòng" in page
    return rows


def test_the_list_holds_them_too_and_its_counts_close(room: Room) -> None:
    dossier = room.table.draft()  # before the package brought one with a target
    with unit_of_work(room.table.now) as session:
        errand.target(session, errand.found(session), "SXD", "T07")
    room.table.bring_to(dossier, "offered")
    monitor, head = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    every = listed(monitor)
    assert [(row["Số"], row["Tình trạng"], row["Chỉ tiêu"]) for row in every if row["Cơ quan"] == "Sở Xây dựng"] == [
        ("01/CK-SXD", "Đang có hiệu lực", "1"),
        ("", "Đã gửi cơ quan", "3"),
    ]
    by_state = {state: listed(monitor, f"state={state}") for state in ("in_force", "offered", "drafted")}
    assert sum(map(len, by_state.values())) == len(every) == 4
    assert {row["Nguồn"] for row in by_state["in_force"]} == {"nhập từ gói dữ liệu, ký trên giấy ngày 04/02/2021"}
    assert [row["Số"] for row in listed(head)] == ["01/CK-SXD", ""], "of its own body alone"
    assert len(listed(monitor, "agency=SYT")) == 1
    assert listed(monitor, "agency=SYT&turn=body") == []
    assert len(listed(monitor, "sort=-since")) == 4


def test_nobody_drafts_for_a_body_whose_commitment_came_by_a_package(room: Room) -> None:
    """Not on the page, which does not offer it, nor by any other road."""
    table = room.table
    with unit_of_work(table.now) as session:
        errand.target(session, errand.found(session), "SXD", "T07")
        templates.write(session, table.now, actor_id=table.monitor.person_id, code="9.1", values=TEMPLATE)
    page = room.desk(Office.MONITOR).get(f"/programmes/{table.made.programme.code}/draft")
    assert "Sở Y tế" in page
    assert "Sở Xây dựng" not in page[page.index("<main") :]
    with pytest.raises(DomainError, match="đã có"):
        table.draft("SXD")
    table.draft("SYT")


def test_each_has_a_page_on_which_it_is_amended(room: Room) -> None:
    with unit_of_work(room.table.now) as session:
        errand.target(session, errand.found(session), "SXD", "T07")
    room.table.go_to("2021-05-10")
    monitor, head = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    address = re.findall(r'href="(/commitments/commitment-SXD)"', monitor.get("/commitments"))[0]
    other = room.desk(Office.HEAD, "SYT")
    other.get(address, 404)
    told = head.get(address)
    assert "đã ký trên giấy ngày 04/02/2021" in told
    assert "/targets/target-SXD-T07" in told
    assert "Đề nghị sửa đổi bản cam kết" in told
    assert f"{address}/amend" in monitor.get(address)
    monitor.get(f"{address}/amend")
    told = monitor.send(f"{address}/amend", reason="Số hồ sơ tăng")
    assert "T07" in told
    assert f"{address}/amend" not in monitor.get(address), "one is under way"
    assert "Bản sửa đổi" in monitor.page
