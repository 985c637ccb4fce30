"""What signing keeps: ways of a programme, a key that two attest and that ends, signatures on a device and on paper."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.factories.new_facts import Hand
from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import negotiating
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.files.store import StoredUpload
from tracker.people.models import Person
from tracker.programmes import ways
from tracker.programmes.models import Programme
from tracker.reminders import ladders
from tracker.reminders.ladder import PRESET, Audience, Occasion, Rung
from tracker.signing.confirmations import keys, proof, signatures
from tracker.signing.documents import freezing
from tracker.signing.documents.freezing import Form

ASKING = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")
FORM = Form("{year}/CK-{body}", "{year}/SĐ-{body}", "Nghệ An", ORIGIN, sample=False)


def add(hand: Hand) -> None:
    """The commitment that is negotiated with a body is agreed, made a document, and signed by both sides."""
    monitor, clerk = hand.reader("VP", Office.MONITOR), hand.reader("VP", Office.CLERK)
    with unit_of_work(hand.now) as session:
        dossier = session.scalars(sa.select(Dossier)).one()
        body = session.get_one(Agency, dossier.agency_id).code
        programme = session.get_one(Programme, dossier.programme_id)
    head = hand.reader(body, Office.HEAD)
    with unit_of_work(hand.now) as session:
        token = session.get_one(Person, head.person_id).token
    chosen: dict[str, Any] = {"actor_id": monitor.person_id, "programme": programme, "from_on": hand.now.on}
    hand.press(ways.choose, **chosen, ways=ways.CHOICES, reason="Quyết định 7")
    hand.press(ladders.choose, **chosen, ladder=(*PRESET, Rung(Occasion.REPORT, Audience.HEAD, 3)), reason="QĐ 8")
    offered = hand.press(negotiating.offer, reader=monitor, dossier_id=dossier.id)
    hand.press(negotiating.agree, reader=head, dossier_id=dossier.id, version=offered.seq)
    with unit_of_work(hand.now) as session:
        dossier = session.scalars(sa.select(Dossier)).one()
        made = freezing.prepare(session, hand.now, reader=monitor, dossier=dossier, form=FORM)
    seen: dict[str, Any] = {"dossier_id": dossier.id, "version": dossier.version}
    hand.press(freezing.freeze, reader=monitor, **seen, made=made, folder=hand.folder)
    device = Device()
    said = keys.request(hand.now, token)
    named: dict[str, Any] = {"handle": "x", "address": "-", "name": "-", "held": ()}
    options, _challenge = passkeys.to_make(ASKING, **named, challenge=proof.challenge(said), signs_in=False)
    answer = device.make(options)
    key = hand.press(keys.enrol, reader=head, statement=said, asking=ASKING, answer=answer)
    sheet = StoredUpload("ef" * 32, 9, "application/pdf", "Phiếu.pdf")
    hand.press(keys.keep_sheet, reader=clerk, key_id=key.id, file=sheet)
    for one in (clerk, monitor):
        hand.press(keys.attest, reader=one, key_id=key.id)
    with unit_of_work(hand.now) as session:
        dossier = session.scalars(sa.select(Dossier)).one()
        said = signatures.statement(session, hand.now, reader=head, dossier=dossier)
    options, _challenge = passkeys.to_enter(ASKING, challenge=proof.challenge(said))
    given: dict[str, Any] = {"dossier_id": dossier.id, "said": said, "asking": ASKING}
    hand.press(signatures.confirm, reader=head, **given, answer=device.sign(options))
    hand.press(keys.end, reader=head, key_id=key.id, reason="Đổi điện thoại")
    with unit_of_work(hand.now) as session:
        dossier = session.scalars(sa.select(Dossier)).one()
        paper: dict[str, Any] = {"sha256": dossier.document_sha256, "day": hand.now.on, "evidence": {"format": "x"}}
        signatures.enter_paper(session, hand.now, reader=clerk, dossier=dossier, **paper)
