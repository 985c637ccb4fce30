"""Bodies, and who holds their offices from day to day."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.product import Statements
from tracker.agencies import queries, service
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import constraints
from tracker.core.errors import FieldError
from tracker.people import service as people
from tracker.people.models import Person

NOW = clock.moment()
FIRST, LAST = date(2021, 3, 1), date(2021, 9, 30)


@pytest.fixture
def body(session: Session) -> Agency:
    return service.register(session, NOW, actor_id=None, code="SYT", name={"vi": "Sở Y tế"}, kind="department")


@pytest.fixture
def person(session: Session) -> Person:
    return people.register(session, NOW, actor_id=None, name="Giám đốc Sở Y tế", email="head@example.vn")


def hold(
    session: Session, person: Person, body: Agency, office: Office, start: date, end: date | None
) -> OfficeHolding:
    return service.open_holding(
        session,
        NOW,
        actor_id=None,
        person_id=person.id,
        agency_id=body.id,
        office=office,
        from_on=start,
        to_on=end,
    )


@pytest.mark.parametrize(
    ("on", "held"),
    [(date(2021, 2, 28), 0), (FIRST, 1), (date(2021, 6, 1), 1), (LAST, 1), (date(2021, 10, 1), 0)],
)
def test_an_office_is_held_on_its_first_and_last_day(
    session: Session, body: Agency, person: Person, on: date, held: int
) -> None:
    hold(session, person, body, Office.HEAD, FIRST, LAST)
    assert len(queries.held_by(session, person.id, on)) == held
    assert (queries.head_of(session, body.id, on) is not None) == bool(held)


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        (date(2021, 1, 1), date(2021, 2, 28), False),
        (date(2021, 1, 1), FIRST, True),
        (date(2021, 1, 1), None, True),
        (date(2021, 5, 1), date(2021, 5, 2), True),
        (LAST, None, True),
        (date(2021, 10, 1), None, False),
    ],
)
def test_a_body_has_one_head_on_a_day(
    session: Session, body: Agency, person: Person, start: date, end: date | None, refused: bool
) -> None:
    hold(session, person, body, Office.HEAD, FIRST, LAST)
    other = people.register(session, NOW, actor_id=None, name="Giám đốc kế nhiệm")
    if refused:
        with pytest.raises(FieldError) as refusal:
            hold(session, other, body, Office.HEAD, start, end)
        assert refusal.value.field == "from_on"
    else:
        hold(session, other, body, Office.HEAD, start, end)


def test_a_body_has_several_officers_but_each_of_them_once(session: Session, body: Agency, person: Person) -> None:
    other = people.register(session, NOW, actor_id=None, name="Chuyên viên")
    hold(session, person, body, Office.OFFICER, FIRST, None)
    hold(session, other, body, Office.OFFICER, FIRST, None)
    with pytest.raises(FieldError):
        hold(session, other, body, Office.OFFICER, LAST, None)


def test_days_out_of_order_are_refused(session: Session, body: Agency, person: Person) -> None:
    with pytest.raises(FieldError):
        hold(session, person, body, Office.OFFICER, LAST, FIRST)
    holding = hold(session, person, body, Office.OFFICER, FIRST, None)
    with pytest.raises(FieldError):
        service.close_holding(session, NOW, actor_id=None, holding_id=holding.id, to_on=date(2021, 2, 1))
    service.close_holding(session, NOW, actor_id=None, holding_id=holding.id, to_on=LAST)
    assert queries.held_by(session, person.id, date(2021, 12, 1)) == []


def test_the_database_has_the_last_word_on_two_heads(session: Session, body: Agency, person: Person) -> None:
    for _time in range(2):
        session.add(OfficeHolding(person_id=person.id, agency_id=body.id, office=Office.HEAD, from_on=FIRST))
    with pytest.raises(IntegrityError) as violation:
        session.flush()
    explained = constraints.as_field_error(violation.value)
    assert explained is not None
    assert explained.field == "from_on"
    session.rollback()


def test_the_same_code_twice_is_told_beside_the_field(session: Session, body: Agency) -> None:
    with pytest.raises(IntegrityError) as violation:
        service.register(session, NOW, actor_id=None, code="SYT", name={"vi": "Sở khác"}, kind="department")
    explained = constraints.as_field_error(violation.value)
    assert explained is not None
    assert explained.field == "code"
    session.rollback()


def test_bodies_stand_in_vietnamese_order_on_both_databases(session: Session) -> None:
    names = ["Sở Y tế", "Đô Lương", "Diễn Châu", "Sở Nội vụ", "Anh Sơn"]
    for number, name in enumerate(names):
        service.register(session, NOW, actor_id=None, code=f"B{number}", name={"vi": name}, kind="district")
    listed = [row.name["vi"] for row in queries.listed(session)]
    assert listed == ["Anh Sơn", "Diễn Châu", "Đô Lương", "Sở Nội vụ", "Sở Y tế"]


def test_a_body_is_listed_on_the_days_of_its_existence(session: Session) -> None:
    service.register(
        session,
        NOW,
        actor_id=None,
        code="OLD",
        name={"vi": "Sở Tài chính"},
        kind="department",
        exists_from=FIRST,
        exists_to=LAST,
    )
    assert [bool(queries.listed(session, on)) for on in (date(2021, 2, 28), FIRST, LAST, date(2021, 10, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_the_offices_of_a_person_are_one_statement(session: Session, person: Person, statements: Statements) -> None:
    for number in range(5):
        made = service.register(
            session, NOW, actor_id=None, code=f"B{number}", name={"vi": f"Sở {number}"}, kind="department"
        )
        hold(session, person, made, Office.OFFICER, FIRST, None)
    session.flush()
    statements.clear()
    assert len(queries.held_by(session, person.id, LAST)) == 5
    assert len(statements) == 1


def test_every_change_is_recorded_without_names(session: Session, body: Agency, person: Person) -> None:
    holding = hold(session, person, body, Office.HEAD, FIRST, None)
    service.change(
        session,
        NOW,
        actor_id=None,
        agency_id=body.id,
        name={"vi": "Sở Y tế mới"},
        exists_from=body.exists_from,
    )
    service.close_holding(session, NOW, actor_id=None, holding_id=holding.id, to_on=LAST)
    rows = session.execute(sa.select(AuditEvent.event, AuditEvent.detail).order_by(AuditEvent.id)).all()
    assert sorted(row.event for row in rows) == [
        "agency.changed",
        "agency.registered",
        "holding.closed",
        "holding.opened",
        "person.registered",
    ]
    assert "Giám đốc" not in str([row.detail for row in rows])
