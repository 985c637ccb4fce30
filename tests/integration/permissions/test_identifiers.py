"""What another body has, put in place of what is one's own: in every part of an address that has several, in every
parameter of a link, and in every field of a form. The pages themselves say which those are."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.permissions.names import OTHER, OWN, addresses, fill, kinds
from tests.integration.permissions.town import MARK, Town
from tests.integration.permissions.walk import routes
from tests.support.signing_in import sign_in, token
from tracker.agencies.offices import Office
from tracker.core.actions import Action, action_of
from tracker.core.db import database

pytestmark = pytest.mark.one_database("sqlite")

OF_EVERYBODY = {"/language", "/theme", "/sign-out", "/account", "/account/channels", "/account/password", "/sign-in"}
PARTS = re.compile(r"[\w-]+:\d+")  # a thing, and the version of it that was seen
GOOD = frozenset({200, 303, 400, 404, 409, 410, 422, 429})


@dataclass
class FormFound:
    """A form of a page: where it leads, how, and its fields."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms of a page, and the addresses of its links."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.here, self.forms, self.links = address, [], []  # type: str, list[FormFound], list[str]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field or a link."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FormFound(told.get("action") or self.here, told.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea", "button"} and told.get("name") and self.forms:
            self.forms[-1].fields.append((told["name"], told.get("value", "")))
        elif tag == "a":
            self.links.append(unescape(told.get("href", "")))


@dataclass
class Thief:
    """Somebody of one body who puts in what is another one's."""

    client: FlaskClient
    town: Town
    role: str
    stolen: list[str]
    csrf: str = ""

    def pages(self) -> Iterator[tuple[str, Forms]]:
        """Every page of one's own body, with its forms."""
        for method, rule in routes(self.town.app):
            for body, address in addresses(rule, self.role, self.town.sides):
                if method == "GET" and body in {"–", OWN, *((OTHER,) if self.role == Office.APPRAISER else ())}:
                    answer = self.client.get(address)
                    if answer.status_code == 200 and answer.mimetype == "text/html":
                        yield address, Forms(answer.text, address)

    def judge(self, what: str, status: int, text: str) -> None:
        """No door opens, none is shown to be there, and nothing breaks."""
        assert status in GOOD, f"{self.role}: {what} → {status}"
        assert self.role == Office.APPRAISER or MARK not in text, f"{self.role}: {what} tells what is another body's"


def stolen_of(town: Town, side: str) -> list[str]:
    """Whatever names something of a body: its code, its row's number, tokens, and fields of several parts (which forms
    that are sent have, and no link)."""
    names = town.sides[side].of_body
    tokens = [names[kind] for kind in ("target", "evidence", "person")]
    return [names["agency"], str(town.bodies[side]), *tokens, *(f"{names[kind]}:1" for kind in ("target", "report"))]


def thief(town: Town, role: str, side: str = OTHER) -> Thief:
    client = town.app.test_client()
    sign_in(town.app, client, town.people[role])
    return Thief(client, town, role, stolen_of(town, side))


@functools.cache
def _schema(engine: sa.Engine) -> sa.MetaData:
    schema = sa.MetaData()
    schema.reflect(engine)
    return schema


def rows_of(app: Flask, agency_id: int) -> dict[str, list[str]]:
    """Every row of a body, table by table, and every decision on its reports."""
    with app.app_context(), database.db.engine.connect() as connection:
        schema = _schema(connection.engine)
        statements = {
            table.name: sa.select(table).where(table.c.agency_id == agency_id)
            for table in schema.sorted_tables
            if "agency_id" in table.c
        }
        assert {"draft", "report", "evidence", "target", "audit_event", "office_holding"} <= set(statements)
        decision, revision, report = (schema.tables[name] for name in ("decision", "revision", "report"))
        joined = decision.join(revision, decision.c.revision_id == revision.c.id).join(report)
        statements["decision"] = sa.select(decision).select_from(joined).where(report.c.agency_id == agency_id)
        return {name: sorted(map(str, connection.execute(wanted))) for name, wanted in statements.items()}


OF_THE_PROVINCE = {"ranking"}  # a period's, in which each body has rows of its own


