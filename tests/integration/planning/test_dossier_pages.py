"""The pages of a commitment's life: drafted, negotiated, frozen, signed, put in force, each by whoever may."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import Table
from tests.support.product import Scene
from tests.support.signing_in import sign_in
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.signing import register
from tracker.signing.models import MadeDocument

pytestmark = pytest.mark.one_database

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
INPUT = re.compile(r"<input[^>]*>")
AREA = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
CHOICE = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def fields(form: str) -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    found = {name: unescape(text).strip() for name, text in AREA.findall(form)}
    for name, options in CHOICE.findall(form):
        found[name] = next(iter(CHOSEN.findall(options)), "")
    for tag in INPUT.findall(form):
        told = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        if told.get("type") not in ("checkbox", "radio") and "name" in told:
            found[told["name"]] = unescape(told.get("value", ""))
    return found


@dataclass
class Desk:
    """One person's browser, and the page that is open in it."""

    client: FlaskClient
    page: str = ""

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.get_data(as_text=True)[-1500:])
        self.page = answer.get_data(as_text=True)
        return self.page

    def send(self, address: str, status: int = 303, **typed: Any) -> str:
        """Send the form of the page that is open; what comes of it is read where it leads on."""
        main = self.page[self.page.index("<main") :]
        own = [one for one in FORM.findall(main) if f'action="{address}"' in one.partition(">")[0]]
        whole = [one for one in FORM.findall(main) if 'method="post"' in one.partition(">")[0]]
        answer = self.client.post(address, data={**fields((own or whole)[0]), **typed})
        told = answer.get_data(as_text=True)
        assert answer.status_code == status, (
            address,
            re.findall(r"error-summary__list.*?</ul>|govuk-error-message.*?</p>", told, re.DOTALL),
        )
        if status == 303:
            return self.get(answer.location)
        self.page = told
        return told


@dataclass
class Room:
    """Both sides at their desks."""

    app: Flask
    table: Table

    def desk(self, office: Office, body: str = "") -> Desk:
        client = self.app.test_client()
        sign_in(self.app, client, self.table.reader(office, body).person_id)
        return Desk(client)

    def address(self, dossier_id: int, *more: str) -> str:
        return "/".join(["/commitments", self.table.dossier(dossier_id).token, *more])

    def target(self, dossier_id: int, code: str) -> str:
        return self.address(dossier_id, "targets", self.table.targets(dossier_id)[code].token)


def build() -> None:
    """Everybody in office. The first number is drawn: a commitment of the small province carries it."""
    lives.people()
    now = clock.moment()
    with unit_of_work(now) as session:
        agency = session.scalars(sa.select(Agency.id).where(Agency.code == "SXD")).one()
        register.draw(session, now, symbol="CK-SXD", year=2021, agency_id=agency, person_id=None)


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    now = at(lives.BEGUN_ON)
    scene(build)
    return Room(app, Table(session, errand.found(session), at, now))


def test_from_the_draft_to_targets_that_stand_on_boards(room: Room) -> None:
    dossier = room.table.draft()
    monitor, head, officer, chair = (
        room.desk(one) for one in (Office.MONITOR, Office.HEAD, Office.OFFICER, Office.CHAIR)
    )
    page = room.address(dossier)
    officer.get(page, 404)
    monitor.get(page)
    monitor.send(f"{page}/moves/offer")
    officer.get(page)
    officer.get(f"{room.target(dossier, 'T01')}")
    told = officer.send(room.target(dossier, "T01"), goal="200", due_on="20/12/2021", reason="Khó đạt")
    assert "234,5" in told
    assert "200" in told
    assert "20/12/2021" in told
    (proposal,) = re.findall(r"/proposals/([^/]+)/take-back", told)
    monitor.get(page)
    told = monitor.send(f"{page}/proposals/{proposal}/accept")
    assert "(ban đầu" not in told
    monitor.send(f"{page}/moves/offer")
    head.get(f"{page}/moves/agree")
    head.send(f"{page}/moves/agree")
    monitor.get(f"{page}/moves/freeze")
    told = monitor.send(f"{page}/moves/freeze")
    assert "02/CK-SXD" in told
    head.get(f"{page}/moves/sign")
    head.send(f"{page}/moves/sign")
    chair.get(f"{page}/moves/countersign")
    chair.send(f"{page}/moves/countersign")
    monitor.get(f"{page}/moves/put-in-force")
    told = monitor.send(f"{page}/moves/put-in-force", from_on="05/02/2021")
    assert room.table.dossier(dossier).state == "in_force"
    (token,) = room.table.session.scalars(sa.select(Target.token).where(Target.code == "T01"))
    assert f"/targets/{token}" in told
    assert f"/targets/{token}" in monitor.get("/targets?status=all")
    address = room.table.session.scalar(sa.select(MadeDocument.address))
    assert f"/documents/{address}" in officer.get(page)
    officer.get(f"/documents/{address}")
    assert officer.get("/commitments").count("<tr>") == 2
