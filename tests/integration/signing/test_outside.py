"""A document that is signed outside: the page, the file that is taken in and signs, and what is refused beside its
field."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signed_files, signing_room
from tests.factories.lives import Table
from tests.factories.signing_room import authority, holder
from tests.support.pki import Holder, sign
from tests.support.product import Scene
from tests.support.signing_in import sign_in, token
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.signing import originals
from tracker.signing.models import MadeDocument, SignedFile
from tracker.signing.outside import fault_words
from tracker.signing.outside import signed_files as files
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.faults import Fault
from tracker.signing.sides import BODY, PPC


class Desk:
    """Whoever signs, with a program of their own."""

    def __init__(self, app: Flask, table: Table) -> None:
        self.app, self.table = app, table
        self.authority = authority(table.now.at)
        signing_room.trust(settings_of(app).instance, self.authority)

    @property
    def made(self) -> MadeDocument:
        self.table.session.rollback()
        return self.table.session.scalars(sa.select(MadeDocument)).one()

    @property
    def address(self) -> str:
        return f"/documents/{self.made.address}/signing"

    def client(self, office: Office) -> Any:
        client = self.app.test_client()
        sign_in(self.app, client, self.table.reader(office).person_id)
        return client

    def holder(self, office: Office) -> Holder:
        return holder(self.authority.at, self.table.reader(office).name)

    def latest(self) -> bytes:
        made = self.made
        return originals.whole(settings_of(self.app).files_folder, files.latest(self.table.session, made).sha256)

    def send(self, office: Office, content: bytes) -> tuple[int, str]:
        client = self.client(office)
        given = {"csrf_token": token(client), "file": (io.BytesIO(content), "da-ky.pdf")}
        answer = client.post(self.address, data=given, content_type="multipart/form-data")
        told = unescape(answer.get_data(as_text=True))
        self.why = re.findall(r"error-summary__list.*?</ul>", told, re.DOTALL)
        return answer.status_code, told


@pytest.fixture
def desk(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    return Desk(app, Table(session, errand.found(session), at, now))


def dossier(desk: Desk) -> Dossier:
    desk.table.session.rollback()
    return desk.table.session.scalars(sa.select(Dossier)).one()


def test_both_sides_sign_outside(desk: Desk) -> None:
    assert "Ký bằng" in desk.client(Office.HEAD).get(desk.address).get_data(as_text=True)
    head = sign(desk.latest(), desk.holder(Office.HEAD), BODY)
    assert desk.send(Office.HEAD, head)[0] == 303, desk.why
    assert dossier(desk).state == "signed"
    assert desk.client(Office.CHAIR).get(desk.address.replace("signing", "signed.pdf")).data == head
    chair = sign(desk.latest(), desk.holder(Office.CHAIR), PPC)
    assert desk.send(Office.CHAIR, chair)[0] == 303
    assert dossier(desk).state == "countersigned"
    kept = desk.table.session.scalars(sa.select(SignedFile).order_by(SignedFile.id)).all()
    assert [(one.kind, one.found[-1]["certificate"]["name"]) for one in kept] == [
        (BODY, desk.table.head.name),
        (PPC, desk.table.chair.name),
    ]
    assert kept[1].begins_with == kept[0].sha256
    page = desk.client(Office.CHAIR).get(desk.address.removesuffix("/signing")).get_data(as_text=True)
    assert desk.table.head.name in page
    assert desk.table.chair.name in page


@pytest.mark.one_database
def test_each_refusal_stands_beside_the_field_and_nothing_is_signed(desk: Desk) -> None:
    head = desk.holder(Office.HEAD)
    given: dict[Fault, bytes] = {
        Fault.NO_PDF: b"PK\x03\x04" + b"0" * 100,
        Fault.UNSIGNED: desk.latest(),
        Fault.NOT_OURS: desk.latest().replace(b"%%EOF\n", b"%%EOF\r\n"),
        Fault.TOO_LARGE: desk.latest() + b"0" * (5 * 1024 * 1024),
        Fault.ANOTHER_SIGNER: sign(desk.latest(), desk.holder(Office.CHAIR), BODY),
        Fault.ANOTHER_FIELD: sign(desk.latest(), head, PPC),
        Fault.NOTE_ADDED: sign(signed_files.appended(desk.latest(), signed_files.note), head, BODY),
        Fault.ACTS: sign(signed_files.appended(desk.latest(), signed_files.action), head, BODY),
        Fault.TWO_IN_ONE: sign(desk.latest(), head, BODY) + b"<script>alert(1)</script>",
    }
    for fault, content in given.items():
        status, page = desk.send(Office.HEAD, content)
        assert status == 400, fault
        with desk.app.test_request_context(headers={"Accept-Language": "vi"}):
            assert str(SENTENCES[fault]) in page, fault
    assert dossier(desk).state == "frozen"
    assert desk.table.session.scalars(sa.select(SignedFile)).all() == []


@pytest.mark.one_database
def test_whose_turn_it_is_not_and_what_is_older_is_refused(desk: Desk) -> None:
    before = desk.latest()
    shown = {one: 'type="file"' in desk.client(one).get(desk.address).text for one in (Office.HEAD, Office.OFFICER)}
    assert shown == {Office.HEAD: True, Office.OFFICER: False}, "who cannot sign is told so before a file is chosen"
    status, page = desk.send(Office.CHAIR, sign(before, desk.holder(Office.CHAIR), PPC))
    assert status in (400, 403)
    assert desk.send(Office.OFFICER, sign(before, desk.holder(Office.OFFICER), BODY))[0] in (400, 403)
    assert desk.send(Office.HEAD, sign(before, desk.holder(Office.HEAD), BODY))[0] == 303
    status, page = desk.send(Office.CHAIR, sign(before, desk.holder(Office.CHAIR), PPC))
    assert status == 400
    with desk.app.test_request_context(headers={"Accept-Language": "vi"}):
        assert str(SENTENCES[Fault.OLDER]) in page


@pytest.mark.one_database
def test_without_a_fresh_list_nothing_is_taken(desk: Desk) -> None:
    desk.table.go_to("2021-02-10")
    signed = sign(desk.latest(), desk.holder(Office.HEAD), BODY)
    status, page = desk.send(Office.HEAD, signed)
    assert status == 400
    with desk.app.test_request_context(headers={"Accept-Language": "vi"}):
        assert str(SENTENCES[Fault.UNDETERMINED]) in page


@pytest.mark.one_database
def test_a_press_and_a_signature_outside_go_together(desk: Desk) -> None:
    made = desk.made
    desk.table.do(concluding.sign, desk.table.head, dossier_id=dossier(desk).id, sha256=made.content_sha256)
    chair = sign(desk.latest(), desk.holder(Office.CHAIR), PPC)
    assert desk.send(Office.CHAIR, chair)[0] == 303
    assert dossier(desk).state == "countersigned"


def test_every_reason_has_its_own_sentence() -> None:
    assert set(SENTENCES) == set(Fault)
    assert len({str(one) for one in fault_words.SENTENCES.values()}) == len(Fault)
