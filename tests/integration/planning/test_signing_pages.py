"""Signing on a device: exactly this document, this role, this person, in time, once; and telling what it rests on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.planning.hands import Hand, signs, take_passkeys
from tests.integration.planning.room import Room
from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import DossierMove
from tracker.commitments.life import concluding, negotiating
from tracker.commitments.models import Commitment
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.mail.models import OutboxMail
from tracker.programmes import ways
from tracker.signing.confirmations import keys, proof, signatures
from tracker.signing.documents import freezing
from tracker.signing.models import MadeDocument, Signature, SigningKey

NOT_ATTESTED = "Chưa có đủ hai người xác nhận khóa là của ai"


@pytest.fixture
def frozen(room: Room) -> int:
    """A commitment whose document is made, in a programme that takes confirmations."""
    take_passkeys(room)
    return made(room)


def made(room: Room, body: str = "SXD") -> int:
    dossier = room.table.draft(body)
    if body == "SXD":
        room.table.bring_to(dossier, "agreed")
    freeze(room, dossier)
    return dossier


def freeze(room: Room, dossier: int) -> None:
    monitor, page = room.desk(Office.MONITOR), room.address(dossier)
    monitor.get(f"{page}/moves/freeze")
    monitor.send(f"{page}/moves/freeze")


def kept(room: Room) -> list[Signature]:
    room.table.session.rollback()
    return list(room.table.session.scalars(sa.select(Signature).order_by(Signature.id)))


@pytest.mark.one_database
def test_the_head_and_the_chair_sign_and_what_is_stored_proves_it(room: Room, frozen: int) -> None:
    page = room.address(frozen)
    head, chair = Hand(room.desk(Office.HEAD)), Hand(room.desk(Office.CHAIR))
    assert "Tạo khóa ký" in head.desk.get(f"{page}/sign")
    sheet = head.make_key()
    told = head.desk.get(f"{page}/sign")
    document = room.table.session.scalars(sa.select(MadeDocument)).one()
    assert told.count(f"/documents/{document.address}/pages/") == document.pages
    assert keys_in_fours(document.content_sha256) in told
    assert keys_in_fours(document.pdf_sha256) in told
    assert "<noscript>" in told
    assert "Giám đốc" in told or "Thủ trưởng" in told
    told = head.confirm(page)
    assert room.table.dossier(frozen).state == "signed"
    assert NOT_ATTESTED in told
    signs(room, chair.desk, page)
    assert room.table.dossier(frozen).state == "countersigned"
    both = kept(room)
    assert [(one.side, one.way, one.office, one.authority) for one in both] == [
        ("body", "passkey", "head", None),
        ("ppc", "passkey", "chair", "TM."),
    ]
    for one in both:
        found = proof.verify(proof.read(one.evidence or ""), document=document.content_sha256, role=one.side)
        assert found.holds, found.wrong
        assert found.statement["file"] == document.pdf_sha256
        assert proof.canonical(proof.read(one.evidence or "")).decode() == one.evidence
    for office in (Office.CLERK, Office.MONITOR):
        desk = room.desk(office)
        assert sheet in desk.get("/signing-keys")
        desk.get(sheet)
        desk.send(sheet)
    told = chair.desk.get(page)
    assert told.count(NOT_ATTESTED) == 1, "the chair's own"
    assert "dựa vào xác nhận của hai người" in told
    assert "KT." not in told
    assert "TM. thay mặt Ủy ban nhân dân" in told
    assert NOT_ATTESTED in chair.desk.get(f"/documents/{document.address}")


def keys_in_fours(sha256: str) -> str:
    return " ".join(sha256[at : at + 4] for at in range(0, 64, 4))


@pytest.mark.one_database
def test_what_was_not_asked_signs_nothing(room: Room, frozen: int) -> None:
    """Replayed; of another document; by another person; without anybody recognised; with another's key."""
    page = room.address(frozen)
    address = f"{page}/sign"
    head, chair = Hand(room.desk(Office.HEAD)), Hand(room.desk(Office.CHAIR))
    head.make_key()
    chair.make_key()
    head.desk.get(address)
    old = head.answer()
    monitor = room.desk(Office.MONITOR)
    monitor.get(f"{page}/moves/reopen")
    monitor.send(f"{page}/moves/reopen", reason="Sai thời hạn")
    question = head.question
    assert head.desk.client.get(question).status_code == 409, "there is no document by now"
    assert room.table.dossier(frozen).state == "negotiated"
    room.table.do(negotiating.offer, room.table.monitor, dossier_id=frozen)
    room.table.bring_to(frozen, "agreed")
    freeze(room, frozen)
    refused = head.desk.client.get(question)
    assert refused.status_code == 409
    assert "đã thay đổi" in json.loads(refused.get_data(as_text=True))["refused"]
    assert "văn bản, vai trò hoặc người khác" in head.send(address, old, 400)
    head.desk.get(address)
    head.device.recognises = False
    assert "chưa nhận ra" in head.send(address, head.answer(), 400)
    head.device.recognises = True
    for answer in ({"challenge": "", "answer": ""}, {**head.answer(), "challenge": "x"}, {**old, "answer": "{}"}):
        head.send(address, answer, 400)
    other = Hand(head.desk, Device())
    assert "không phải khóa ký" in other.send(address, other.answer(), 400)
    head.device.origin = "https://khac.example"
    assert "không đúng" in head.send(address, head.answer(), 400)
    head.device.origin = "http://localhost"
    assert room.table.dossier(frozen).state == "frozen"
    assert kept(room) == []
    right = head.answer()
    chair.desk.get(address, 403)
    head.send(address, right)
    assert room.table.dossier(frozen).state == "signed"
    assert len(kept(room)) == 1
    again = head.desk.client.post(address, data=right)
    assert again.status_code in (303, 400, 403)
    chair.desk.get(address)
    assert "Hãy xem lại văn bản" in chair.send(address, right, 400), "another's, of another role"
    assert room.table.dossier(frozen).state == "signed"


