"""Sending with a key: exactly these figures, this person, in time, once; and each receipt proves it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import signing_keys
from tests.factories.signing_keys import ASKING
from tests.integration.progress.conftest import Desk
from tests.support.factors import Device
from tracker.accounts.factors import passkeys
from tracker.core.db.database import Base
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, StaleEdit
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.progress import confirming, recalling, receipts, service
from tracker.progress.models import ReportReceipt, Revision, SendingConfirmation
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import NeedsKey, part_sha256
from tracker.signing.confirmations import proof

Drafts = Sequence[tuple[ReportSlot, int]]


@pytest.fixture
def device(desk: Desk) -> Device:
    """The head's, with a key; the programme asks for one."""
    made = Device()
    programme_id = desk.made.programme.id
    with unit_of_work(desk.now) as session:
        signing_keys.ask_to_send(session, desk.now, programme_id)
        signing_keys.enrol(session, desk.now, desk.head, made)
    return made


def handed(desk: Desk) -> Drafts:
    """Two figures with the head."""
    found = []
    for key, typed in (("SXD-T01", {"value": "120"}), ("SXD-T03", {"value": "40"})):
        slot = desk.slot(key)
        draft = desk.keep_form(slot, typed)
        draft = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)
        found.append((slot, draft.version))
    return found


def asked(desk: Desk, drafts: Drafts, reader: Reader | None = None) -> tuple[dict[str, Any], Any]:
    with unit_of_work(desk.now) as session:
        return confirming.question(session, desk.now, reader=reader or desk.head, drafts=drafts)


def answer(device: Device, said: dict[str, Any]) -> str:
    options, _challenge = passkeys.to_enter(ASKING, challenge=proof.challenge(said))
    return device.sign(options)


def sent(desk: Desk, said: dict[str, Any], numbered: Any, given: str, reader: Reader | None = None) -> Any:
    return desk.press(
        confirming.send, reader=reader or desk.head, numbered=numbered, said=said, asking=ASKING, answer=given
    )


def test_one_press_confirms_many_and_each_receipt_proves_it(desk: Desk, device: Device) -> None:
    drafts = handed(desk)
    with pytest.raises(NeedsKey):
        desk.press(service.send_all, reader=desk.head, drafts=drafts)
    with pytest.raises(NeedsKey):
        desk.press(service.send, reader=desk.head, slot=drafts[0][0], version=drafts[0][1])
    said, numbered = asked(desk, drafts)
    assert len(said["reports"]) == 2
    assert len(sent(desk, said, numbered, answer(device, said))) == 2
    kept = desk.session.scalars(sa.select(SendingConfirmation)).one()
    assert (kept.person_id, kept.office) == (desk.head.person_id, "head")
    record = proof.read(kept.evidence)
    codes = desk.session.scalars(sa.select(ReportReceipt.code)).all()
    for code in codes:
        checked = receipts.check(desk.session, code)
        assert checked is not None
        assert checked.wrong == ()
        assert checked.confirmed is not None
        assert checked.confirmed.attested == 0
        alone = proof.verify_sending(record, report=part_sha256(checked.said))
        assert alone.holds, alone.wrong
        other = proof.verify_sending(record, report=part_sha256({**checked.said, "value": "121"}))
        assert other.wrong == (proof.Wrong.OTHER_DOCUMENT,)
    assert proof.verify(record).wrong == (proof.Wrong.UNREADABLE,), "it signs no commitment"


