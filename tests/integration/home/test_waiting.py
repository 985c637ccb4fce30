"""What waits is counted once: the first page's headline, the subject of the mail of that morning, and what the page
shows; office by office."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.integration.home.conftest import Town
from tests.jobs.test_reminders import decide, report
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.commitments.dossiers import Dossier
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.extensions import settings_of
from tracker.progress.models import Draft
from tracker.reminders import inbox, service
from tracker.reminders import queries as reminders
from tracker.reminders.receivers import people_written_to
from tracker.reminders.waiting import waiting_for
from tracker.urging.models import Letter

ON = date(2021, 6, 24)
LETTERS = (("SXD", "sent", -1), ("SXD", "owed", 3), ("SYT", "reviewed", 8), ("SNV", "answered", 2))


@pytest.fixture
def busy(town: Town) -> Town:
    """A figure with the head, one that came back, some that are owed or wait for appraisal, a commitment for the
    People's Committee, and a body whose head has left."""
    now = town.at(ON)
    with unit_of_work(now) as session:
        made = town.made
        for code in ("W1", "W2", "W3"):
            errand.target(session, made, "SXD", code)
        errand.target(session, made, "SYT", "Y1")
        ids = {code: made.targets[f"SXD-{code}"].id for code in ("W1", "W2", "W3")}
        back = report(session, made, ids["W1"], "2021-H1", date(2021, 6, 16))
        decide(session, back, "returned", date(2021, 6, 18))
        report(session, made, ids["W2"], "2021-H1", date(2021, 6, 16))
        writer = made.people[("SXD", Office.OFFICER)].id
        place = {"target_id": ids["W3"], "agency_id": made.bodies["SXD"].id, "period_id": made.periods["2021-H1"].id}
        more = {"kind": "periodic", "state": "with_head", "typed": {"value": "5"}, "language": "vi"}
        session.add(Draft(token="handed", entered_by_id=writer, updated_at=now.at, **place, **more))
        session.add(
            Dossier(
                token="turn", kind="commitment", programme_id=made.programme.id, agency_id=made.bodies["SYT"].id,
                state="negotiated", state_since=now.at, version=2,
            )
        )  # fmt: skip
        chair = lives.add_person(session, "chair", "Chủ tịch", made.bodies["VP"], Office.CHAIR)
        session.flush()
        session.expunge(chair)
        made.people[("VP", Office.CHAIR)] = chair
        since = now.at - timedelta(days=9)
        for number, (body, state, days) in enumerate(LETTERS):
            kind = "apology" if state == "owed" else "urging"
            session.add(
                Letter(
                    token=f"letter{number}", kind=kind, agency_id=made.bodies[body].id, drafted_at=since, version=1,
                    report_id=back.id if kind == "apology" else None, state=state, state_since=since, words={},
                    answer_by=ON + timedelta(days=days), sent_at=since if state == "sent" else None,
                )
            )  # fmt: skip
        head = OfficeHolding.agency_id == made.bodies["SYT"].id, OfficeHolding.office == Office.HEAD
        session.execute(sa.update(OfficeHolding).where(*head).values(to_on=date(2021, 6, 1)))
    return town


OFFICES = [
    ("SXD", Office.OFFICER),
    ("SXD", Office.HEAD),
    ("SYT", Office.OFFICER),
    ("SNV", Office.APPRAISER),
    ("VP", Office.MONITOR),
    ("VP", Office.CHAIR),
]


def test_the_subject_of_the_mail_counts_what_the_first_page_counts(busy: Town, session: Session) -> None:
    plan = {receiver.person_id: receiver for receiver in reminders.plan_of(session, ON)}
    session.rollback()
    told = {}
    for body, office in OFFICES:
        page = busy.browser(body, office).get("/")
        found = re.search(r"<h1[^>]*>\s*(\d+) việc chờ", page)
        told[(body, office)] = (int(found[1]) if found else 0, plan[busy.made.people[(body, office)].id].waiting)
    assert {place: page for place, (page, _mail) in told.items()} == {
        place: mail for place, (_page, mail) in told.items()
    }
    assert all(page for page, _mail in told.values()), told


def test_the_inbox_lists_of_that_what_was_told_and_its_count_is_what_is_new_there(busy: Town) -> None:
    on = ON + timedelta(days=1)
    now = busy.at(on)
    carry_out(service.units(on, now, settings_of(busy.app).site))
    for body, office in OFFICES:
        browser = busy.browser(body, office)
        page = browser.get("/inbox")
        (badge,) = re.findall(r't-inbox__count">(\d+)<', page)
        assert int(badge) == page.count('name="thing"'), (body, office)
        person_id = busy.made.people[(body, office)].id
        own = [Holder(busy.made.bodies[body].id, office, person_id, "", None, None, wants_mail=False, since=on)]
        with unit_of_work(now) as session:
            written_to = people_written_to(session, on)
            waits = {duty.key for duty in waiting_for(session, on, own, written_to)}
            told = [one.line for one in inbox.of_person(session, person_id, on) if not one.line.duty.news]
        assert {line.duty.key for line in told if line.duty.waits_for(line.audience)} <= waits, (body, office)


def test_the_headline_is_the_sum_of_the_cards(busy: Town) -> None:
    for office in (Office.HEAD, Office.MONITOR):
        page = busy.browser("SXD" if office is Office.HEAD else "VP", office).get("/")
        cards = sum(map(int, re.findall(r'class="t-task__count"[^>]*>\s*(\d+)', page)))
        (said,) = re.findall(r"<h1[^>]*>\s*(\d+) việc chờ", page)
        assert int(said) == cards, office
