"""A document handed to a program on the signer's machine, by a plain client of HTTP without a cookie: fetched once,
returned once, and each refusal with its sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signing_room
from tests.factories.lives import Table
from tests.integration.signing.test_outside import Desk
from tests.support.pki import sign
from tests.support.product import Scene
from tests.support.signing_in import token
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding, turn_mails
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail.models import OutboxMail
from tracker.signing.elsewhere import hand_over
from tracker.signing.models import HandOver, Signature
from tracker.signing.outside import fault_words
from tracker.signing.outside.faults import Fault


class Program:
    """A program that knows nothing but the file that it was given, and HTTP."""

    def __init__(self, app: Flask, task: dict[str, Any]) -> None:
        self.http, self.task = app.test_client(use_cookies=False), task

    def fetch(self, **more: str) -> Any:
        return self.http.get(self._path("document"), headers=self._headers("document") | more)

    def send(self, content: bytes, part: str = "signed") -> Any:
        return self.http.post(self._path("signed"), data=content, headers=self._headers(part))

    def _path(self, part: str) -> str:
        return "/hand-over/" + str(self.task[part]["href"].rpartition("/")[2])

    def _headers(self, part: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.task[part]['token']}", "Accept-Language": "vi"}


@pytest.fixture
def desk(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    return Desk(app, Table(session, errand.found(session), at, now))


def begin(desk: Desk, office: Office = Office.HEAD) -> Program:
    client = desk.client(office)
    answer = client.post(f"/documents/{desk.made.address}/hand-over", data={"csrf_token": token(client)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return Program(desk.app, json.loads(answer.data))


def reason(desk: Desk, answer: Any, text: Any) -> None:
    with desk.app.test_request_context(headers={"Accept-Language": "vi"}):
        assert answer.json["sentence"] == str(text)
    assert answer.json["accepted"] is False


def signatures(desk: Desk) -> list[str]:
    desk.table.session.rollback()
    return list(desk.table.session.scalars(sa.select(Signature.side).order_by(Signature.id)))


def test_both_sides_sign_by_a_program(desk: Desk) -> None:
    for office, side in ((Office.HEAD, "body"), (Office.CHAIR, "ppc")):
        program = begin(desk, office)
        assert (program.task["format"], program.task["field"]) == ("signing-hand-over/1", side)
        document = program.fetch().data
        assert document == desk.latest()
        made = sign(document, desk.holder(office), program.task["field"])
        answer = program.send(made)
        assert (answer.status_code, answer.json) == (200, {"accepted": True}), answer.json
        assert desk.latest() == made
        again = program.send(made)
        assert again.status_code == 409, "a replay is refused"
        reason(desk, again, hand_over.SENTENCES[hand_over.USED])
    assert signatures(desk) == ["body", "ppc"]
    mails = desk.table.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == turn_mails.KIND)).all()
    assert desk.table.chair.person_id in {one.person_id for one in mails}, "the chair is told that the head has signed"
    kept = desk.table.session.scalars(sa.select(HandOver).limit(1)).one()
    assert program.task["signed"]["token"] not in repr(vars(kept)), "of a token its hash stands there"


def test_each_token_is_good_for_its_own_use_once(desk: Desk) -> None:
    program = begin(desk)
    signed = sign(desk.latest(), desk.holder(Office.HEAD), "body")
    reason(desk, program.send(signed), hand_over.SENTENCES[hand_over.NOT_FETCHED])
    assert program.send(signed, "document").status_code == 401, "the first token sends nothing"
    assert program.fetch().status_code == 200
    reason(desk, program.fetch(), hand_over.SENTENCES[hand_over.USED])
    reason(desk, program.fetch(Authorization="Bearer ai-đó"), hand_over.SENTENCES[hand_over.UNKNOWN])
    reason(desk, program.fetch(Authorization="ai-đó"), hand_over.SENTENCES[hand_over.NO_TOKEN])
    reason(desk, program.send(b""), hand_over.SENTENCES[hand_over.EMPTY])
    other = begin(desk)
    assert program.send(signed).status_code == 410, "a new one ends the one before"
    other.fetch()
    wrong = other.send(sign(desk.latest(), desk.holder(Office.CHAIR), "body"))
    assert (wrong.status_code, wrong.json["reason"]) == (400, Fault.ANOTHER_SIGNER)
    reason(desk, wrong, fault_words.SENTENCES[Fault.ANOTHER_SIGNER])
    reason(desk, other.send(signed), hand_over.SENTENCES[hand_over.USED])
    assert signatures(desk) == []


@pytest.mark.one_database
def test_who_may_not_sign_gets_no_token_and_minutes_end(desk: Desk) -> None:
    client = desk.client(Office.CHAIR)
    answer = client.post(f"/documents/{desk.made.address}/hand-over", data={"csrf_token": token(client)})
    assert answer.status_code in (400, 403), "it is not the chair's turn"
    assert desk.table.session.scalars(sa.select(HandOver)).all() == []
    program = begin(desk)
    desk.table.session.rollback()
    with unit_of_work() as session:
        session.execute(sa.update(HandOver).values(expires_at=clock.now() - timedelta(seconds=1)))
    late = program.fetch()
    assert late.status_code == 410
    reason(desk, late, hand_over.SENTENCES[hand_over.TOO_LATE])


@pytest.mark.one_database
def test_a_document_that_is_replaced_ends_it(desk: Desk) -> None:
    program = begin(desk)
    program.fetch()
    signed = sign(desk.latest(), desk.holder(Office.HEAD), "body")
    monitor = desk.table.monitor
    desk.table.session.rollback()
    with unit_of_work() as session:
        dossier = session.scalars(sa.select(Dossier)).one()
        concluding.reopen(session, clock.moment(), reader=monitor, dossier_id=dossier.id, reason="Sửa lại một chỉ tiêu")
    reason(desk, program.send(signed), hand_over.SENTENCES[hand_over.REPLACED])
    assert signatures(desk) == []