@pytest.mark.one_database
def test_a_confirmation_is_of_its_minutes(room: Room, frozen: int) -> None:
    """However a clock is set meanwhile, and whatever travels: another role, person or office is another statement."""
    head = Hand(room.desk(Office.HEAD))
    head.make_key()
    table = room.table
    dossier, reader = table.dossier(frozen), table.head
    said = signatures.statement(table.session, table.now, reader=reader, dossier=dossier)
    asking = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")
    given: dict[str, Any] = {"dossier_id": frozen, "asking": asking, "answer": "{}"}
    for changed in (
        {"role": "ppc"},
        {"signer": "ai-khac"},
        {"office": "deputy"},
        {"document": "7" * 64},
        {"file": "7" * 64},
        {"for": "ai-khac"},
    ):
        with pytest.raises(DomainError, match="văn bản, vai trò hoặc người khác"):
            table.do(signatures.confirm, reader, said={**said, **changed}, **given)
    right = table.now
    for away in (timedelta(days=1), timedelta(days=-1), timedelta(minutes=6), timedelta(seconds=-6)):
        table.now = type(right)(right.at + away, right.on)
        with pytest.raises(DomainError, match="Đã quá lâu"):
            table.do(signatures.confirm, reader, said=said, **given)
    table.now = right
    with pytest.raises(DomainError, match="không phải khóa ký"):
        table.do(signatures.confirm, reader, said=said, **given)


def test_the_same_confirmation_signs_once(room: Room, frozen: int) -> None:
    """The database holds it to that too, whatever else is changed."""
    signs(room, room.desk(Office.HEAD), room.address(frozen))
    (one,) = kept(room)
    columns = [one.name for one in Signature.__table__.columns if one.name != "id"]
    values = {name: getattr(one, name) for name in columns}
    for changed in ({"side": "ppc", "token": "t", "move_id": one.move_id - 1}, {"token": "t"}):
        with pytest.raises(sa.exc.IntegrityError), unit_of_work(room.table.now) as session:
            session.execute(sa.insert(Signature).values(**{**values, **changed}))
    with pytest.raises(sa.exc.DBAPIError), unit_of_work(room.table.now) as session:
        session.execute(sa.update(Signature).values(evidence="{}"))


