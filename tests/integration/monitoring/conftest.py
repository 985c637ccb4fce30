"""A worked example's province as the monitor sees it on a day, with people who may see all of it, a part or nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.package_rows import PackageRows
from tests.support.product import Scene
from tests.support.signing_in import seen, sign_in
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person

TODAY = date(2021, 7, 1)
SINCE = date(2020, 1, 1)
OFFICES = [("VP", Office.MONITOR), ("VP", Office.ADMINISTRATOR), ("A00", Office.HEAD), ("A01", Office.APPRAISER)]


@dataclass
class Browser:
    """Somebody's browser."""

    client: FlaskClient

    def get(self, address: str, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, (address, response.status_code)
        return response.get_data(as_text=True)

    def rows(self, address: str) -> list[dict[str, str]]:
        """The rows of a CSV, by heading."""
        text = self.get(address)
        assert text.startswith("\ufeff")
        return list(csv.DictReader(io.StringIO(text[1:])))

    def post(self, address: str, status: int, **typed: str) -> str:
        """Send the form of an address with its token."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(address))
        assert found
        response = seen(self.client, self.client.post(address, data={"csrf_token": found.group(1), **typed}))
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_data(as_text=True)


@dataclass
class World:
    """The province, and a browser for each of its people."""

    app: Flask
    session: Session
    people: dict[str, int]

    def browser(self, office: Office) -> Browser:
        client = self.app.test_client()
        sign_in(self.app, client, self.people[office])
        return Browser(client)


@pytest.fixture
def enter(
    app: Flask, session: Session, scene: Scene, shared: Path, at: Callable[[date], clock.Moment]
) -> Callable[..., World]:
    """`enter(targets=20)` loads a worked example with so many targets a body, as of TODAY, and its people."""

    def make(targets: int = 20, change: Callable[[Any], None] | None = None) -> World:
        at(TODAY)
        return World(app, session, scene(build, shared, targets, change))

    return make


def build(shared: Path, targets: int, change: Callable[[Any], None] | None) -> dict[str, int]:
    """Load the example, as of now; returns the ids of its people by office."""
    package = json.loads((shared / "data/rule_examples.json").read_text())[0]["package"]
    for commitment in package["commitments"]:
        commitment["targets"] = commitment["targets"][:targets]
    if change is not None:
        change(package)
    with unit_of_work() as session:
        PackageRows(session, package).enter_all()
        session.add(Agency(code="VP", kind="office", name={"vi": "Văn phòng UBND tỉnh"}, sort_key="v"))
        session.flush()
        return {office.value: _person(session, code, office) for code, office in OFFICES}


def _person(session: Session, code: str, office: Office) -> int:
    person = Person(token=f"token-{office}", name=f"{office} {code}", email=f"{office}@example.vn", language="vi")
    session.add(person)
    session.flush()
    agency_id = session.scalars(sa.select(Agency.id).where(Agency.code == code)).one()
    session.add(OfficeHolding(person_id=person.id, agency_id=agency_id, office=office, from_on=SINCE))
    return person.id


def links(page: str, pattern: str) -> list[tuple[str, str]]:
    """(address, what stands in the link first) of every link whose address matches."""
    found = re.findall(r'<a[^>]*?href="([^"]+)"[^>]*>\s*(?:<span[^>]*>)?([^<]*)', page)
    return [(unescape(href), text.strip()) for href, text in found if re.search(pattern, unescape(href))]
