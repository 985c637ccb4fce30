"""The sheet of a signing key that its owner signed by hand: its scan is kept, shown to those who attest, and whoever
verifies a signature is told of it."""

from __future__ import annotations

import io
import json

import pikepdf
import pytest
import sqlalchemy as sa

from tests.integration.planning import test_signing_pages
from tests.integration.planning.hands import Hand, enrolled
from tests.integration.planning.room import Desk, Room
from tests.support.factors import Device
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core.extensions import settings_of
from tracker.core.files.store import path_of
from tracker.signing.codes import digest
from tracker.signing.confirmations import signed
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import MadeDocument, SigningKey
from tracker.signing.sealing import sealing
from tracker.signing.verifying import verifying

frozen = test_signing_pages.frozen  # fixture
pytestmark = pytest.mark.one_database
KEPT = "Hệ thống lưu bản quét phiếu đăng ký khóa do chủ khóa ký tay"


def scan(note: str) -> bytes:
    """A scan of one page."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = note
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def send(desk: Desk, sheet: str, content: bytes, name: str = "phieu.pdf", status: int = 303) -> str:
    desk.get(f"{sheet}/sheet")
    return desk.send(f"{sheet}/sheet", status, file=(io.BytesIO(content), name))


def test_the_owner_or_who_attests_sends_it_and_both_see_it(room: Room) -> None:
    head, clerk = Hand(room.desk(Office.HEAD)), room.desk(Office.CLERK)
    sheet, first, second = head.make_key(), scan("1"), scan("2")
    assert "Chưa lưu bản quét nào" in head.desk.get(sheet)
    told = send(head.desk, sheet, first)
    assert f'href="{sheet}/sheets/1"' in told
    assert f'href="{sheet}/sheets/2"' in send(clerk, sheet, second)
    for number, content in ((1, first), (2, second)):
        answer = clerk.client.get(f"{sheet}/sheets/{number}")
        assert answer.data == content
        assert answer.headers["Content-Disposition"].startswith("attachment")
    clerk.get(f"{sheet}/sheets/3", 404)
    clerk.get(f"{sheet}/sheets/0", 404)
    for other in (room.desk(Office.OFFICER), room.desk(Office.AUDITOR)):
        for address in (f"{sheet}/sheet", f"{sheet}/sheets/1"):
            other.get(address, 404)
    room.table.session.rollback()
    assert list(room.table.session.scalars(sa.select(KeySheet.sha256).order_by(KeySheet.id))) == [
        digest(first),
        digest(second),
    ]
    told_of = sa.select(sa.func.count()).where(AuditEvent.event == "signing_key.sheet_kept")
    assert room.table.session.scalar(told_of) == 2


def test_what_is_no_scan_is_refused_beside_its_field(room: Room) -> None:
    head = Hand(room.desk(Office.HEAD))
    sheet = head.make_key()
    for content, name in ((b"a,b\n", "phieu.csv"), (b"%PDF-1.7 broken", "phieu.pdf"), (b"", "phieu.pdf")):
        assert 'id="file-error"' in send(head.desk, sheet, content, name, 400), name
    head.desk.get(f"{sheet}/sheet")
    assert 'id="file-error"' in head.desk.send(f"{sheet}/sheet", 400)
    send(head.desk, sheet, scan("1"))
    assert "Tệp này đã được lưu rồi" in send(head.desk, sheet, scan("1"), status=400)


def test_a_scan_that_was_removed_by_a_decision_is_told_so(room: Room) -> None:
    head = Hand(room.desk(Office.HEAD))
    sheet = head.make_key()
    send(head.desk, sheet, scan("1"))
    path_of(settings_of(room.app).files_folder, digest(scan("1"))).unlink()
    assert "Bản quét đã bị xóa theo quyết định" in head.desk.get(sheet)
    head.desk.get(f"{sheet}/sheets/1", 404)


def test_whoever_verifies_is_told(room: Room, frozen: int) -> None:
    head = Hand(room.desk(Office.HEAD))
    sheet = head.make_key()
    head.confirm(room.address(frozen))
    room.table.session.rollback()
    made = room.table.session.scalars(sa.select(MadeDocument)).one()
    address = f"/verify/{made.address}"
    assert KEPT not in head.desk.get(address)
    (before,) = sealing._signatures(room.table.session, made)
    assert before["sheet"] is None
    room.table.session.rollback()
    send(head.desk, sheet, scan("1"))
    assert KEPT in head.desk.get(address)
    room.table.session.rollback()
    made = room.table.session.scalars(sa.select(MadeDocument)).one()
    (told,) = sealing._signatures(room.table.session, made)
    assert json.loads(json.dumps(told))["sheet"] == digest(scan("1")), "the seal carries its hash"
    (one,) = signed.of_document(room.table.session, made)
    assert one.sheet == digest(scan("1"))
    lines = verifying.Verified(signatures=[{**told, "checked": True}]).lines()
    assert any(digest(scan("1")) in line for line in lines)


def test_a_sheet_is_of_its_key(room: Room) -> None:
    head = Hand(room.desk(Office.HEAD))
    first = head.make_key()
    send(head.desk, first, scan("1"))
    enrolled(room, room.table.head, Device())
    room.table.session.rollback()
    tokens = room.table.session.scalars(sa.select(SigningKey.token).order_by(SigningKey.id)).all()
    assert first == f"/signing-keys/{tokens[0]}"
    assert "/sheets/1" not in head.desk.get(f"/signing-keys/{tokens[1]}")
