"""What a write costs in statements, signing in included: each is a trip to PostgreSQL and back."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import Town
from tests.support.product import Statements
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import service as mail
from tracker.mail.service import Content, Letter
from tracker.progress import queries as progress
from tracker.reminders.models import ReminderSent

SAVING, HANDING, SENDING, CLOSING = 5, 9, 20, 1
PERIOD = "2021-H1"


def trips(statements: Statements) -> list[str]:
    """Without SQLite's BEGIN, which goes nowhere."""
    return [statement for statement in statements if not statement.startswith("BEGIN")]


def handed_on(town: Town, key: str = "SXD-T01") -> str:
    """The address of a figure that its officer has handed to the head."""
    address = f"/figures/{town.made.targets[key].token}/{PERIOD}"
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(address)
    officer.post(address, value="120", do="hand")
    return address


def test_saving_a_figure(town: Town, statements: Statements) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    address = f"/figures/{town.made.targets['SXD-T01'].token}/{PERIOD}"
    for value in ("120", "121"):  # a new draft, and one that changes
        officer.get(address)
        statements.clear()
        officer.post(address, value=value)
        assert len(trips(statements)) <= SAVING, trips(statements)
    officer.get(address)
    statements.clear()
    officer.post(address, value="122", do="hand")
    assert len(trips(statements)) <= HANDING, trips(statements)


def test_sending_a_report_with_its_re_assessment(town: Town, statements: Statements) -> None:
    address = handed_on(town)
    head = town.browser("SXD", Office.HEAD)
    head.get(address + "/send")
    statements.clear()
    head.post(address + "/send")
    assert len(trips(statements)) <= SENDING, trips(statements)
    assert any(statement.startswith("INSERT INTO status_span") for statement in statements)


def test_what_was_told_is_closed_without_reading_the_facts_again(
    town: Town, session: Session, statements: Statements
) -> None:
    address = handed_on(town)
    target, head_id = town.made.targets["SXD-T01"], town.made.people[("SXD", Office.HEAD)].id
    with unit_of_work() as session:
        place = progress.find_slot(session, errand.EVERYWHERE, target.token, PERIOD)
        assert place is not None
        assert place.period is not None
        row = mail.queue(session, clock.moment(), Letter("k", "digest", head_id, "vi", Content("s", "t"), "h"))
        assert row is not None
        session.add(
            ReminderSent(
                person_id=head_id,
                target_id=place.target.id,
                period_id=place.period.id,
                rung="-3",
                told_on=clock.today(),
                mail_id=row.id,
            )
        )
    head = town.browser("SXD", Office.HEAD)
    head.get(address + "/send")
    statements.clear()
    head.post(address + "/send")
    assert len(trips(statements)) <= SENDING + CLOSING, trips(statements)
    session.rollback()
    assert session.scalars(sa.select(ReminderSent.closed_on)).all() == [clock.today()]


def test_a_slot_that_was_locked_as_it_was_found_is_locked_anew_in_another_transaction(
    town: Town, session: Session, statements: Statements, database_kind: str
) -> None:
    token = town.made.targets["SXD-T01"].token
    session.rollback()
    place = progress.find_slot(session, errand.EVERYWHERE, token, PERIOD, to_write=True)
    assert place is not None
    statements.clear()
    progress.lock(session, place)
    assert statements == []
    session.rollback()
    progress.lock(session, place)
    assert any("FOR NO KEY UPDATE" in one for one in statements) == (database_kind == "postgresql")
    session.rollback()
