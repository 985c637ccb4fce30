"""A stand-in may what the holder may, in the holder's name; the holder stays the one who answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tracker.agencies import holdings, over_time, queries
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.actions import Action
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError
from tracker.people import service as people
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.permissions.scope import own_agencies
from tracker.reminders.receivers import receivers_of

NOW = clock.moment()
DAY = timedelta(days=1)
FIRST, LAST = date(2021, 6, 1), date(2021, 6, 10)


@pytest.fixture
def made(session: Session) -> errand.Province:
    return errand.province(session)


def holding(session: Session, made: errand.Province, office: Office = Office.HEAD) -> OfficeHolding:
    person = made.people[("SYT", office)]
    return session.scalars(sa.select(OfficeHolding).where(OfficeHolding.person_id == person.id)).one()


def stand_in(
    session: Session, held: OfficeHolding, person_id: int, first: date = FIRST, last: date = LAST, paper: str = "5/UQ"
) -> int:
    return holdings.open_stand_in(
        session,
        NOW,
        actor_id=None,
        holding_id=held.id,
        person_id=person_id,
        from_on=first,
        to_on=last,
        paper=paper,
    ).id


def reader(session: Session, person_id: int, on: date) -> Reader:
    return reader_of(session, on, person_id=person_id, account_id=1, name="Phó Giám đốc", language="vi")


@pytest.mark.parametrize(("on", "may"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)])
def test_from_the_first_to_the_last_day_a_stand_in_may_what_the_head_may(
    session: Session, made: errand.Province, on: date, may: bool
) -> None:
    deputy = people.register(session, NOW, actor_id=None, name="Phó Giám đốc", email="pho@example.vn")
    held, body = holding(session, made), made.bodies["SYT"].id
    stand_in(session, held, deputy.id)
    found = reader(session, deputy.id, on)
    assert found.may(Action.SEND_REPORT, body) == may
    assert found.may(Action.SEND_REPORT, made.bodies["SXD"].id) is False
    assert found.acts_for(Action.SEND_REPORT, body) == (held.person_id if may else None)
    assert bool(session.scalars(own_agencies(found, Office.HEAD)).all()) == may
    assert found.shown_name == ("Phó Giám đốc (thay Giám đốc Sở Y tế)" if may else "Phó Giám đốc")
    head = queries.head_of(session, body, on)
    assert head is not None
    assert head.person_id == held.person_id
    told = receivers_of(queries.stand_ins(session, on, offices=(Office.HEAD,)))
    assert [one.name for one in told.values()] == (["Phó Giám đốc (thay Giám đốc Sở Y tế)"] if may else [])


def test_what_one_may_oneself_is_done_in_ones_own_name(session: Session, made: errand.Province) -> None:
    officer = made.people[("SYT", Office.OFFICER)]
    held, body = holding(session, made), made.bodies["SYT"].id
    stand_in(session, held, officer.id)
    found = reader(session, officer.id, FIRST)
    assert found.acts_for(Action.ENTER_FIGURE, body) is None
    assert found.acts_for(Action.SEND_REPORT, body) == held.person_id


def test_a_stand_in_does_not_appraise_the_body(session: Session, made: errand.Province) -> None:
    appraiser = made.people[("SNV", Office.APPRAISER)]
    stand_in(session, holding(session, made), appraiser.id)
    body = made.bodies["SYT"].id
    assert reader(session, appraiser.id, FIRST - DAY).may(Action.APPRAISE, body)
    assert not reader(session, appraiser.id, FIRST).may(Action.APPRAISE, body)


def test_an_authority_ends_with_the_office(session: Session, made: errand.Province) -> None:
    officer = made.people[("SYT", Office.OFFICER)]
    held, body = holding(session, made), made.bodies["SYT"].id
    stand_in(session, held, officer.id)
    holdings.close_holding(session, NOW, actor_id=None, holding_id=held.id, to_on=FIRST)
    assert reader(session, officer.id, FIRST).may(Action.SEND_REPORT, body)
    assert not reader(session, officer.id, FIRST + DAY).may(Action.SEND_REPORT, body)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("first", "last", "paper", "field"),
    [
        (LAST, FIRST, "5/UQ", "to_on"),
        (date(2019, 12, 31), FIRST, "5/UQ", "from_on"),
        (LAST, date(2021, 12, 1), "5/UQ", "to_on"),
        (FIRST, LAST, "  ", "paper"),
        (FIRST, LAST, "x" * 256, "paper"),
        (date(2021, 7, 5), date(2021, 7, 20), "5/UQ", "from_on"),
    ],
)
def test_what_an_authority_needs(
    session: Session, made: errand.Province, first: date, last: date, paper: str, field: str
) -> None:
    officer = made.people[("SYT", Office.OFFICER)]
    held = holding(session, made)
    holdings.close_holding(session, NOW, actor_id=None, holding_id=held.id, to_on=date(2021, 11, 30))
    stand_in(session, held, officer.id, date(2021, 7, 20), date(2021, 7, 30))
    with pytest.raises(FieldError) as refusal:
        stand_in(session, held, officer.id, first, last, paper)
    assert refusal.value.field == field


def test_nobody_stands_in_for_themselves_or_for_an_officer(session: Session, made: errand.Province) -> None:
    head, officer = holding(session, made), holding(session, made, Office.OFFICER)
    with pytest.raises(FieldError):
        stand_in(session, head, head.person_id)
    with pytest.raises(FieldError):
        stand_in(session, officer, head.person_id)


def test_days_of_an_office_are_corrected_around_its_stand_ins(session: Session, made: errand.Province) -> None:
    held = holding(session, made)
    stand_in(session, held, made.people[("SYT", Office.OFFICER)].id)
    for first, last in ((FIRST + DAY, None), (FIRST, LAST - DAY)):
        with pytest.raises(FieldError):
            holdings.correct_holding(session, NOW, actor_id=None, holding_id=held.id, from_on=first, to_on=last)
    holdings.correct_holding(session, NOW, actor_id=None, holding_id=held.id, from_on=FIRST, to_on=LAST)
    assert (held.from_on, held.to_on) == (FIRST, LAST)


def test_an_office_is_taken_back_on_its_day_alone_and_only_unused(session: Session, made: errand.Province) -> None:
    old = holding(session, made)
    with pytest.raises(FieldError):
        holdings.remove_holding(session, NOW, actor_id=None, holding_id=old.id)
    deputy = people.register(session, NOW, actor_id=None, name="Phó Giám đốc")
    give: dict[str, Any] = {
        "actor_id": None,
        "person_id": deputy.id,
        "agency_id": made.bodies["SYT"].id,
        "from_on": NOW.on,
    }
    new = holdings.open_holding(session, NOW, office=Office.DEPUTY, **give)
    with unit_of_work(NOW):
        holdings.remove_holding(session, NOW, actor_id=None, holding_id=new.id)
    assert queries.held_by(session, deputy.id, NOW.on) == []
    used = holdings.open_holding(session, NOW, office=Office.DEPUTY, **give)
    people.choose_language(session, NOW, actor_id=deputy.id, language="en")
    assert not over_time.was_used(session, used)
    holdings.open_holding(session, NOW, office=Office.OFFICER, **give | {"actor_id": deputy.id})
    with pytest.raises(FieldError):
        holdings.remove_holding(session, NOW, actor_id=None, holding_id=used.id)
