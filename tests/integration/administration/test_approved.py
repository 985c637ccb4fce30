"""What of a body takes two administrators: whoever asks sees what would come of it, a second one the same, and only
then it is done."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from tests.factories import errand
from tests.support.product import Scene, Statements
from tests.support.signing_in import account_of, seen, sign_in, token
from tracker.administration import foresight
from tracker.agencies import classifications
from tracker.agencies.models import Agency, AgencySuccession, OfficeHolding
from tracker.agencies.offices import Office
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail

pytestmark = pytest.mark.one_database

FORESEEN = re.compile(r"<(?:ul|ol) class=\"govuk-list govuk-list--(?:bullet|number)\">(.*?)</(?:ul|ol)>", re.DOTALL)
CONFIRMED = re.compile(r'name="confirmed" value="([^"]*)"')


def build() -> tuple[int, int]:
    """The small province with two administrators and a target; returns their ids."""
    with unit_of_work() as session:
        made = errand.province(session)
        errand.target(session, made, "SXD", "T01")
        second = made.people[("VP", Office.MONITOR)].id
        session.add(
            OfficeHolding(
                person_id=second,
                agency_id=made.bodies["VP"].id,
                office=Office.ADMINISTRATOR,
                from_on=errand.SIGNED_ON,
            )
        )
        both = made.people[("VP", Office.ADMINISTRATOR)].id, second
    for person_id in both:
        account_of(current_app, person_id)
    return both


@pytest.fixture
def two(app: Flask, scene: Scene) -> tuple[FlaskClient, FlaskClient]:
    """The browsers of two administrators."""
    clients = []
    for person_id in scene(build):
        clients.append(app.test_client())
        sign_in(app, clients[-1], person_id)
    return clients[0], clients[1]


def send(client: FlaskClient, path: str, typed: Mapping[str, str]) -> tuple[int, str]:
    answer = seen(client, client.post(path, data={"csrf_token": token(client, path), **typed}))
    return answer.status_code, answer.headers.get("Location") or unescape(answer.text)


def foreseen(page: str) -> list[str]:
    return [" ".join(one.split()) for lists in FORESEEN.findall(page) for one in re.findall(r"<li>(.*?)</li>", lists)]


def asked(client: FlaskClient, path: str, typed: Mapping[str, str]) -> tuple[list[str], str]:
    """Press twice: what would come of it, and where the request stands."""
    before = counts(client)
    status, page = send(client, path, typed)
    assert status == 200, page
    assert counts(client) == before, "nothing is changed, asked for or recorded"
    (shown,) = CONFIRMED.findall(page)
    for name, text in typed.items():
        assert text in page, name
    again = send(client, path, {**typed, "confirmed": shown + " "})
    assert (again[0], foreseen(again[1])) == (200, foreseen(page)), "what was not shown is not asked for"
    status, place = send(client, path, {**typed, "confirmed": shown})
    assert (status, place.rpartition("/")[0]) == (303, "/accounts/requests")
    return foreseen(page), place


def confirmed(client: FlaskClient, place: str) -> list[str]:
    """Confirm it as the second one: what its page said would come of it."""
    page = unescape(client.get(place).text)
    assert send(client, place, {"decision": "confirm"}) == (303, "/accounts/requests")
    assert foreseen(unescape(client.get(place).text)) == [], "once it is decided, nothing is foreseen any more"
    return foreseen(page)


def counts(client: FlaskClient) -> list[Any]:
    with client.application.app_context():
        session = database.session()
        return [
            session.scalar(sa.select(sa.func.count()).select_from(model))
            for model in (AuditEvent, Approval, OutboxMail)
        ]


def recorded(client: FlaskClient) -> list[Any]:
    """What the record says of what was asked for, beside the digests of it."""
    with client.application.app_context():
        events = sa.select(AuditEvent.detail).where(AuditEvent.event == "second_say.asked").order_by(AuditEvent.id)
        details = database.session().scalars(events).all()
    return [{key: value for key, value in (detail or {}).items() if key != "facts"} for detail in details]


def body(client: FlaskClient, code: str) -> tuple[Agency, set[str], list[str]]:
    """A body, the groups that it is in over time, and who holds its offices until when."""
    with client.application.app_context():
        session = database.session()
        agency = session.scalars(sa.select(Agency).where(Agency.code == code)).one()
        groups = {one.group for one in classifications.of_agency(session, agency.id)}
        held = session.execute(
            sa.select(OfficeHolding.office, OfficeHolding.to_on)
            .where(OfficeHolding.agency_id == agency.id)
            .order_by(OfficeHolding.office)
        )
        return agency, groups, [f"{row.office} {row.to_on}" for row in held]


def test_a_body_is_ranked_with_others_once_two_have_seen_who_moves(two: tuple[FlaskClient, FlaskClient]) -> None:
    first, second = two
    typed = {"kind": "vertical", "peer_group": "khoi-1", "from_on": "01/06/2021", "reason": "Quyết định 7"}
    assert "Không trước hôm nay" in send(first, "/offices/SXD/classify", typed)[1]
    typed["from_on"] = "01/12/2031"
    only_kind = {"kind": "vertical", "peer_group": "department", "from_on": "01/12/2031", "reason": "Quyết định 7"}
    page = send(first, "/offices/SXD/classify", only_kind)[1]
    assert foreseen(page) == ["Cơ quan vẫn ở nhóm xếp hạng như cũ nên không thứ hạng nào thay đổi."]
    lines, place = asked(first, "/offices/SXD/classify", typed)
    assert lines[0].startswith("Tính theo điểm hôm nay và các nhóm xếp hạng của ngày 01/12/2031")
    assert 'value="withdraw"' in first.get(place).text, "who asked does not confirm"
    assert send(first, place, {"decision": "confirm"})[0] == 403
    assert body(first, "SXD")[1] == {"department"}
    assert confirmed(second, place) == lines
    assert body(first, "SXD")[1] == {"department", "khoi-1"}
    page = unescape(first.get("/offices/SXD").text)
    assert "Sắp tới" in page
    assert "Cơ quan ngành dọc, xếp hạng cùng nhóm “khoi-1”, từ ngày 01/12/2031" in page
    for day, group in (("30/11/2031", "Sở, ban, ngành"), ("01/12/2031", "khoi-1")):
        listed = csv.DictReader(first.get(f"/agencies.csv?on={day}").text.lstrip("\ufeff").splitlines())
        assert [row["Xếp hạng cùng"] for row in listed if row["Mã"] == "SXD"] == [group]


def test_a_body_ends_and_goes_on_by_the_word_of_two(two: tuple[FlaskClient, FlaskClient]) -> None:
    first, second = two
    lines, place = asked(first, "/offices/SXD/end", {"to_on": "31/12/2031", "reason": "Nghị quyết 5"})
    assert [line.partition(":")[0] for line in lines[:3]] == [
        "Sở Xây dựng hoạt động đến hết ngày 31/12/2031",
        "Chức vụ kết thúc theo cơ quan",
        "Chức vụ kết thúc theo cơ quan",
    ]
    assert lines[-1] == "Chưa ghi cơ quan nào kế thừa."
    assert body(first, "SXD")[2] == ["head None", "officer None"]
    assert confirmed(second, place) == lines
    assert recorded(first) == [{"kind": "agency.end", "to_on": "2031-12-31"}]
    assert body(first, "SXD")[2] == ["head 2031-12-31", "officer 2031-12-31"]
    assert "Hủy việc kết thúc hoạt động" in unescape(first.get("/offices/SXD").text)
    lines, place = asked(second, "/offices/SXD/reopen", {"reason": "Nghị quyết 6"})
    assert [line.partition(":")[0] for line in lines] == ["Giữ lại chức vụ, không có ngày cuối"] * 2
    assert confirmed(first, place) == lines
    agency, _groups, held = body(first, "SXD")
    assert (agency.exists_to, held) == (None, ["head None", "officer None"])
    with first.application.app_context():
        told = list(database.session().scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)))
        mails = database.session().scalars(sa.select(OutboxMail.kind)).all()
    assert (told.count("agency.ended"), told.count("agency.reopened"), told.count("holding.restored")) == (1, 1, 2)
    assert mails.count("office_notice") == 4, "whose offices they are is told of both"


def test_what_would_come_of_it_is_shown_anew_where_it_is_no_longer_that(two: tuple[FlaskClient, FlaskClient]) -> None:
    first, path = two[0], "/offices/SYT/end"
    typed = {"to_on": "31/12/2031", "reason": "Nghị quyết 5"}
    page = send(first, path, typed)[1]
    with first.application.app_context(), unit_of_work() as session:
        held = session.scalars(sa.select(OfficeHolding).join(Agency).where(Agency.code == "SYT")).first()
        assert held is not None
        seat = {"agency_id": held.agency_id, "office": Office.CLERK, "from_on": errand.SIGNED_ON}
        session.add(OfficeHolding(person_id=held.person_id, **seat))
    (confirmed,) = CONFIRMED.findall(page)
    status, anew = send(first, path, {**typed, "confirmed": confirmed})
    assert (status, len(foreseen(anew))) == (200, len(foreseen(page)) + 1)
    assert "Nghị quyết 5" in anew
    (confirmed,) = CONFIRMED.findall(anew)
    assert send(first, path, {**typed, "confirmed": confirmed})[0] == 303


def test_nobody_gives_an_office_back_to_themselves(two: tuple[FlaskClient, FlaskClient]) -> None:
    """Neither by asking for the end to be undone nor by confirming it; others may."""
    first, second = two
    with first.application.app_context(), unit_of_work() as session:
        agency_id = session.scalars(sa.select(Agency.id).where(Agency.code == "SYT")).one()
        own = sa.select(sa.func.max(OfficeHolding.id)).where(OfficeHolding.office == Office.ADMINISTRATOR)
        person_id = session.get_one(OfficeHolding, session.scalar(own)).person_id
        seat = {"person_id": person_id, "agency_id": agency_id, "office": Office.CLERK}
        session.add(OfficeHolding(**seat, from_on=errand.SIGNED_ON))
    confirmed(second, asked(first, "/offices/SYT/end", {"to_on": "31/12/2031", "reason": "Nghị quyết 5"})[1])
    ended = body(first, "SYT")
    status, page = send(second, "/offices/SYT/reopen", {"reason": "Nghị quyết 6"})
    assert (status, "sẽ giữ lại chức vụ của mình" in page) == (403, True)
    _lines, place = asked(first, "/offices/SYT/reopen", {"reason": "Nghị quyết 6"})
    status, page = send(second, place, {"decision": "confirm"})
    assert (status, "sẽ giữ lại chức vụ của mình" in page) == (403, True)
    assert body(first, "SYT")[2] == ended[2]


def test_what_no_longer_fits_is_not_confirmed(two: tuple[FlaskClient, FlaskClient]) -> None:
    """Two requests for the end of one body: the second finds it ended."""
    first, second = two
    _lines, earlier = asked(first, "/offices/SYT/end", {"to_on": "31/12/2031", "reason": "Nghị quyết 5"})
    _lines, later = asked(first, "/offices/SYT/end", {"to_on": "31/12/2032", "reason": "Nghị quyết 5"})
    confirmed(second, earlier)
    status, page = send(second, later, {"decision": "confirm"})
    assert (status, "Cơ quan đã kết thúc hoạt động ngày 31/12/2031" in page) == (400, True)
    assert body(first, "SYT")[2] == ["head 2031-12-31", "officer 2031-12-31"]


def test_the_ends_of_many_bodies_are_foreseen_in_as_many_statements_as_that_of_one(
    two: tuple[FlaskClient, FlaskClient], statements: Statements
) -> None:
    app = two[0].application
    with app.app_context(), app.test_request_context(), unit_of_work() as session:
        made = {agency.code: agency.id for agency in session.scalars(sa.select(Agency))}
        session.add(AgencySuccession(predecessor_id=made["SYT"], successor_id=made["VP"], position=0))
        session.flush()
        ends = [(agency_id, date(2021 + place, 5, 31)) for place, agency_id in enumerate(made.values())]
        singly, most = list[str](), 0
        for end in ends:
            statements.clear()
            singly += foresight._ending(session, clock.moment(), [end])
            most = max(most, len(statements))
        statements.clear()
        assert list(foresight._ending(session, clock.moment(), ends)) == singly
        assert len(statements) <= most, statements
        assert sum("exists for the last time" in line or "hoạt động đến hết" in line for line in singly) == len(ends)
        assert sum("Chưa ghi" in line or "No body that" in line for line in singly) == len(ends) - 1
        assert any("chỉ tiêu" in line or "target" in line for line in singly)