@pytest.mark.one_database
def test_ways_are_mixed_and_only_those_that_the_programme_takes(room: Room) -> None:
    """The head on a device, the People's Committee on paper; and without the way, neither page nor address signs."""
    take_passkeys(room, ways.PASSKEY)
    dossier = made(room)
    page = room.address(dossier)
    head = Hand(room.desk(Office.HEAD))
    head.make_key()
    head.desk.get(f"{page}/sign")
    answer = head.answer()
    take_passkeys(room, ways.PAPER)
    assert "không ký bằng cách đó" in head.send(f"{page}/sign", answer, 400)
    assert head.desk.client.get(f"{page}/sign/question").status_code == 409
    take_passkeys(room, ways.PASSKEY)
    head.confirm(page)
    clerk = room.desk(Office.CLERK)
    address = f"{page}/moves/countersigned-on-paper"
    assert address in clerk.get(page)
    clerk.get(address)
    assert "bản quét" in clerk.send(address, 400, countersigned_on="01/02/2021")
    assert room.table.dossier(dossier).state == "signed"
    take_passkeys(room, ways.PADES)
    table = room.table
    made_now = table.session.scalars(sa.select(MadeDocument.content_sha256)).one()
    table.session.rollback()
    table.do(concluding.countersign, table.chair, dossier_id=dossier, sha256=made_now, how=ways.PADES)
    both = clerk.get("/commitments.csv")
    assert "Xác nhận điện tử" in both, "the head's way"
    assert "Chữ ký số" in both, "and the other side's"


@pytest.mark.one_database
def test_keys_are_attested_by_two_others_and_end_once(room: Room) -> None:
    head, officer, clerk, monitor = (
        room.desk(one) for one in (Office.HEAD, Office.OFFICER, Office.CLERK, Office.MONITOR)
    )
    hand = Hand(head)
    assert "Đã tạo khóa" in _made(hand)
    room.table.session.rollback()
    (key,) = room.table.session.scalars(sa.select(SigningKey))
    told = room.table.session.scalars(sa.select(OutboxMail)).all()
    assert [(one.person_id, one.kind) for one in told] == [(room.table.head.person_id, "account_notice")]
    assert "ký văn bản nhân danh ông/bà" in told[0].text
    sheet = f"/signing-keys/{key.token}"
    assert keys_in_fours(key.fingerprint) in head.get(sheet)
    assert "Xác nhận khóa là của người này" not in head.page
    officer.get(sheet, 404)
    officer.get("/signing-keys", 403)
    clerk.get(sheet)
    clerk.send(sheet)
    assert "1/2 người" in clerk.page
    monitor.get(sheet)
    monitor.send(sheet)
    assert "hai người đã xác nhận" in head.get("/account/signing-keys")
    own = Hand(room.desk(Office.CLERK))
    own.make_key()
    assert "Xác nhận khóa là của người này" not in own.desk.get(sheet)
    end = f"{sheet}/end"
    head.get(end)
    head.send(end, 400)
    assert "Mất điện thoại" in head.send(end, reason="Mất điện thoại")
    head.get(end, 303)
    reader, key_id = room.table.reader(Office.MONITOR), key.id
    room.table.session.rollback()
    with pytest.raises(DomainError, match="đã chấm dứt"):
        room.table.do(keys.end, reader, key_id=key_id, reason="x")
    with pytest.raises(sa.exc.DBAPIError), unit_of_work(room.table.now) as session:
        session.execute(sa.update(SigningKey).values(public_key="x"))


def _made(hand: Hand) -> str:
    hand.make_key()
    return hand.desk.page


