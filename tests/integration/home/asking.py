"""A province with a chair and a vice chair, whose heads ask about their targets and are answered through the pages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.home.conftest import PRESS_ON, Browser, Town
from tests.support.product import Scene
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.progress import queries as progress
from tracker.progress.models import Report, Revision
from tracker.progress.queries import ReportSlot

ASK = "/targets/target-SXD-T01/request"
RULE = "/targets/target-SXD-T01/decision"


def build() -> None:
    """Two targets of one body that were due before today, one of another, and a chair."""
    with unit_of_work() as session:
        made = errand.province(session)
        errand.target(session, made, "SXD", "T01", due_on=date(2021, 6, 1))
        errand.target(session, made, "SXD", "T02", shape="deliverable")
        errand.target(session, made, "SYT", "T01")
        for code, value in (("T01", 60), ("T03", 100)):  # so that both weigh in the score of their body
            target = made.targets.get(f"SXD-{code}") or errand.target(session, made, "SXD", code)
            report = Report(
                token=f"report-{code}",
                target_id=target.id,
                programme_id=target.programme_id,
                agency_id=target.agency_id,
                period_id=made.periods["2021-Q1"].id,
                kind="periodic",
                state="sent",
                sent_on=date(2021, 3, 15),
            )
            session.add(report)
            session.flush()
            days = {"submitted_on": date(2021, 3, 15), "recorded_on": date(2021, 3, 15)}
            session.add(Revision(report_id=report.id, seq=1, value=Decimal(value), not_applicable=False, **days))
        for number, office in enumerate((Office.CHAIR, Office.VICE_CHAIR)):
            person = Person(token=f"chair-{number}", name=f"{office}", email=f"chair{number}@example.vn", language="vi")
            session.add(person)
            session.flush()
            agency_id = made.bodies["VP"].id
            session.add(
                OfficeHolding(person_id=person.id, agency_id=agency_id, office=office, from_on=date(2020, 1, 1))
            )


@pytest.fixture
def town(app: Flask, session: Session, scene: Scene, at: Any) -> Town:
    """The province with everybody's browser."""
    at(PRESS_ON)
    scene(build)
    return Town(app, errand.found(session, detached=True), at)


def ask(town: Town, **typed: Any) -> str:
    """The head asks; the address of the request."""
    head = town.browser("SXD", Office.HEAD)
    head.get(ASK)
    head.post(ASK, **{"do": "ask", "kind": "extension", "due_on": "30/9/2021", "reason": "Chờ hướng dẫn", **typed})
    chair = town.browser("VP", Office.CHAIR)
    return str(re.findall(r'href="(/requests/[^"]+)"', chair.get("/requests"))[0])


def decide(browser: Browser, address: str, **typed: Any) -> str:
    """Decide: shown once, then confirmed; the page that was shown."""
    browser.get(address)
    shown = browser.post(address, status=200, **typed).get_data(as_text=True)
    browser.post(address)
    return shown


def slot(session: Session) -> ReportSlot:
    """The target that is asked about."""
    found = progress.find_slot(session, sa.true(), "target-SXD-T01", None)
    assert found is not None
    return found


def reader(town: Town, session: Session, body: str, office: Office) -> Reader:
    """Who holds an office of a body, as the guard reads them."""
    person = town.made.people[(body, office)]
    return reader_of(session, PRESS_ON, person_id=person.id, account_id=1, name=person.name, language="vi")
