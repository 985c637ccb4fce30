"""An amendment from its first press to the document, by pages alone."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import sqlalchemy as sa

from tests.integration.planning.room import Room
from tests.integration.planning.test_commitments_of_packages import TEMPLATE
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import amending, negotiating
from tracker.commitments.models import Target
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.files import store
from tracker.programmes import templates
from tracker.signing.models import MadeDocument

pytestmark = pytest.mark.one_database


def test_an_amendment_is_begun_on_the_page_of_what_is_in_force(room: Room) -> None:
    table = room.table
    first = table.draft()
    table.bring_to(first, "countersigned")
    monitor, head = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    page = room.address(first)
    amend = f"{page}/amend"
    assert amend not in monitor.get(page)
    monitor.get(amend, 404)
    table.bring_to(first, "in_force")
    assert amend in monitor.get(page)
    assert "Đề nghị sửa đổi bản cam kết" in head.get(page)
    head.get(amend)
    room.desk(Office.OFFICER).get(amend, 403)
    monitor.get(amend)
    told = monitor.send(amend, 400, from_on="01/01/2020")
    assert "Hãy nhập lý do" in told
    told = monitor.send(amend, 400, reason="Số hồ sơ tăng", from_on="01/01/2020")
    assert "Không thể áp dụng trước khi ký" in told
    assert "Số hồ sơ tăng" in told, "what was typed is lost"
    today = f"{table.now.on:%d/%m/%Y}"
    told = monitor.send(amend, reason="Số hồ sơ tăng", from_on=today)
    amendment = re.findall(r'href="(/commitments/[^"/]+)/targets/', told)[0]
    assert "Chưa có nội dung nào thay đổi" in told
    assert "Số hồ sơ tăng" in told
    assert "<dd>False</dd>" not in told
    assert amend not in monitor.get(page), "another one is under way"
    monitor.get(amend, 303)
    table.session.rollback()  # what others wrote since is seen
    drafted = table.session.scalars(sa.select(Dossier.id).where(Dossier.token == amendment.rpartition("/")[2])).one()
    term = room.target(drafted, "T03")
    monitor.get(term)
    monitor.send(term, goal="92")
    told = " ".join(re.sub(r"<[^>]+>", " ", monitor.get(f"{amendment}/moves/offer-amendment")).split())
    assert re.search(r"T03 .{0,90} Mục tiêu 95\D{0,3} 92", told), told
    monitor.get(f"{amendment}/moves/offer", 404)
    monitor.get(f"{amendment}/moves/offer-amendment")
    assert "govuk-error-message" in monitor.send(f"{amendment}/moves/offer-amendment", 400, from_on="")
    monitor.get(f"{amendment}/moves/offer-amendment")
    monitor.send(f"{amendment}/moves/offer-amendment")
    head.get(f"{amendment}/moves/agree")
    head.send(f"{amendment}/moves/agree")
    monitor.get(f"{amendment}/moves/freeze")
    monitor.send(f"{amendment}/moves/freeze")
    table.session.rollback()  # what others wrote since is seen
    made = table.session.scalars(sa.select(MadeDocument).where(MadeDocument.kind == "amendment")).one()
    content = json.loads(store.path_of(settings_of(room.app).files_folder, made.content_sha256).read_bytes())
    assert content["effective_from"] == table.now.on.isoformat()
    assert content["changes"] == [{"target": "T03", "term": "goal", "from": "95", "to": "92"}]
    assert "Rút bản sửa đổi?" in monitor.get(f"{amendment}/moves/withdraw"), "and not the commitment"
    assert "Đã rút bản sửa đổi." in monitor.send(f"{amendment}/moves/withdraw", reason="Để năm sau")
    assert amend in monitor.get(page), "the next one can be begun"


def test_every_page_tells_the_first_goal_and_deadline_beside_the_present_ones(room: Room) -> None:
    table = room.table
    first = table.draft()
    table.bring_to(first, "in_force")
    table.go_to("2021-05-10")
    amendment = table.amend(first)
    table.do(negotiating.offer, table.monitor, dossier_id=amendment)
    proposed = table.propose(amendment, "T01", goal="200", due_on="2021-12-20")
    table.do(negotiating.accept, table.monitor, proposal_id=proposed)
    table.do(amending.offer, table.monitor, dossier_id=amendment)
    table.bring_to(amendment, "in_force")
    token = table.session.scalars(sa.select(Target.token).where(Target.code == "T01")).one()
    table.session.rollback()
    monitor, head = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    goal, deadline = r"200 .{0,20}\(ban đầu: 234,5", r"20/12/2021.{0,60}ban đầu: 14/12/2021"
    for desk, address, told in (
        (monitor, f"/targets/{token}", (goal, deadline)),
        (head, f"/targets/{token}", (goal, deadline)),
        (head, f"/figures/{token}/2021-H1", (goal, deadline)),
        (monitor, "/targets?status=all", (deadline,)),
        (monitor, "/agencies/SXD", (deadline, "Số lần gia hạn 1", "Số lần hạ mục tiêu 1")),
        (monitor, "/leaders", ("1 lần gia hạn 1 lần hạ mục tiêu",)),
    ):
        page = " ".join(re.sub(r"<[^>]+>", " ", desk.get(address)).split())
        for one in told:
            assert re.search(one, page), (address, one, page)
    (row,) = list(csv.DictReader(io.StringIO(monitor.get("/targets.csv?status=all&q=T01"))))
    assert (row["Thời hạn"], row["Thời hạn ban đầu"]) == ("2021-12-20", "2021-12-14")


def test_targets_are_added_and_ended_and_one_goes_on_after_all(room: Room) -> None:
    """While it is drafted each press can be taken back; what both sides agree on stands on one list."""
    table = room.table
    first = table.draft()
    table.bring_to(first, "in_force")
    with unit_of_work(table.now) as session:
        templates.write(session, table.now, actor_id=table.monitor.person_id, code="9.1", values=TEMPLATE)
    monitor, head = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    amendment = table.amend(first)
    page = room.address(amendment)
    monitor.get(room.target(amendment, "T02"))
    assert "Kết thúc chỉ tiêu" in monitor.page
    drop = f"{room.target(amendment, 'T02')}/drop"
    assert "sau ngày đó không báo cáo và không chấm điểm" in monitor.get(drop)
    told = monitor.send(drop)
    assert "Chỉ tiêu sẽ kết thúc theo bản sửa đổi này" in told
    keep = drop.replace("/drop", "/keep")
    assert f'action="{keep}"' in told
    assert f'action="{keep}"' not in monitor.send(keep)
    assert "Chưa có nội dung nào thay đổi" in monitor.page
    monitor.get(drop)
    monitor.send(drop)
    monitor.get(f"{page}/targets/new")
    monitor.send(f"{page}/targets/new", template=re.findall(r'<option value="([^"]+)">9\.1', monitor.page)[0])
    told = " ".join(re.sub(r"<[^>]+>", " ", monitor.page).split())
    assert re.search(r"9\.1 .{0,90} Toàn bộ chỉ tiêu Chưa cam kết 100\D{0,3}, thời hạn", told), told
    assert re.search(r"T02 .{0,90} Toàn bộ chỉ tiêu .{0,60} Kết thúc thực hiện", told), told
    table.bring_to(amendment, "in_force")
    told = " ".join(re.sub(r"<[^>]+>", " ", head.get(room.address(first))).split())
    assert f"Bổ sung theo bản sửa đổi, từ ngày {table.now.on:%d/%m/%Y}" in told


def test_a_head_asks_for_an_amendment_by_pages(room: Room) -> None:
    table = room.table
    first = table.draft()
    table.bring_to(first, "in_force")
    head, monitor = room.desk(Office.HEAD), room.desk(Office.MONITOR)
    amend = f"{room.address(first)}/amend"
    head.get(amend)
    assert "Hãy nhập lý do" in head.send(amend, 400)
    told = head.send(amend, reason="Khó đạt")
    assert "Đã gửi đề nghị sửa đổi" in told
    assert "UBND tỉnh" in told, "whose turn it is"
    table.session.rollback()
    amendment = table.session.scalars(sa.select(Dossier.id).order_by(Dossier.id.desc())).first()
    assert amendment is not None
    term = room.target(amendment, "T03")
    head.get(term)
    head.send(term, goal="92", reason="Khối lượng tăng")
    drop = f"{room.target(amendment, 'T02')}/drop"
    head.get(drop)
    head.send(drop, reason="Không còn nhiệm vụ")
    told = monitor.get(room.address(amendment))
    assert told.count("/accept") == 2
    assert "Đề nghị sửa đổi ·" in told or "Đề nghị sửa đổi<" in told, "in what happened"
