"""At most one head of a body on any day, whatever is given, ended and corrected: by service and by database."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.agencies import holdings, service
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db import constraints
from tracker.core.errors import FieldError
from tracker.people import service as people

NOW = clock.moment()
START = date(2021, 1, 1)
LENGTH = 12  # days, in which everything happens
DAYS = st.tuples(st.integers(0, LENGTH - 1), st.one_of(st.none(), st.integers(0, LENGTH - 1)))
STEPS = st.lists(st.tuples(st.sampled_from(["give", "end", "correct"]), st.integers(0, 9), DAYS), max_size=12)


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(days=number)


@pytest.fixture
def body(session: Session) -> tuple[int, list[int]]:
    """The id of a body, and those of three persons."""
    made = service.register(session, NOW, actor_id=None, code="SYT", name={"vi": "Sở Y tế"}, kind="department")
    persons = [people.register(session, NOW, actor_id=None, name=f"Giám đốc {number}").id for number in range(3)]
    session.flush()
    return made.id, persons


def change(session: Session, body: tuple[int, list[int]], step: tuple[str, int, tuple[int, int | None]]) -> None:
    """One thing that an administrator tries; what is refused changes nothing."""
    verb, which, (first, last) = step
    agency_id, persons = body
    held = session.scalars(sa.select(OfficeHolding.id).order_by(OfficeHolding.id)).all()
    from_on, to_on = START + timedelta(days=first), day(last)
    if verb == "give" or not held:
        person_id = persons[which % len(persons)]
        holdings.open_holding(
            session,
            NOW,
            actor_id=None,
            person_id=person_id,
            agency_id=agency_id,
            office=Office.HEAD,
            from_on=from_on,
            to_on=to_on,
        )
    elif verb == "end":
        holdings.close_holding(session, NOW, actor_id=None, holding_id=held[which % len(held)], to_on=to_on or from_on)
    else:
        holdings.correct_holding(
            session, NOW, actor_id=None, holding_id=held[which % len(held)], from_on=from_on, to_on=to_on
        )


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_service_lets_no_two_heads_meet(session: Session, body: tuple[int, list[int]], steps: list) -> None:  # type: ignore[type-arg]
    with session.begin_nested() as trial:
        for step in steps:
            try:
                with session.begin_nested():
                    change(session, body, step)
            except FieldError:
                continue
            rows = session.execute(sa.select(OfficeHolding.from_on, OfficeHolding.to_on)).all()
            for number in range(LENGTH + 2):
                on = START + timedelta(days=number)
                assert sum(row.from_on <= on and (row.to_on is None or row.to_on >= on) for row in rows) <= 1, rows
        trial.rollback()


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (0, 3, False),
        (0, 4, True),
        (4, 8, True),
        (5, 6, True),
        (8, None, True),
        (9, None, False),
        (0, None, True),
    ],
)
def test_the_database_lets_no_two_heads_meet(
    session: Session, body: tuple[int, list[int]], first: int, last: int | None, refused: bool
) -> None:
    agency_id, persons = body
    days = {"from_on": START + timedelta(days=4), "to_on": START + timedelta(days=8)}
    session.add(OfficeHolding(person_id=persons[0], agency_id=agency_id, office=Office.HEAD, **days))
    deputy = OfficeHolding(person_id=persons[1], agency_id=agency_id, office=Office.DEPUTY, **days)
    session.add(deputy)
    session.flush()
    other = {"from_on": START + timedelta(days=first), "to_on": day(last)}
    for attempt in ("insert", "update"):
        with session.begin_nested() as trial:
            if attempt == "insert":
                session.add(OfficeHolding(person_id=persons[2], agency_id=agency_id, office=Office.HEAD, **other))
            else:
                deputy.office, deputy.from_on, deputy.to_on = Office.HEAD, other["from_on"], other["to_on"]  # type: ignore[assignment]
            if not refused:
                session.flush()
                trial.rollback()
                continue
            with pytest.raises(IntegrityError) as violation:
                session.flush()
            explained = constraints.as_field_error(violation.value)
            assert explained is not None
            assert explained.field == "from_on"
