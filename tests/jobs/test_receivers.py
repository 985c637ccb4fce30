"""A mail that waits is held against its receiver too, just before it leaves: office, account, a day off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.errand import OFFICES
from tests.jobs.conftest import Postbox
from tests.jobs.test_reminders import DUE, HEAD, OFFICER, At, build, reminded, run
from tests.support.product import Scene, Statements
from tracker.accounts import notices
from tracker.accounts import service as accounts
from tracker.accounts.models import Account
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.approvals import offices as approvals_of_offices
from tracker.approvals import queries as requests
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail import service as outbox
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Letter
from tracker.people.models import Person
from tracker.permissions import administrators
from tracker.reminders import leaving
from tracker.reminders import service as reminders

FRIDAY, SATURDAY = "2021-06-18", "2021-06-19"
ADMINISTRATOR = f"person{[office for _body, office, _name in OFFICES].index(Office.ADMINISTRATOR)}@example.vn"


@pytest.fixture(autouse=True)
def _made(session: Session, scene: Scene, at: At) -> None:
    at("2021-06-01")
    scene(build_with_account)
    at(FRIDAY)


def build_with_account() -> None:
    build()
    with unit_of_work() as session:
        for email in (HEAD, ADMINISTRATOR):
            accounts.register(session, clock.moment(), person(session, email), "mật khẩu thử nghiệm")


def person(session: Session, email: str) -> Person:
    return session.scalars(sa.select(Person).where(Person.email == email)).one()


def end_office(session: Session, email: str) -> None:
    theirs = OfficeHolding.person_id == person(session, email).id
    session.execute(sa.update(OfficeHolding).where(theirs).values(to_on=clock.today() - timedelta(days=1)))


def disable(session: Session, email: str) -> None:
    theirs = Account.person_id == person(session, email).id
    session.execute(sa.update(Account).where(theirs).values(active=False))


def write(session: Session, kind: str, email: str) -> None:
    """Queue a mail of a kind; one about a request, with a request that waits."""
    now, to = clock.moment(), person(session, email)
    if kind == approvals.MAIL:
        other = person(session, HEAD).id
        wish = Approval(
            token="wish", kind="test", about_id=other, detail={}, reason="x", asked_by_id=other, asked_at=now.at,
            expires_at=now.at + timedelta(days=9), open_key="k",
        )  # fmt: skip
        session.add(wish)
    outbox.queue(session, now, Letter("k", kind, to.id, "vi", Content("Chào", "Kính gửi\n"), "h", ref="wish"))


ALL = {"nothing", "office ended", "account disabled", "day off"}
LEAVES = {
    administrators.KIND: {"nothing", "day off"},
    requests.STOP_NOTICE: {"nothing", "day off"},
    approvals.MAIL: {"nothing", "day off"},
    notices.NOTICE: {"nothing", "day off", "office ended"},
    approvals_of_offices.NOTICE: {"nothing", "day off", "office ended"},
    reminders.KIND: {"nothing"},
}


@pytest.mark.parametrize("happened", sorted(ALL))
@pytest.mark.parametrize("kind", sorted(LEAVES))
def test_who_is_written_to_still(app: Flask, postbox: Postbox, at: At, kind: str, happened: str) -> None:
    email = HEAD if kind == reminders.KIND else ADMINISTRATOR
    if kind == reminders.KIND:
        run(app, "remind")
    else:
        with unit_of_work() as session:
            write(session, kind, email)
    if happened == "day off":
        at(SATURDAY)
    verbs: dict[str, Callable[[Session, str], None]] = {"office ended": end_office, "account disabled": disable}
    if happened in verbs:
        with unit_of_work() as session:
            verbs[happened](session, email)
    run(app, "deliver")
    assert (email in reminded(postbox)) is (happened in LEAVES[kind])
    session = database.session()
    states = session.scalars(sa.select(OutboxMail.state).join(Person).where(Person.email == email))
    assert set(states) == ({"sent"} if happened in LEAVES[kind] else {"dropped"})


def test_an_officer_elsewhere_is_not_reminded_of_the_body_of_before(app: Flask, postbox: Postbox, at: At) -> None:
    run(app, "remind")
    with unit_of_work() as session:
        officer = person(session, OFFICER)
        other = session.scalars(sa.select(OfficeHolding).join(Person).where(Person.name == "Chuyên viên Sở Y tế")).one()
        end_office(session, OFFICER)
        moved = OfficeHolding(
            token="moved", person_id=officer.id, agency_id=other.agency_id, office="officer", from_on=date(2021, 6, 18)
        )
        session.add(moved)
    run(app, "deliver")
    assert reminded(postbox) == [HEAD]


def test_what_a_day_off_kept_back_is_told_on_the_next_working_day(app: Flask, postbox: Postbox, at: At) -> None:
    run(app, "remind")
    at(SATURDAY)
    run(app, "deliver")
    assert reminded(postbox) == []
    at(DUE)
    run(app, "remind", "deliver")
    assert reminded(postbox) == [HEAD, OFFICER]


def test_digests_that_leave_together_are_asked_in_as_many_statements_as_one(
    app: Flask, session: Session, statements: Statements
) -> None:
    run(app, "remind")
    mails = list(session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))
    assert len(mails) == 2
    said, counts = [], []
    for some in (mails[:1], mails[1:], mails):
        statements.clear()
        said.append(leaving.still_due(session, some, clock.moment(), site=settings_of(app).site))
        counts.append(len(statements))
    assert {**said[0], **said[1]} == said[2]
    assert len(said[2]) == 2
    assert counts[2] <= max(counts[:2])