def test_what_was_not_confirmed_is_not_sent(desk: Desk, device: Device) -> None:
    drafts = handed(desk)
    said, numbered = asked(desk, drafts)
    right = answer(device, said)
    other = Device()
    deputy = replace(desk.head, person_id=desk.officer.person_id)
    with unit_of_work(desk.now) as session:
        signing_keys.enrol(session, desk.now, deputy, other)
    for changed in ({"office": "deputy"}, {"reports": said["reports"][:1]}, {"signer": "x"}, {"role": "head"}):
        with pytest.raises(StaleEdit, match="không còn đúng"):
            sent(desk, {**said, **changed}, numbered, right)
    with pytest.raises(StaleEdit, match="không còn đúng"):
        sent(desk, said, [(slot, version, "0" * 32) for slot, version, _number in numbered], right)
    with pytest.raises(StaleEdit, match="không còn đúng"):
        sent(desk, said, numbered, right, reader=deputy)
    with pytest.raises(DomainError, match="không phải khóa ký"):
        sent(desk, said, numbered, answer(other, said))
    with pytest.raises(DomainError, match="không còn đúng"):
        sent(desk, said, numbered, answer(device, {**said, "nonce": "x"}))
    device.recognises = False
    with pytest.raises(DomainError, match="chưa nhận ra"):
        sent(desk, said, numbered, answer(device, said))
    device.recognises, device.origin = True, "https://khac.example"
    with pytest.raises(DomainError, match="không đúng"):
        sent(desk, said, numbered, answer(device, said))
    with pytest.raises(DomainError):
        sent(desk, said, numbered, "{}")
    slot, version = drafts[0]
    later = replace(desk.now, at=desk.now.at + timedelta(minutes=6))
    with pytest.raises(DomainError, match="quá thời gian"), unit_of_work(later) as session:
        confirming.send(session, later, reader=desk.head, numbered=numbered, said=said, asking=ASKING, answer=right)
    desk.keep_form(slot, {"value": "121"}, version, reader=desk.head)
    with pytest.raises(StaleEdit):
        sent(desk, said, numbered, right)
    assert desk.session.scalars(sa.select(Revision.id).where(Revision.sent_at.is_not(None))).all() == []
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(SendingConfirmation)) == 0


def test_a_confirmation_is_good_for_one_press(desk: Desk, device: Device) -> None:
    (first, *_more) = handed(desk)
    device.origin = "http://localhost"
    said, numbered = asked(desk, [first])
    right = answer(device, said)
    sent(desk, said, numbered, right)
    with pytest.raises(DomainError):
        sent(desk, said, numbered, right)
    slot = desk.slot("SXD-T01")
    desk.press(recalling.recall, reader=desk.head, slot=slot, seq=1)
    draft = desk.keep_form(slot, {"value": "120"}, 0)
    with pytest.raises(StaleEdit):
        sent(desk, said, [(slot, draft.version, numbered[0][2])], right)
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(SendingConfirmation)) == 1


def test_what_cannot_go_is_left_out_of_the_question(desk: Desk, device: Device) -> None:
    drafts = handed(desk)
    stale = [(drafts[0][0], 77), drafts[1]]
    said, numbered = asked(desk, stale)
    assert [slot.target.code for slot, _version, _number in numbered] == ["T03"]
    with pytest.raises(StaleEdit):
        asked(desk, stale[:1])
    with pytest.raises(DomainError, match="không gửi được số liệu nào"):
        asked(desk, [(slot, 77) for slot, _version in drafts])
    assert len(sent(desk, said, numbered, answer(device, said))) == 1


def test_who_acts_for_the_head_confirms_in_the_heads_name(desk: Desk, device: Device) -> None:
    head = desk.head
    own = head.held[0]
    acting = replace(head, person_id=desk.officer.person_id, held=(replace(own, for_id=head.person_id, for_name="x"),))
    second = Device()
    with unit_of_work(desk.now) as session:
        signing_keys.enrol(session, desk.now, acting, second)
    drafts = handed(desk)[:1]
    said, numbered = asked(desk, drafts, acting)
    assert said["for"] == desk.session.get_one(Person, head.person_id).token
    sent(desk, said, numbered, answer(second, said), reader=acting)
    kept = desk.session.scalars(sa.select(SendingConfirmation)).one()
    assert (kept.person_id, kept.for_person_id) == (acting.person_id, head.person_id)


def test_what_proves_it_never_changes(desk: Desk, device: Device) -> None:
    said, numbered = asked(desk, handed(desk))
    sent(desk, said, numbered, answer(device, said))
    table: Any = Base.metadata.tables["sending_confirmation"]
    for change in (sa.update(table).values(evidence="{}"), sa.delete(table)):
        with pytest.raises(sa.exc.DBAPIError), unit_of_work(desk.now) as session:
            session.execute(change)


def test_without_the_setting_nothing_is_asked(desk: Desk, device: Device) -> None:
    drafts, programme_id = handed(desk), desk.made.programme.id
    with unit_of_work(desk.now) as session:
        signing_keys.ask_to_send(session, desk.now, programme_id, asks=False)
    assert not confirming.asked(desk.session, [slot for slot, _version in drafts], desk.now)
    desk.session.rollback()
    done, left = desk.press(service.send_all, reader=desk.head, drafts=drafts)
    assert (len(done), left) == (2, [])
    code = desk.session.scalars(sa.select(ReportReceipt.code)).first()
    assert code is not None
    checked = receipts.check(desk.session, code)
    assert checked is not None
    assert checked.confirmed is None
