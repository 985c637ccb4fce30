"""Offices and authority are given by two administrators and ended by one; whoever it concerns is written to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.accounts.people import body, person
from tracker.agencies import over_time, queries
from tracker.agencies.offices import Office
from tracker.approvals import offices
from tracker.approvals import service as approvals
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError, Forbidden
from tracker.mail.models import OutboxMail
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")
SINCE = date(2021, 3, 1)
pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Ids of three administrators, an officer and a deputy of one body, by a letter."""
    return {
        "a": person(app, "a@example.vn", Office.ADMINISTRATOR),
        "b": person(app, "b@example.vn", Office.ADMINISTRATOR),
        "o": person(app, "o@example.vn", Office.OFFICER),
        "d": person(app, "d@example.vn", Office.DEPUTY),
    }


def ask_to_give(app: Flask, people: dict[str, int], to: str = "o", by: str = "a", office: Office = Office.HEAD) -> str:
    agency_id, now = body(app), clock.moment()
    with unit_of_work(now) as session:
        return offices.ask_to_give(
            session,
            now,
            actor_id=people[by],
            person_id=people[to],
            agency_id=agency_id,
            office=office,
            from_on=SINCE,
            to_on=None,
            reason="Quyết định 12/QĐ-UBND",
        ).token


def confirm(people: dict[str, int], token: str, by: str = "b") -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        approvals.confirm(session, now, token=token, actor_id=people[by])


def head(app: Flask, on: date | None = None) -> int | None:
    agency_id = body(app)
    with unit_of_work() as session:
        found = queries.head_of(session, agency_id, on or clock.today())
        return found.person_id if found else None


def holding(app: Flask, office: Office = Office.HEAD) -> over_time.Held:
    agency_id = body(app)
    with unit_of_work() as session:
        return next(one for one in over_time.of_agency(session, agency_id) if one.office is office)


def mails(session: Session, person_id: int) -> list[str]:
    return list(
        session.scalars(sa.select(OutboxMail.text).where(OutboxMail.person_id == person_id).order_by(OutboxMail.id))
    )


def test_an_office_is_held_when_a_second_administrator_has_confirmed_it(
    app: Flask, people: dict[str, int], session: Session
) -> None:
    token = ask_to_give(app, people)
    assert head(app) is None
    assert mails(session, people["o"]) == []
    session.rollback()
    confirm(people, token)
    assert head(app) == people["o"]
    assert head(app, SINCE - timedelta(days=1)) is None
    assert "Ông/bà được giao chức vụ: Người đứng đầu, Sở Y tế, từ ngày 01/03/2021" in mails(session, people["o"])[0]
    events = session.execute(sa.select(AuditEvent.event, AuditEvent.actor_id).order_by(AuditEvent.id.desc()).limit(3))
    assert {tuple(row) for row in events} == {
        ("second_say.asked", people["a"]),
        ("second_say.confirmed", people["b"]),
        ("holding.opened", people["b"]),
    }


def test_whom_it_concerns_gives_it_neither_first_nor_second(app: Flask, people: dict[str, int]) -> None:
    with pytest.raises(Forbidden):
        ask_to_give(app, people, to="a")
    token = ask_to_give(app, people, to="b")
    with pytest.raises(Forbidden):
        confirm(people, token, "b")
    assert head(app) is None


def test_what_could_not_be_given_is_refused_at_once_and_again_when_it_is_confirmed(
    app: Flask, people: dict[str, int]
) -> None:
    first, second = ask_to_give(app, people), ask_to_give(app, people, to="d")
    confirm(people, first)
    with pytest.raises(FieldError, match=r"Người o@example\.vn"):
        confirm(people, second)
    with pytest.raises(FieldError, match=r"Người o@example\.vn"):
        ask_to_give(app, people, to="d")
    assert head(app) == people["o"]


def test_days_are_taken_away_by_one_and_added_by_two(app: Flask, people: dict[str, int], session: Session) -> None:
    confirm(people, ask_to_give(app, people))
    held = holding(app)
    asked = {"actor_id": people["a"], "holding_id": held.id, "reason": "Nhập sai ngày", "site": SITE}
    later, last = SINCE + timedelta(days=9), date(2021, 12, 31)
    for from_on, to_on in ((later, None), (later, last)):
        now = clock.moment()
        with unit_of_work(now) as work:
            assert offices.correct(work, now, from_on=from_on, to_on=to_on, **asked) is None  # type: ignore[arg-type]
    assert (holding(app).from_on, holding(app).to_on) == (later, last)
    with unit_of_work(now) as work:
        say = offices.correct(work, now, from_on=SINCE, to_on=last, **asked)  # type: ignore[arg-type]
        assert say is not None
        token = say.token
    assert holding(app).from_on == later
    confirm(people, token)
    assert (holding(app).from_on, holding(app).to_on) == (SINCE, last)
    assert len(mails(session, people["o"])) == 4


def test_a_stand_in_is_named_by_two_and_both_are_written_to(
    app: Flask, people: dict[str, int], session: Session
) -> None:
    confirm(people, ask_to_give(app, people))
    held, now = holding(app), clock.moment()
    with unit_of_work(now) as work:
        token = offices.ask_to_stand_in(
            work,
            now,
            actor_id=people["a"],
            holding_id=held.id,
            person_id=people["d"],
            from_on=now.on,
            to_on=now.on + timedelta(days=10),
            paper="Giấy ủy quyền 5/UQ-SYT",
        ).token
    assert holding(app).stand_ins == ()
    confirm(people, token)
    acting = holding(app).stand_ins[0]
    assert (acting.person_id, acting.paper) == (people["d"], "Giấy ủy quyền 5/UQ-SYT")
    assert head(app) == people["o"]
    sentence = "Người d@example.vn làm thay Người o@example.vn, Sở Y tế"
    assert all(sentence in mails(session, people[who])[-1] for who in ("d", "o"))
    session.rollback()
    with unit_of_work(now) as work:
        offices.end_stand_in(work, now, actor_id=people["b"], token=acting.token, to_on=now.on, site=SITE)
    assert holding(app).stand_ins[0].to_on == now.on


def test_the_last_administrator_stays(app: Flask, people: dict[str, int]) -> None:
    agency_id, now = body(app), clock.moment()
    with unit_of_work(now) as session:
        held = [one for one in over_time.of_agency(session, agency_id) if one.office is Office.ADMINISTRATOR]
    for number, one in enumerate(held):
        if number:
            with pytest.raises(FieldError), unit_of_work(now) as session:
                offices.end(session, now, actor_id=people["a"], holding_id=one.id, to_on=now.on, site=SITE)
            continue
        with unit_of_work(now) as session:
            offices.end(session, now, actor_id=people["a"], holding_id=one.id, to_on=now.on, site=SITE)