@pytest.mark.one_database
def test_each_side_has_its_day_and_a_reminder_leads_to_signing(room: Room, frozen: int) -> None:
    page, table = room.address(frozen), room.table
    head, monitor, chair = room.desk(Office.HEAD), room.desk(Office.MONITOR), room.desk(Office.CHAIR)
    address = f"{page}/moves/days"
    head.get(address, 403)
    monitor.get(address)
    told = monitor.send(address, 400, sign_until="01/01/2021", countersign_until="05/02/2021")
    assert 'id="sign_until-error"' in told
    assert 'value="01/01/2021"' in told
    told = monitor.send(address, 400, sign_until="10/02/2021", countersign_until="05/02/2021")
    assert 'id="countersign_until-error"' in told
    told = monitor.send(address, sign_until="10/02/2021", countersign_until="12/02/2021")
    assert "10/02/2021" in told
    assert "12/02/2021" in told
    monitor.send(f"{page}/remind")
    table.session.rollback()
    (mail,) = table.session.scalars(sa.select(OutboxMail).where(OutboxMail.person_id == table.head.person_id))
    assert f"{page}/sign" in mail.text
    assert "Hạn ký: 10/02/2021" in mail.text
    stranger = room.app.test_client().get(f"{page}/sign")
    assert stranger.status_code == 303
    assert "/sign-in?next=" in stranger.location
    assert "sign" in stranger.location.partition("next=")[2]
    signer = Hand(head)
    signer.make_key()
    signer.desk.get(f"{page}/sign")
    late = table.at("2021-02-11")
    given = {"dossier_id": frozen, "how": "passkey", "sha256": table.dossier(frozen).document_sha256}
    reader, table.now = table.head, late
    table.session.rollback()
    with pytest.raises(DomainError, match="Hạn ký là 10/02/2021"):
        table.do(concluding.sign, reader, **given)
    table.go_to("2021-02-01")
    signer.confirm(page)
    monitor.get(address)
    assert 'name="sign_until"' not in monitor.page
    monitor.send(address, countersign_until="02/02/2021")
    signs(room, chair, page)
    assert table.dossier(frozen).countersigned_on == table.now.on


@pytest.mark.one_database
def test_a_day_is_cleared_and_what_is_opened_again_has_none(room: Room, frozen: int) -> None:
    table, monitor = room.table, room.table.monitor
    table.session.rollback()
    days: dict[str, Any] = {"dossier_id": frozen, "sign_until": date(2021, 2, 10)}
    table.do(concluding.set_days, monitor, **days, countersign_until=date(2021, 2, 12))
    with pytest.raises(DomainError, match="Không có gì khác"):
        table.do(concluding.set_days, monitor, **days, countersign_until=date(2021, 2, 12))
    table.do(concluding.set_days, monitor, dossier_id=frozen, sign_until=None, countersign_until=date(2021, 2, 12))
    assert table.dossier(frozen).expires_on is None
    table.do(concluding.set_days, monitor, **days, countersign_until=date(2021, 2, 12))
    table.do(freezing.reopen, monitor, dossier_id=frozen, reason="Sai thời hạn")
    row = table.dossier(frozen)
    assert (row.expires_on, row.countersign_until) == (date(2021, 2, 10), None)
    moves = [one.detail for one in table.session.scalars(sa.select(DossierMove).where(DossierMove.move == "set_days"))]
    assert moves[1] == {"countersign_until": "2021-02-12"}, "what was cleared stays told"


@pytest.mark.one_database
def test_what_a_signature_rests_on_is_told_as_it_is(room: Room) -> None:
    """A bare press of before, what only a package tells, and the same in the list."""
    pressed = room.table.draft()
    room.table.bring_to(pressed, "countersigned")
    monitor, page = room.desk(Office.MONITOR), room.address(pressed)
    told = monitor.get(page)
    assert told.count("Chỉ dựa vào nhật ký của chính phần mềm này") == 2
    assert "Bằng một lần bấm trên phần mềm: chỉ theo nhật ký của phần mềm" in monitor.get("/commitments")
    token = room.table.session.scalar(sa.select(Commitment.token))
    room.table.session.rollback()
    told = monitor.get(f"/commitments/{token}")
    assert "Gói dữ liệu ghi như vậy" in told
    assert "Trên giấy: chỉ theo gói dữ liệu" in monitor.get("/commitments")
    assert "Bằng một lần bấm trên phần mềm" in monitor.get("/commitments.csv")
