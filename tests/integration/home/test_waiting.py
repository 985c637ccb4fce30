"""What waits is counted once: the first page's headline, the subject of the mail of that morning, and what the page
shows; office by office."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import Town
from tests.jobs.test_reminders import decide, report
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Draft
from tracker.reminders import queries as reminders

ON = date(2021, 6, 24)


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
        head = OfficeHolding.agency_id == made.bodies["SYT"].id, OfficeHolding.office == Office.HEAD
        session.execute(sa.update(OfficeHolding).where(*head).values(to_on=date(2021, 6, 1)))
    return town


OFFICES = [
    ("SXD", Office.OFFICER),
    ("SXD", Office.HEAD),
    ("SYT", Office.OFFICER),
    ("SNV", Office.APPRAISER),
    ("VP", Office.MONITOR),
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


def test_the_headline_is_the_sum_of_the_cards(busy: Town) -> None:
    for office in (Office.HEAD, Office.MONITOR):
        page = busy.browser("SXD" if office is Office.HEAD else "VP", office).get("/")
        cards = sum(map(int, re.findall(r'class="t-task__count"[^>]*>\s*(\d+)', page)))
        (said,) = re.findall(r"<h1[^>]*>\s*(\d+) việc chờ", page)
        assert int(said) == cards, office
