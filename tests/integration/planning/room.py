"""Both sides of a commitment at their desks: a browser each, and the page that is open in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.factories.lives import Table
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office

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
