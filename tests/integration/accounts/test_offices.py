"""Offices and authority are given by two administrators and ended by one; whoever it concerns is written to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.accounts.people import body, person
from tracker.agencies import holdings, over_time, queries
from tracker.agencies.offices import Office
from tracker.agencies.over_time import Held
from tracker.approvals import offices
from tracker.approvals import service as approvals
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.audit.service import record
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError, Forbidden
from tracker.mail.models import OutboxMail
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")
SINCE = date(2021, 3, 1)
ALONE = "Như vậy chỉ còn một mình ông/bà là người quản trị: hãy giao chức vụ này cho người thứ ba trước"
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


def administrators(app: Flask) -> list[Held]:
    """The holdings of administrators, the youngest first: b's, then a's."""
    agency_id = body(app)
    with unit_of_work(clock.moment()) as session:
        return [one for one in over_time.of_agency(session, agency_id) if one.office is Office.ADMINISTRATOR]


def test_the_last_administrator_stays(app: Flask, people: dict[str, int]) -> None:
    now = clock.moment()
    for number, one in enumerate(administrators(app)):
        by = one.person_id
        if number:
            with pytest.raises(FieldError), unit_of_work(now) as session:
                offices.end(session, now, actor_id=by, holding_id=one.id, to_on=now.on, site=SITE)
            continue
        with unit_of_work(now) as session:
            offices.end(session, now, actor_id=by, holding_id=one.id, to_on=now.on, site=SITE)


def ending(session: Session, now: clock.Moment, **given: Any) -> None:
    offices.end(session, now, to_on=now.on, site=SITE, **given)


def shortening(session: Session, now: clock.Moment, **given: Any) -> None:
    offices.correct(session, now, from_on=SINCE, to_on=now.on, reason="Nhập sai", site=SITE, **given)


def beginning_later(session: Session, now: clock.Moment, **given: Any) -> None:
    later = now.on + timedelta(days=30)
    offices.correct(session, now, from_on=later, to_on=None, reason="Nhập sai", site=SITE, **given)


@pytest.mark.parametrize("way", [ending, shortening, beginning_later])
def test_one_administrator_does_not_end_the_others_office_and_stay_alone(
    app: Flask, people: dict[str, int], way: Callable[..., None]
) -> None:
    """By whichever verb; one's own office one may lay down, and with a third one there are two left."""
    now, others = clock.moment(), administrators(app)[0]
    assert others.person_id == people["b"]

    def refused(by: str) -> str:
        with unit_of_work(now) as session, session.begin_nested() as trial:
            try:
                way(session, now, actor_id=people[by], holding_id=others.id)
            except FieldError as error:
                return str(error.message)
            finally:
                if trial.is_active:
                    trial.rollback()
        return ""

    assert refused("b") == ""
    assert refused("a") == ALONE
    person(app, "c@example.vn", Office.ADMINISTRATOR)
    assert refused("a") == ""


def test_an_administrator_given_today_is_not_taken_back_by_the_only_other(app: Flask, people: dict[str, int]) -> None:
    now, others = clock.moment(), administrators(app)[0]
    with unit_of_work(now) as session:
        record(session, now, Event.HOLDING_OPENED, actor_id=None, subject=("holding", others.id))
    with pytest.raises(FieldError, match=ALONE), unit_of_work(now) as session:
        offices.remove(session, now, actor_id=people["a"], holding_id=others.id, site=SITE)


def test_an_authority_is_taken_back_at_once_on_its_first_day(
    app: Flask, people: dict[str, int], session: Session, at: Callable[[date], clock.Moment]
) -> None:
    """Whoever was named by mistake acts no more from that moment; later the day before is entered as the last."""
    confirm(people, ask_to_give(app, people))
    held, now = holding(app), clock.moment()
    body_id = body(app)

    def named(from_on: date) -> str:
        with unit_of_work(now) as work:
            days = {"from_on": from_on, "to_on": from_on + timedelta(days=10)}
            given = {"holding_id": held.id, "person_id": people["d"], "paper": "5/UQ"}
            return holdings.open_stand_in(work, now, actor_id=None, **given, **days).token  # type: ignore[arg-type]

    def acts() -> bool:
        found = queries.held_by(session, people["d"], now.on)
        session.rollback()
        return any(one.office is Office.HEAD and one.agency_id == body_id for one in found)

    for from_on in (now.on, now.on + timedelta(days=3)):
        token = named(from_on)
        assert acts() == (from_on == now.on)
        with unit_of_work(now) as work:
            offices.remove_stand_in(work, now, actor_id=people["a"], token=token, site=SITE)
        assert not acts()
        assert holding(app).stand_ins == ()
        assert all("không còn làm thay" in mails(session, people[who])[-1] for who in ("d", "o"))
        session.rollback()
    token, now = named(now.on), at(now.on + timedelta(days=1))
    with pytest.raises(FieldError, match="hôm qua"), unit_of_work(now) as work:
        offices.remove_stand_in(work, now, actor_id=people["a"], token=token, site=SITE)
    with unit_of_work(now) as work:
        yesterday = now.on - timedelta(days=1)
        offices.end_stand_in(work, now, actor_id=people["a"], token=token, to_on=yesterday, site=SITE)
    assert not acts()
    events = session.scalars(sa.select(AuditEvent.event).where(AuditEvent.subject_kind == "stand_in")).all()
    assert events.count("stand_in.removed") == 2
