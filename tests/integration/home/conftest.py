"""Browsers of the small province's people: each form sent as a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import errand
from tests.support.product import Scene
from tests.support.signing_in import seen, sign_in
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work

PRESS_ON = date(2021, 6, 16)


@dataclass
class Browser:
    """One person's browser. `page` is the last page that was read."""

    client: FlaskClient
    page: str = ""
    statements: list[str] = field(default_factory=list)

    def get(self, address: str, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, (address, response.status_code, response.get_data(as_text=True)[:500])
        self.page = response.get_data(as_text=True)
        return self.page

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's main form."""
        main = self.page[self.page.index("<main") :]
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main))

    def post(self, address: str, status: int = 303, **typed: Any) -> TestResponse:
        """Send the form of the page that is open."""
        response = seen(self.client, self.client.post(address, data={**self.hidden(), **typed}))
        assert response.status_code == status, (address, response.status_code, response.get_data(as_text=True)[:2000])
        if status in (200, 409, 422):
            self.page = response.get_data(as_text=True)
        return response

    def decide(self, address: str, **typed: Any) -> TestResponse:
        """Decide on a report as one does: it is shown once before it counts, and confirmed."""
        self.get(address)
        self.get(self.shown(address, **typed))
        return self.post(address)

    def shown(self, address: str, **typed: Any) -> str:
        """Type a decision: the address of the page that shows it once more."""
        found: str = self.client.post(address, data={**self.hidden(), **typed}).location
        assert "considered=" in found
        return found


@dataclass
class Town:
    """The province with everybody's browser."""

    app: Flask
    made: errand.Province
    at: Callable[[date | str], clock.Moment]

    def browser(self, body: str, office: Office) -> Browser:
        client = self.app.test_client()
        sign_in(self.app, client, self.made.people[(body, office)].id)
        return Browser(client)


def build() -> None:
    """Four targets, as of now."""
    with unit_of_work() as session:
        made = errand.province(session)
        errand.target(session, made, "SXD", "T01")
        errand.target(session, made, "SXD", "T02", shape="keep", ratio=True)
        errand.target(session, made, "SXD", "T03", shape="deliverable")
        errand.target(session, made, "SNV", "T01")


@pytest.fixture
def town(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Town:
    at(PRESS_ON)
    scene(build)
    made = errand.found(session, detached=True)
    return Town(app, made, at)
