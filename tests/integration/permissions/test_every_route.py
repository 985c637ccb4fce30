"""A walk over every address, method and role, held against matrix.txt, which a person has read.

After a page was added: MATRIX=write pytest tests/integration/permissions/test_every_route.py, and read what changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.factories.errand import province
from tests.integration.conftest import Statements
from tests.support.signing_in import sign_in, token
from tracker.agencies import service as agencies_service
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.unit_of_work import unit_of_work
from tracker.people import service as people_service

MATRIX = Path(__file__).with_name("matrix.txt")
NOBODY, NO_OFFICE = "nobody", "no office"
ROLES = (NOBODY, NO_OFFICE, *(str(office) for office in Office))
PLACEHOLDER = re.compile(r"<[^>]+>")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Id of one person for each role that is somebody."""
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        made = province(session)
        found: dict[str, int] = {}
        for role in ROLES[1:]:
            person = people_service.register(session, now, actor_id=None, name=role, email=f"{len(found)}@example.org")
            found[role] = person.id
            if role in {Office.HEAD, NO_OFFICE}:
                continue
            agencies_service.open_holding(
                session,
                now,
                actor_id=None,
                person_id=person.id,
                agency_id=made.bodies["SYT"].id,
                office=Office(role),
                from_on=now.on,
            )
        found[Office.HEAD] = made.people[("SYT", Office.HEAD)].id
    return found


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def answer_to(app: Flask, role: str, people: dict[str, int], method: str, rule: Rule) -> str:
    """In one word: `in`, `403` or `sign in`."""
    client = app.test_client()
    if role != NOBODY:
        sign_in(app, client, people[role])
    path = PLACEHOLDER.sub("1", rule.rule)
    page = "/sign-in" if role == NOBODY else "/account"
    form = {"csrf_token": token(client, page)} if method != "GET" else None
    answer = client.open(path, method=method, data=form)
    assert answer.status_code in {503, *range(500)}, f"{role}: {method} {path} fails"
    if answer.status_code in {401, 403}:
        return "sign in" if answer.status_code == 401 else "403"
    at_sign_in = (answer.location or "").startswith("/sign-in") and not rule.endpoint.startswith("accounts.sign")
    return "sign in" if at_sign_in else "in"


def test_every_route_answers_every_role_as_the_matrix_says(app: Flask, people: dict[str, int]) -> None:
    lines = ["\t".join(("method", "address", *ROLES))]
    for method, rule in routes(app):
        answers = (answer_to(app, role, people, method, rule) for role in ROLES)
        lines.append("\t".join((method, rule.rule, *answers)))
    if os.environ.get("MATRIX") == "write":
        MATRIX.write_text("\n".join(lines) + "\n")
    assert lines == MATRIX.read_text().splitlines()


def test_no_get_writes(app: Flask, people: dict[str, int], statements: Statements) -> None:
    for role in ROLES[1:]:
        client = app.test_client()
        sign_in(app, client, people[role])
        for method, rule in routes(app):
            if method == "GET":
                statements.clear()
                client.get(PLACEHOLDER.sub("1", rule.rule))
                assert not [text for text in statements if WRITES.match(text)], rule.rule
