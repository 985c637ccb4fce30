"""Coming to the page where one signs: after the last day, once that was cleared, by the link of a reminder; and two who
come with a signed file at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import signing_room
from tests.integration.planning import test_signing_pages
from tests.integration.planning.hands import Hand
from tests.integration.planning.room import Room
from tests.support.at_once import at_once
from tests.support.pki import sign
from tests.support.signing_in import PASSWORD, account_of, token
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import ways
from tracker.signing import originals
from tracker.signing.models import MadeDocument, Signature, SignedFile
from tracker.signing.outside import outside, signed_files, taking
from tracker.signing.sides import BODY, PPC

frozen = test_signing_pages.frozen  # fixture


@pytest.mark.one_database
def test_once_the_last_day_is_cleared_it_is_signed(room: Room, frozen: int) -> None:
    page, table, monitor = room.address(frozen), room.table, room.desk(Office.MONITOR)
    signer = Hand(room.desk(Office.HEAD))
    signer.make_key()
    monitor.get(f"{page}/moves/days")
    monitor.send(f"{page}/moves/days", sign_until="10/02/2021", countersign_until="")
    table.go_to("2021-02-11")
    late, desk = room.desk(Office.MONITOR), room.desk(Office.HEAD)
    shown = desk.get(f"{page}/sign")
    assert "10/02/2021" in shown
    assert 'id="way-passkey"' not in shown, "no way leads on"
    late.get(f"{page}/moves/days")
    late.send(f"{page}/moves/days", sign_until="", countersign_until="")
    shown = desk.get(f"{page}/sign")
    assert 'id="way-passkey"' in shown
    assert "10/02/2021" not in shown
    signer.desk = desk
    signer.confirm(page)
    assert table.dossier(frozen).state == "signed"


@pytest.mark.one_database
def test_the_link_of_a_reminder_leads_to_signing_after_sign_in(room: Room, frozen: int) -> None:
    page, table, monitor = room.address(frozen), room.table, room.desk(Office.MONITOR)
    monitor.get(page)
    monitor.send(f"{page}/remind")
    table.session.rollback()
    head_id = table.head.person_id
    (mail,) = table.session.scalars(sa.select(OutboxMail).where(OutboxMail.person_id == head_id))
    assert f"{page}/sign" in mail.text
    email = table.session.get_one(Person, head_id).email
    table.session.rollback()
    account_of(room.app, head_id)
    client = room.app.test_client()
    asked = client.get(f"{page}/sign")
    assert asked.status_code == 303
    door = asked.location.removeprefix("http://localhost")
    shown = client.get(door).get_data(as_text=True)
    assert f'value="{page}/sign"' in shown
    answer = client.post(
        "/sign-in", data={"csrf_token": token(client), "email": email, "password": PASSWORD, "next": f"{page}/sign"}
    )
    assert (answer.status_code, answer.location) == (303, f"{page}/sign")
    assert 'id="what-title"' in client.get(answer.location).get_data(as_text=True)


def test_of_two_files_that_come_at_the_same_moment_one_signs(room: Room, frozen: int) -> None:
    """Both are signed by whom they should be, and were looked at before either was kept."""
    table, settings = room.table, settings_of(room.app)
    table.session.rollback()
    _take_digital(room)
    ca = signing_room.authority(table.now.at)
    signing_room.trust(settings.instance, ca)
    head, chair = table.head, table.chair
    press = partial(_press, room, frozen)
    press(head, _signed(room, frozen, head, BODY))()
    first, second = (_signed(room, frozen, chair, PPC) for _each in range(2))
    assert first[0] != second[0]
    assert at_once(room.app, press(chair, first), press(chair, second)) == ["DomainError", "done"]
    table.session.rollback()
    assert list(table.session.scalars(sa.select(Signature.side).order_by(Signature.id))) == ["body", "ppc"]
    assert list(table.session.scalars(sa.select(SignedFile.kind).order_by(SignedFile.id))) == ["body", "ppc"]
    assert table.dossier(frozen).state == "countersigned"


def _take_digital(room: Room) -> None:
    programme_id = room.table.made.programme.id
    room.table.session.rollback()
    with unit_of_work(room.table.now) as session:
        programme = session.get_one(type(room.table.made.programme), programme_id)
        ways.choose(
            session, room.table.now, actor_id=None, programme=programme, from_on=room.table.now.on, ways=["pades"]
        )


def _signed(room: Room, dossier_id: int, reader: Reader, side: str) -> tuple[bytes, Any, Any]:
    """A file that somebody signed outside, looked at: with what it begins, and what was found."""
    session, settings = room.table.session, settings_of(room.app)
    session.rollback()
    made = session.scalars(sa.select(MadeDocument)).one()
    last = signed_files.latest(session, made)
    names = outside.expected(session, made, room.table.dossier(dossier_id), reader, settings.files_folder)
    before = originals.whole(settings.files_folder, last.sha256)
    content = sign(before, signing_room.holder(room.table.now.at, reader.name), side)
    session.rollback()
    return content, last, taking.checked(content, last, settings, room.table.now, names)


def _press(room: Room, dossier_id: int, reader: Reader, given: tuple[bytes, Any, Any]) -> Any:
    content, last, looked = given
    room.table.session.rollback()
    document_id = room.table.session.scalars(sa.select(MadeDocument.id)).one()
    room.table.session.rollback()
    moment, folder = room.table.now, settings_of(room.app).files_folder
    told: dict[str, Any] = {"reader": reader, "dossier_id": dossier_id, "document_id": document_id}
    told |= {"content": content, "looked": looked, "begins_with": last.sha256, "folder": folder}

    def press() -> None:
        with unit_of_work(moment) as session:
            outside.receive(session, moment, **told)

    return press
