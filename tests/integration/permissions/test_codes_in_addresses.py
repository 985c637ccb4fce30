"""A code in an address may stand in another case: whoever may know of the body is led to the address as it is written,
and nobody else learns that there is one."""

from __future__ import annotations

import re

import pytest

from tests.integration.permissions.names import addresses
from tests.integration.permissions.town import BODIES, Town
from tests.integration.permissions.walk import Visitor, routes
from tracker.agencies.offices import Office

ARGUMENTS = {"code", "agency_code"}
LED = {
    Office.HEAD: {"/agencies/<code>", "/agencies/<code>/known", "/sheets/<agency_code>/<period_code>/send"},
    Office.MONITOR: {"/agencies/<code>", "/agencies/<code>/known", "/offices/<code>", "/permissions/agencies/<code>"},
    Office.ADMINISTRATOR: {"/offices/<code>", "/offices/<code>/change", "/permissions/agencies/<code>"},
}


@pytest.mark.parametrize("role", list(LED))
def test_a_code_in_another_case_leads_to_the_one_that_is_written(town: Town, role: Office) -> None:
    visitor, led, hidden = Visitor(town.app, role, town.people[role]), set(), set()
    for method, rule in routes(town.app):
        if method != "GET" or not ARGUMENTS & rule.arguments:
            continue
        for body, address in addresses(rule, role, town.sides):
            if body not in BODIES or f"/{BODIES[body]}" not in address:  # no code of a body
                continue
            written, folded = BODIES[body], BODIES[body].lower()
            right = visitor.ask("GET", rule, body, address)
            asked = f"{address.replace(f'/{written}', f'/{folded}', 1)}?on=2021-06-01"
            found = visitor.ask("GET", rule, body, asked)
            if right.status < 400:
                led.add(rule.rule)
                assert (found.status, found.headers.get("Location")) == (303, f"{address}?on=2021-06-01"), str(found)
            else:
                hidden.add(rule.rule)
                assert (found.status, found.word) == (right.status, right.word), str(found)
                assert written not in found.headers.get("Location", "")
    assert led >= LED[role]
    assert ("/agencies/<code>" in hidden) == (role is not Office.MONITOR)


def test_no_page_stands_where_a_code_may_stand(town: Town) -> None:
    """A programme may be called “begin”: no address that says something else would be taken for its page."""
    rules = [rule.rule for rule in town.app.url_map.iter_rules()]
    typed = [rule for rule in rules if re.search(r"<(code|agency_code|period_code)>", rule)]
    assert typed
    for rule in typed:
        like = re.compile(re.sub(r"<[^>]+>", "[^/]+", rule).replace(".", r"\\."))
        found = [other for other in rules if other != rule and like.fullmatch(re.sub(r"<[^>]+>", "x", other))]
        fixed = [other for other in found if re.sub(r"<[^>]+>", "x", other) != re.sub(r"<[^>]+>", "x", rule)]
        assert fixed == [], rule
