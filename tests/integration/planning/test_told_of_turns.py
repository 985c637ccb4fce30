"""Whoever has to do something next is told by mail, once, in their language, with the link."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.integration.planning.hands import Hand, take_passkeys
from tests.integration.planning.room import Desk, Room
from tracker.agencies.models import OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.planning.dossiers import reminding

pytestmark = pytest.mark.one_database


def told(room: Room) -> list[tuple[int, str, str]]:
    """(person, subject, text) of the mails since the last look."""
    room.table.session.rollback()  # what was read before others wrote is no ground to write on
    with unit_of_work(room.table.now) as session:
        mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.state == "pending").order_by(OutboxMail.id))
        found = [(mail.person_id, mail.subject, mail.text) for mail in mails]
        session.execute(sa.update(OutboxMail).values(state="sent"))
    return found


def signed(room: Room, desk: Desk, page: str) -> None:
    """Somebody makes a key, is told so, and signs."""
    hand = Hand(desk)
    hand.make_key()
    assert len(told(room)) == 1
    hand.confirm(page)


def prepared(room: Room) -> None:
    """The monitor reads English, and the clerk stands in for the chair."""
    made = room.table.made
    with unit_of_work(room.table.now) as session:
        session.get_one(Person, made.people[("VP", Office.MONITOR)].id).language = "en"
        holding = session.scalars(sa.select(OfficeHolding).where(OfficeHolding.office == Office.CHAIR)).one()
        clerk = made.people[("VP", Office.CLERK)].id
        days = {"from_on": room.table.now.on, "to_on": room.table.now.on}
        session.add(StandIn(token="in", holding_id=holding.id, person_id=clerk, paper="05/QĐ-UBND", **days))


def test_the_turn_is_told_as_it_passes(room: Room) -> None:
    prepared(room)
    ids = {office: room.table.made.people[("VP", office)].id for office in (Office.MONITOR, Office.CHAIR, Office.CLERK)}
    ids[Office.VICE_CHAIR] = room.table.made.people[("VP", Office.VICE_CHAIR)].id
    dossier = room.table.draft()
    room.table.bring_to(dossier, "offered")
    page = room.address(dossier)
    monitor, head, officer, chair = (
        room.desk(one) for one in (Office.MONITOR, Office.HEAD, Office.OFFICER, Office.CHAIR)
    )
    for number in range(2):  # it is told once, however much the body says meanwhile
        officer.get(f"{page}/comment")
        officer.send(f"{page}/comment", text=f"Mức này cao, lần {number}")
        mails = told(room)
        assert [one[0] for one in mails] == ([] if number else [ids[Office.MONITOR]])
        if mails:
            (_person, subject, text) = mails[0]
            assert subject == "A commitment waits for you"
            assert "waits for you: being negotiated" in text.lower()
            assert page in text
    monitor.get(page)
    monitor.send(f"{page}/moves/offer")
    assert told(room) == []
    head.get(f"{page}/moves/agree")
    head.send(f"{page}/moves/agree")
    assert [one[0] for one in told(room)] == [ids[Office.MONITOR]]
    monitor.get(f"{page}/moves/freeze")
    monitor.send(f"{page}/moves/freeze", signatory=str(ids[Office.CLERK]))
    assert told(room) == []
    take_passkeys(room)
    signed(room, head, page)
    (mail,) = told(room)  # whom the document names
    assert (mail[0], mail[1]) == (ids[Office.CLERK], "Có bản cam kết đang chờ ông/bà")
    clerk = room.desk(Office.CLERK)
    assert f"{page}/sign" in mail[2]
    assert "TUQ." in clerk.get(f"{page}/sign")
    assert "thừa ủy quyền theo văn bản" in clerk.page
    signed(room, clerk, page)
    assert [one[0] for one in told(room)] == [ids[Office.MONITOR], ids[Office.CHAIR]]
    assert chair.get(page)


def test_a_document_that_names_nobody_waits_for_all_who_may_sign(room: Room) -> None:
    prepared(room)
    dossier = room.table.draft()
    room.table.bring_to(dossier, "signed")
    with room.app.test_request_context():
        found = reminding._receivers(room.table.session, room.table.now, room.table.dossier(dossier))
    offices = (Office.CHAIR, Office.VICE_CHAIR, Office.CLERK)
    assert [one.person_id for one in found] == [room.table.made.people[("VP", office)].id for office in offices]
