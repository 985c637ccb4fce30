"""The town of the permissions' tests, and a browser of the first role that an address lets in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.integration.permissions.conftest import town as town  # a fixture
from tests.integration.permissions.names import OTHER, OWN, addresses
from tests.integration.permissions.test_every_route import MATRIX
from tests.integration.permissions.town import NOBODY, Town
from tests.integration.permissions.walk import Visitor, routes
from tests.support.product import Statements


@dataclass(frozen=True)
class Way:
    """One method of one address, and who gets in there: the first in the matrix, rather somebody than nobody."""

    method: str
    rule: str
    address: str
    role: str


@pytest.fixture
def ways(town: Town) -> list[Way]:
    """Every address that lets somebody in, once."""
    head, *rows = (line.split("\t") for line in MATRIX.read_text().splitlines())
    let_in = {
        (method, rule, body): [role for role, word in zip(head[3:], words, strict=True) if word == "in"]
        for method, rule, body, *words in rows
    }
    found = {}
    for method, rule in routes(town.app):
        for body in ("–", OWN, OTHER):
            roles = let_in.get((method, rule.rule, body), [])
            role = next((one for one in roles if one != NOBODY), None) or next(iter(roles), None)
            if role is not None and (method, rule.rule) not in found:
                address = dict(addresses(rule, role, town.sides))[body]
                found[method, rule.rule] = Way(method, rule.rule, address, role)
    return list(found.values())


class Browsers:
    """One browser for each role, opened when it is first asked for; each request starts with a fresh session."""

    def __init__(self, town: Town, statements: Statements) -> None:
        self._town, self._statements = town, statements
        self._open: dict[str, Visitor] = {}

    def of(self, role: str) -> Visitor:
        """The browser of a role."""
        if role not in self._open:
            self._open[role] = Visitor(self._town.app, role, self._town.people.get(role), self._statements)
        return self._open[role]


@pytest.fixture
def browsers(town: Town, statements: Statements) -> Browsers:
    """Everybody's browser."""
    return Browsers(town, statements)