@pytest.fixture(params=[Office.HEAD, Office.OFFICER, Office.DEPUTY])
def near(request: pytest.FixtureRequest, town: Town) -> Thief:
    """Somebody whose reach is one's own body."""
    return thief(town, request.param)


def test_parts_of_an_address_of_two_bodies_lead_nowhere(near: Thief) -> None:
    """Each part in turn is another body's; the others are one's own. What both have alike (a period, the number of a
    page) is nobody's, and so is what is of the whole province."""
    sides, before = near.town.sides, rows_of(near.town.app, near.town.bodies[OTHER])
    for method, rule in routes(near.town.app):
        if action_of(near.town.app.view_functions[rule.endpoint]) is Action.PUBLIC:
            continue
        what = kinds(rule)
        own = [sides[OWN].of(kind, near.role) for kind in what]
        for place, kind in enumerate(what):
            others = sides[OTHER].of(kind, near.role)
            if len(what) < 2 or others == own[place] or kind in OF_THE_PROVINCE:
                continue
            address = fill(rule, [*own[:place], others, *own[place + 1 :]])
            answer = near.client.open(address, method=method, data=_signed(near) if method == "POST" else None)
            assert answer.status_code in {303, 403, 404}, f"{near.role}: {method} {address} → {answer.status_code}"
            assert MARK not in answer.text
    assert rows_of(near.town.app, near.town.bodies[OTHER]) == before


def test_what_is_another_bodys_opens_nothing_in_any_parameter_or_field(town: Town) -> None:
    """The head has every link and form that anybody of the body has."""
    head = thief(town, Office.HEAD)
    before = rows_of(town.app, town.bodies[OTHER])
    assert _try_everything(head, {"get", "post"}) > 100, "links and forms were found"
    assert rows_of(town.app, town.bodies[OTHER]) == before


def test_an_appraiser_decides_on_nothing_of_the_own_body_by_any_field(town: Town) -> None:
    appraiser = thief(town, Office.APPRAISER, OWN)
    before = rows_of(town.app, town.bodies[OWN])
    assert _try_everything(appraiser, {"post"}) > 30
    assert rows_of(town.app, town.bodies[OWN]) == before


def _try_everything(who: Thief, methods: set[str]) -> int:
    """Every parameter and every field that the pages show, each with everything stolen; how many tries it took.

    Once where a kind of page shows the same parameters or fields of several things.
    """
    seen: set[tuple[str, str]] = set()
    find = who.town.app.url_map.bind("localhost").match
    tries = 0
    for _address, found in list(who.pages()):
        for link in found.links:
            parts = urlsplit(link)
            if parts.path.startswith("/") and not parts.netloc:
                form = FormFound(parts.path, "get", parse_qsl(parts.query))
                found.forms.append(form)
        for form in found.forms:
            assert form.method == "post" or not any(PARTS.fullmatch(value) for _name, value in form.fields)
            path = urlsplit(form.action).path
            if form.method not in methods or path in OF_EVERYBODY or path.startswith("/account/"):
                continue
            endpoint, _values = find(path, form.method.upper())
            for name in {name for name, _value in form.fields} - {"csrf_token"}:
                key = (str(endpoint), name)
                if key not in seen:
                    seen.add(key)
                    tries += _try(who, form, path, name)
    return tries


def _try(who: Thief, form: FormFound, path: str, name: str) -> int:
    others = [(key, value) for key, value in form.fields if key not in {name, "csrf_token", "confirmed"}]
    stolen = [value for value in who.stolen if form.method == "post" or ":" not in value]
    for value in stolen:
        if form.method == "get":
            answer = who.client.get(f"{path}?{urlencode([*others, (name, value)])}")
        else:
            answer = who.client.post(path, data={**dict(others), **_signed(who), name: value})
        who.judge(f"{form.method} {path} {name}={value}", answer.status_code, answer.text)
    return len(stolen)


def _signed(who: Thief) -> dict[str, str]:
    """The token of the session, read once."""
    who.csrf = who.csrf or token(who.client)
    return {"csrf_token": who.csrf}
