"""An amendment from its first press to the document, by pages alone."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.core.extensions import settings_of
from tracker.core.files import store
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
    assert amend not in head.get(page)
    head.get(amend, 403)
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
    assert amend not in monitor.get(page), "another one is under way"
    monitor.get(amend, 303)
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
    made = table.session.scalars(sa.select(MadeDocument).where(MadeDocument.kind == "amendment")).one()
    content = json.loads(store.path_of(settings_of(room.app).files_folder, made.content_sha256).read_bytes())
    assert content["effective_from"] == table.now.on.isoformat()
    assert content["changes"] == [{"target": "T03", "term": "goal", "from": "95", "to": "92"}]
    monitor.get(f"{amendment}/moves/withdraw")
    monitor.send(f"{amendment}/moves/withdraw", reason="Để năm sau")
    assert amend in monitor.get(page), "the next one can be begun"
