"""The table in words says every action, and to each office what the policy grants it."""

from __future__ import annotations

from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.permissions import policy, table
from tracker.permissions.policy import Reach
from tracker.permissions.predicates import Apart


def test_everything_has_words() -> None:
    assert (set(table.ACTIONS), set(table.REACHES), set(table.WHY_APART)) == (set(Action), set(Reach), set(Apart))


def test_the_lines_are_those_of_the_policy() -> None:
    granted = {
        (action, office)
        for action, entry in policy.POLICY.items()
        for grant in entry.grants
        for office in grant.offices
        if not entry.signed_in
    }
    assert {(line.action, line.office) for line in table.lines() if line.office} == granted
    of_head = {line.action for line in table.lines(Office.HEAD) if line.office}
    assert of_head == {action for action, office in granted if office is Office.HEAD}
