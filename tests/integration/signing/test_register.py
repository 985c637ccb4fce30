"""The number register: each number once, from 1 through the year, whoever draws at the same moment."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.at_once import at_once
from tests.support.product import Scene
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.signing.documents import register
from tracker.signing.models import DocumentNumber

AT_ONCE = 50


def province() -> int:
    with unit_of_work() as session:
        return errand.province(session).bodies["SNV"].id


def draw(session: Session, agency_id: int, symbol: str = "CK-SNV", year: int = 2026) -> DocumentNumber:
    return register.draw(session, clock.moment(), symbol=symbol, year=year, agency_id=agency_id, person_id=None)


def numbers(session: Session, symbol: str = "CK-SNV", year: int = 2026) -> list[int]:
    return [one.number for one in register.of_year(session, symbol, year)]


def test_fifty_draw_at_once_and_no_number_is_twice_or_left_out(app: Flask, scene: Scene, session: Session) -> None:
    """Every fifth gives up after it drew: its number was never drawn, and goes to another."""
    agency_id = scene(province)

    def press(place: int) -> None:
        with unit_of_work() as own:
            draw(own, agency_id)
            if place % 5 == 0:
                raise DomainError("it is not frozen after all")

    outcomes = at_once(app, *(partial(press, place) for place in range(AT_ONCE)))
    assert outcomes == ["DomainError"] * 10 + ["done"] * 40
    assert numbers(session) == list(range(1, 41))


def test_each_symbol_and_each_year_has_its_own_numbers(scene: Scene, session: Session) -> None:
    agency_id = scene(province)
    with unit_of_work() as own:
        drawn = [
            draw(own, agency_id, *which).text for which in (("CK-SNV",), ("CK-SYT",), ("CK-SNV", 2027), ("CK-SNV",))
        ]
    assert drawn == ["01/CK-SNV", "01/CK-SYT", "01/CK-SNV", "02/CK-SNV"]
    assert numbers(session, year=2027) == [1]


def test_numbers_go_on_beyond_two_digits(scene: Scene, session: Session) -> None:
    agency_id = scene(province)
    with unit_of_work() as own:
        own.add(DocumentNumber(symbol="CK-SNV", year=2026, number=99, drawn_at=clock.now()))
        own.flush()
        assert draw(own, agency_id).text == "100/CK-SNV"


def test_a_cancelled_number_stays_and_no_other_document_gets_it(scene: Scene, session: Session) -> None:
    agency_id = scene(province)
    with unit_of_work() as own:
        first = draw(own, agency_id).id
    with unit_of_work() as own:
        cancel = partial(register.cancel, own, clock.moment(), agency_id=agency_id, person_id=None)
        cancel(first, reason="Mở lại để thương lượng")
        assert draw(own, agency_id).text == "02/CK-SNV"
    with unit_of_work() as own, pytest.raises(DomainError):
        register.cancel(own, clock.moment(), first, reason="again", agency_id=agency_id, person_id=None)
    stands = register.of_year(session, "CK-SNV", 2026)
    assert [(one.number, one.cancel_reason) for one in stands] == [(1, "Mở lại để thương lượng"), (2, None)]
    told = session.execute(sa.select(AuditEvent.event, AuditEvent.detail).order_by(AuditEvent.id)).all()
    assert [(event, detail["number"]) for event, detail in told] == [
        ("document_number.taken", "01/CK-SNV"),
        ("document_number.cancelled", "01/CK-SNV"),
        ("document_number.taken", "02/CK-SNV"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE document_number SET number = 7",
        "UPDATE document_number SET cancel_reason = 'another'",
        "UPDATE document_number SET cancelled_at = NULL, cancel_reason = NULL",
        "DELETE FROM document_number",
    ],
)
def test_the_database_refuses_to_change_what_was_drawn(scene: Scene, session: Session, change: str) -> None:
    agency_id = scene(province)
    with unit_of_work() as own:
        number = draw(own, agency_id)
        register.cancel(own, clock.moment(), number.id, reason="why", agency_id=agency_id, person_id=None)
    with database.db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql(change)


def test_the_record_holds_the_digests_of_both(scene: Scene, session: Session) -> None:
    agency_id = scene(province)
    with unit_of_work() as own:
        number = draw(own, agency_id)
        register.cancel(own, clock.moment(), number.id, reason="why", agency_id=agency_id, person_id=None)
    held = [detail["facts"] for detail in session.scalars(sa.select(AuditEvent.detail).order_by(AuditEvent.id))]
    assert [sorted(one) for one in held] == [["document_number"], ["number_cancelled"]]


@pytest.mark.parametrize(
    ("pattern", "symbol"),
    [("CK-{body}", "CK-SNV"), ("CK-UBND", "CK-UBND"), ("{year}/CK-{body}", "2026/CK-SNV")],
)
def test_a_symbol_is_a_setting(pattern: str, symbol: str) -> None:
    assert register.symbol_of(pattern, "SNV", 2026) == symbol
