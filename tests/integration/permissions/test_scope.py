"""The policy in SQL says of every body what the policy in Python says."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.people.models import Person
from tracker.permissions import scope
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader

DAY = date(2021, 6, 1)
BODIES = range(1, 5)
holdings = st.lists(
    st.tuples(st.sampled_from(list(Office)), st.sampled_from(BODIES), st.sampled_from(["now", "past", "future"])),
    max_size=5,
)
routes = st.fixed_dictionaries({body: st.none() | st.sampled_from(BODIES) for body in BODIES})
SPANS = {
    "now": (date(2021, 1, 1), None),
    "past": (date(2020, 1, 1), date(2021, 5, 31)),
    "future": (date(2021, 6, 2), None),
}


def lay_out(session: Session, held: list[tuple[Office, int, str]], route: dict[int, int | None]) -> Reader:
    session.add_all(
        Agency(id=body, code=f"B{body}", kind="department", name={"vi": f"Cơ quan {body}"}, sort_key=str(body))
        for body in BODIES
    )
    session.add_all(Person(id=number, token=f"p{number}", name="Giám đốc") for number in (1, 2))
    session.flush()
    for body, by in route.items():
        if by != body:
            session.get_one(Agency, body).appraised_by_id = by
    for office, body, span in {(office, body, span): 0 for office, body, span in held if office is not Office.HEAD}:
        start, end = SPANS[span]
        session.add(OfficeHolding(person_id=1, agency_id=body, office=office, from_on=start, to_on=end))
    for body in {body for office, body, span in held if office is Office.HEAD and span == "now"}:
        session.add(OfficeHolding(person_id=1, agency_id=body, office=Office.HEAD, from_on=SPANS["now"][0]))
    # Somebody else's offices lend this reader nothing.
    session.add(OfficeHolding(person_id=2, agency_id=1, office=Office.APPRAISER, from_on=date(2021, 1, 1)))
    session.add(OfficeHolding(person_id=2, agency_id=2, office=Office.OFFICER, from_on=date(2021, 1, 1)))
    session.flush()
    return reader_of(session, DAY, person_id=1, account_id=1, name="Giám đốc", language=None)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=holdings, route=routes)
def test_both_readings_of_the_policy_agree(
    session: Session, held: list[tuple[Office, int, str]], route: dict[int, int | None]
) -> None:
    reader = lay_out(session, held, route)
    stored = {row.id: row.appraised_by_id for row in session.execute(sa.select(Agency.id, Agency.appraised_by_id))}
    for action in Action:
        reached = session.scalars(sa.select(Agency.id).where(scope.restrict(Agency.id, reader, action))).all()
        allowed = {body for body, by in stored.items() if reader.may(action, body, by)}
        assert set(reached) == allowed, action
    session.rollback()


@pytest.mark.parametrize("office", list(Office))
def test_scoping_asks_for_no_list_of_bodies(session: Session, office: Office) -> None:
    reader = lay_out(session, [(office, 1, "now")], {})
    statement = sa.select(Agency.id).where(scope.restrict(Agency.id, reader, Action.SEE_TARGET))
    lists = [value for value in statement.compile().params.values() if isinstance(value, list | tuple)]
    assert all(isinstance(one, Office) for value in lists for one in value)
    session.rollback()
