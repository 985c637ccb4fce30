"""Who signs for the People's Committee is chosen when the document is made, told in it, and nobody else signs."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from tests.integration.planning.hands import signs, take_passkeys
from tests.integration.planning.room import Room
from tracker.agencies.models import OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.files import store
from tracker.signing.documents import signatories
from tracker.signing.models import MadeDocument

pytestmark = pytest.mark.one_database
CHAIR, VICE = "Chủ tịch Ủy ban nhân dân tỉnh", "Phó Chủ tịch Ủy ban nhân dân tỉnh"


def authorised(room: Room) -> None:
    """The chair gives the monitor authority on paper."""
    with unit_of_work(room.table.now) as session:
        holding = session.scalars(sa.select(OfficeHolding).where(OfficeHolding.office == Office.CHAIR)).one()
        monitor = room.table.made.people[("VP", Office.MONITOR)].id
        days = {"from_on": date(2021, 1, 1), "to_on": date(2021, 12, 31)}
        given = StandIn(token="in", holding_id=holding.id, person_id=monitor, paper="05/QĐ-UBND", **days)
        session.add(given)


def test_each_signs_by_an_authority(room: Room) -> None:
    authorised(room)
    found = signatories.choices(room.table.session, room.table.now.on)
    assert [(one.name, one.authority, one.holder, one.title) for one in found] == [
        (CHAIR, "TM.", None, "Chủ tịch"),
        (VICE, "KT.", "Chủ tịch", "Phó Chủ tịch"),
        ("Phòng Tổng hợp, Văn phòng UBND tỉnh", "TUQ.", "Chủ tịch", "Người theo dõi"),
    ]


def test_whom_the_document_names_signs_and_nobody_else(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "agreed")
    page = room.address(dossier)
    monitor, head, chair, vice = (
        room.desk(one) for one in (Office.MONITOR, Office.HEAD, Office.CHAIR, Office.VICE_CHAIR)
    )
    told = monitor.get(f"{page}/moves/freeze")
    assert f"{VICE} – KT. Chủ tịch · Phó Chủ tịch" in told
    vice_id = room.table.made.people[("VP", Office.VICE_CHAIR)].id
    monitor.send(f"{page}/moves/freeze", 400, signatory="0")
    monitor.get(f"{page}/moves/freeze")
    monitor.send(f"{page}/moves/freeze", signatory=str(vice_id))
    room.table.session.rollback()
    made = room.table.session.scalars(sa.select(MadeDocument)).one()
    content = json.loads(store.path_of(settings_of(room.app).files_folder, made.content_sha256).read_bytes())
    assert content["signatories"][1] == {"side": "ppc", "authority": "KT.", "title": "Phó Chủ tịch", "name": VICE}
    take_passkeys(room)
    signs(room, head, page)
    assert f"{page}/moves/countersign" not in chair.get(page)
    chair.get(f"{page}/sign", 303)
    assert f"Văn bản ghi {VICE} là người ký" in chair.get(page)
    assert f"{page}/moves/countersign" in vice.get(page)
    told = vice.get(f"{page}/sign")
    assert "KT. Phó Chủ tịch (ký thay Chủ tịch)" in told
    signs(room, vice, page)
    assert room.table.dossier(dossier).state == "countersigned"
