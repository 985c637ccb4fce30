"""One walk over every address as every role, for each method and body; each test holds its own question against it."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from tests.integration.permissions.names import addresses
from tests.integration.permissions.town import NOBODY, ROLES, Town
from tests.support.signing_in import sign_in, token
from tracker.core.db import database

EVERYONE = (NOBODY, *ROLES)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
SIGN_OUT = "accounts.sign_out"
REFUSED = frozenset({"403", "sign in"})


@dataclass(frozen=True)
class Answer:
    """What one request got. `asked`: how many statements that took; `wrote`: those by which something was changed."""

    role: str
    method: str
    rule: Rule
    body: str
    address: str
    status: int
    headers: Headers
    data: bytes
    asked: int
    wrote: tuple[str, ...]

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.data.decode(errors="replace")

    @property
    def word(self) -> str:
        """In one word: `in`, `404`, `403` or `sign in`."""
        if self.status in {401, 403}:
            return "sign in" if self.status == 401 else "403"
        if self.status in {404, 410}:
            return "404"
        place = self.headers.get("Location", "")
        return (
            "sign in" if place.startswith("/sign-in") and not self.rule.endpoint.startswith("accounts.sign") else "in"
        )

    def __str__(self) -> str:
        """Which request it was."""
        return f"{self.role}: {self.method} {self.address} ({self.body}) → {self.status}"


@dataclass
class Visitor:
    """Somebody's browser: each request is sent with the session as it was just after signing in."""

    app: Flask
    role: str
    person_id: int | None
    statements: list[str] = field(default_factory=list)
    cookie: str = ""
    csrf: str = ""

    def __post_init__(self) -> None:
        self.come_in()

    def come_in(self) -> None:
        """Sign in, and get the token that forms need."""
        client = self.app.test_client()
        if self.person_id is not None:
            sign_in(self.app, client, self.person_id)
        self.csrf = token(client)
        cookie = client.get_cookie("session")
        assert cookie is not None
        self.cookie = cookie.value

    def ask(self, method: str, rule: Rule, body: str, address: str, **fields: str) -> Answer:
        """Send one request."""
        client = self.app.test_client()
        client.set_cookie("session", self.cookie)
        self.statements.clear()
        found = client.open(address, method=method, data=self._typed(method, **fields))
        answer = self._answer(method, rule, body, address, found)
        if rule.endpoint == SIGN_OUT and method == "POST":
            self.come_in()
        return answer

    def ask_like(self, first: Answer, body: str, address: str) -> Answer:
        """The same of another body's address. Who was refused at the door is asked there alone: where it says the same
        before any view, the page that tells so is not made once more."""
        if first.word not in REFUSED:
            return self.ask(first.method, first.rule, body, address)
        self.statements.clear()
        at_the_door = contextvars.Context().run(self._met_at_the_door, first.method, address)
        if at_the_door is not None:
            told = self._answer(first.method, first.rule, body, address, at_the_door)
            if told.word == first.word:
                return replace(first, body=body, address=address, wrote=told.wrote)
        return self.ask(first.method, first.rule, body, address)

    def _met_at_the_door(self, method: str, address: str) -> Response | None:
        """What comes before the view, if anything does."""
        headers = {"Cookie": f"session={self.cookie}"}
        with self.app.test_request_context(address, method=method, data=self._typed(method), headers=headers):
            try:
                met = self.app.preprocess_request()
            except HTTPException as refusal:
                return self.app.make_response(refusal)
            return None if met is None else self.app.make_response(met)

    def _typed(self, method: str, **fields: str) -> dict[str, str] | None:
        return {"csrf_token": self.csrf, **fields} if method == "POST" else None

    def _answer(self, method: str, rule: Rule, body: str, address: str, found: Response) -> Answer:
        wrote = tuple(text for text in self.statements if WRITES.match(text))
        asked = sum(text != "BEGIN" for text in self.statements)
        got = (found.status_code, found.headers, found.data, asked, wrote)
        return Answer(self.role, method, rule, body, address, *got)


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """(method, rule) of every address, in order; without the methods that Flask adds."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
    return [(method, rule) for rule in rules for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


def visitors(town: Town, statements: list[str], roles: Iterable[str] = EVERYONE) -> Iterator[Visitor]:
    """A browser of each role, one after the other."""
    for role in roles:
        yield Visitor(town.app, role, town.people.get(role), statements)


def _of_every_body(visitor: Visitor, method: str, rule: Rule, town: Town) -> Iterator[Answer]:
    (body, address), *others = addresses(rule, visitor.role, town.sides)
    first = visitor.ask(method, rule, body, address)
    yield first
    for body, address in others:
        yield visitor.ask_like(first, body, address)


def walk(town: Town) -> list[Answer]:
    """Every method of every address as every role, for one's own body, another one and none."""
    app, heard = town.app, []  # type: tuple[Flask, list[str]]

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    with app.app_context():
        engine = database.db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        return [
            answer
            for visitor in visitors(town, heard)
            for method, rule in routes(app)
            for answer in _of_every_body(visitor, method, rule, town)
        ]
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
