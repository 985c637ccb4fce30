"""One walk over every address as every role, for each method and body; each test holds its own question against it."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from tests.integration.permissions.names import addresses
from tests.integration.permissions.town import NOBODY, ROLES, Town
from tests.support.signing_in import sign_in, token
from tracker.core.actions import action_of
from tracker.core.db import database
from tracker.permissions.reader import Reader

EVERYONE = (NOBODY, *ROLES)
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
SIGN_OUT = "accounts.sign_out"
REFUSED = frozenset({"403", "sign in"})
SIGNED_IN = ("_login_user", "entered", "reader")  # what a request learns of who sent it


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


class Refusals:
    """The pages that said no: each person's by each method, and each address' by each method, to whomever."""

    def __init__(self) -> None:
        self._of_person: dict[tuple[str, str], Answer] = {}
        self._of_address: set[tuple[str, str]] = set()

    def note(self, answer: Answer) -> None:
        """One more answer, which may be such a page."""
        if answer.word in REFUSED:
            self._of_person.setdefault((answer.role, answer.method), answer)
            self._of_address.add((answer.method, answer.rule.rule))

    def like(self, role: str, method: str, rule: Rule) -> Answer | None:
        """How this person is refused there, if both are known."""
        return self._of_person.get((role, method)) if (method, rule.rule) in self._of_address else None


@dataclass
class Visitor:
    """Somebody's browser: each request is sent with the session as it was just after signing in."""

    app: Flask
    role: str
    person_id: int | None
    statements: list[str] = field(default_factory=list)
    cookie: str = ""
    csrf: str = ""
    signed_in: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.come_in()

    def come_in(self) -> None:
        """Sign in, and get the token that forms need."""
        client = self.app.test_client()
        self.signed_in.clear()
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

    def ask_unless_known(self, known: Refusals, method: str, rule: Rule, body: str, address: str) -> Answer:
        """Send it. Who is refused is asked at the door alone, once the pages are known by which this person is refused
        by that method, and by which anybody is at that address: where the door says the same before any view, the page
        that tells so is not made once more."""
        like = known.like(self.role, method, rule)
        if like is not None and not self._may_come_in(rule):
            self.statements.clear()
            at_the_door = contextvars.Context().run(self._met_at_the_door, method, address)
            if at_the_door is not None:
                told = self._answer(method, rule, body, address, at_the_door)
                if told.word == like.word:
                    return replace(like, rule=rule, body=body, address=address, wrote=told.wrote)
        answer = self.ask(method, rule, body, address)
        known.note(answer)
        return answer

    def _may_come_in(self, rule: Rule) -> bool:
        """Whether the door is likely to let this person through: whether it does is for the door to say."""
        reader: Reader | None = self.signed_in.get("reader")
        action = action_of(self.app.view_functions[rule.endpoint])
        return reader is not None and action is not None and reader.may(action)

    def _met_at_the_door(self, method: str, address: str) -> Response | None:
        """What comes before the view, if anything does. Who is signed in is read from the session once."""
        headers = {"Cookie": f"session={self.cookie}"}
        with self.app.test_request_context(address, method=method, data=self._typed(method), headers=headers):
            for name, value in self.signed_in.items():
                setattr(g, name, value)
            try:
                met = self.app.preprocess_request()
            except HTTPException as refusal:
                return self.app.make_response(refusal)
            finally:
                self.signed_in = {name: g.get(name) for name in SIGNED_IN if name in g}
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


def walk(town: Town) -> list[Answer]:
    """Every method of every address as every role, for one's own body, another one and none."""
    app, heard, known = town.app, [], Refusals()  # type: Flask, list[str], Refusals

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    with app.app_context():
        engine = database.db.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        return [
            visitor.ask_unless_known(known, method, rule, body, address)
            for visitor in visitors(town, heard)
            for method, rule in routes(app)
            for body, address in addresses(rule, visitor.role, town.sides)
        ]
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
