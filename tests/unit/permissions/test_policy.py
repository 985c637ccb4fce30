"""Every office, every action, one's own body, another and none: held against a table that a person wrote."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.permissions import policy
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader

OWN, OTHER, THIRD = 1, 2, 3
OFFICES = tuple(Office)
OPEN = {Action.PUBLIC, Action.SIGN_IN, Action.HOME, Action.SEARCH, Action.OWN_SECURITY, Action.SEE_MAIL}
BODY = {Office.HEAD, Office.DEPUTY, Office.OFFICER}
PROVINCE = {Office.CHAIR, Office.VICE_CHAIR, Office.MONITOR, Office.CLERK, Office.APPRAISER, Office.AUDITOR}
INSIDE = PROVINCE | {Office.INSPECTOR}
READERS = (INSIDE - {Office.APPRAISER}) | {Office.ADMINISTRATOR}
LEADERS = {Office.CHAIR, Office.VICE_CHAIR}

# action: (who may in their own body, who may in another, who may in none in particular)
EXPECTED: dict[Action, tuple[set[Office], set[Office], set[Office]]] = {
    Action.SEE_TARGET: (BODY | INSIDE, INSIDE, BODY | INSIDE),
    Action.ENTER_FIGURE: (BODY, set(), BODY),
    Action.SEND_REPORT: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.APPRAISE: (set(), {Office.APPRAISER}, {Office.APPRAISER}),
    Action.ASK_CORRECTION: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.REOPEN_FIGURE: (
        {Office.INSPECTOR},
        {Office.APPRAISER, Office.INSPECTOR},
        {Office.APPRAISER, Office.INSPECTOR},
    ),
    Action.ASK_ON_TARGET: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.DECIDE_ON_TARGET: (LEADERS,) * 3,
    Action.SEE_BOARD: (PROVINCE, PROVINCE, PROVINCE),
    Action.SEE_BRIEFING: (PROVINCE - {Office.APPRAISER},) * 3,
    Action.SEE_CONCLUSIONS: (
        BODY | PROVINCE - {Office.APPRAISER},
        PROVINCE - {Office.APPRAISER},
        BODY | PROVINCE - {Office.APPRAISER},
    ),
    Action.CONCLUDE: (LEADERS | {Office.MONITOR},) * 3,
    Action.DO_CONCLUDED: (BODY, set(), BODY),
    Action.ASK_FOR_REPORTS: ({Office.MONITOR},) * 3,
    Action.SEE_EDITIONS: (
        BODY | PROVINCE - {Office.APPRAISER},
        PROVINCE - {Office.APPRAISER},
        BODY | PROVINCE - {Office.APPRAISER},
    ),
    Action.PREPARE_EDITION: ({Office.MONITOR},) * 3,
    Action.FREEZE_EDITION: ({Office.MONITOR},) * 3,
    Action.APPEAL_RANKING: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.SEE_SIGNS: (
        BODY | INSIDE - {Office.APPRAISER},
        INSIDE - {Office.APPRAISER},
        BODY | INSIDE - {Office.APPRAISER},
    ),
    Action.ASK_ABOUT_SIGN: ({Office.MONITOR},) * 3,
    Action.ANSWER_SIGN: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.SEE_LETTERS: (
        BODY | PROVINCE - {Office.APPRAISER},
        PROVINCE - {Office.APPRAISER},
        BODY | PROVINCE - {Office.APPRAISER},
    ),
    Action.PREPARE_LETTER: ({Office.MONITOR},) * 3,
    Action.SIGN_LETTER: (LEADERS,) * 3,
    Action.ANSWER_LETTER: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.WRITE_APOLOGY: (BODY, set(), BODY),
    Action.SEE_CALENDAR: ({Office.ADMINISTRATOR, Office.AUDITOR},) * 3,
    Action.MANAGE_CALENDAR: ({Office.ADMINISTRATOR},) * 3,
    Action.SEE_POLICY: ({Office.ADMINISTRATOR, Office.AUDITOR, Office.MONITOR} | LEADERS,) * 3,
    Action.SEE_PROGRAMMES: ({Office.ADMINISTRATOR, Office.AUDITOR, Office.MONITOR} | LEADERS,) * 3,
    Action.PREPARE_PROGRAMME: ({Office.ADMINISTRATOR, Office.MONITOR},) * 3,
    Action.APPROVE_PROGRAMME: (LEADERS,) * 3,
    Action.MANAGE_POLICY: ({Office.ADMINISTRATOR},) * 3,
    Action.PREPARE_PROGRAMME: ({Office.ADMINISTRATOR, Office.MONITOR},) * 3,
    Action.APPROVE_PROGRAMME: (LEADERS,) * 3,
    Action.SEE_COMMITMENTS: (
        BODY | INSIDE | {Office.ADMINISTRATOR},
        INSIDE | {Office.ADMINISTRATOR},
        BODY | INSIDE | {Office.ADMINISTRATOR},
    ),
    Action.NEGOTIATE: (BODY, set(), BODY),
    Action.AGREE_COMMITMENT: ({Office.HEAD}, set(), {Office.HEAD}),
    Action.KEEP_PAPER: ({Office.CLERK},) * 3,
    Action.ASK_PROVINCE: ({Office.ADMINISTRATOR, Office.MONITOR},) * 3,
    Action.MANAGE_ACCOUNTS: ({Office.ADMINISTRATOR},) * 3,
    Action.SEE_APPROVALS: ({Office.ADMINISTRATOR, Office.AUDITOR},) * 3,
    Action.SEE_OFFICES: (READERS,) * 3,
    Action.MANAGE_OFFICES: ({Office.ADMINISTRATOR},) * 3,
    Action.SEE_JOBS: ({Office.ADMINISTRATOR, Office.MONITOR},) * 3,
    Action.SEE_AUDIT: ({Office.ADMINISTRATOR, Office.AUDITOR},) * 3,
    Action.KEEP_PAPER: ({Office.CLERK},) * 3,
    Action.ATTEST_PAPER: ({Office.CLERK, Office.MONITOR},) * 3,
    Action.SEE_PERMISSIONS: ({Office.ADMINISTRATOR, Office.MONITOR, Office.AUDITOR},) * 3,
}


def reader(*held: tuple[Office, int]) -> Reader:
    offices = tuple(Held(office, agency, f"B{agency}", {"vi": "Cơ quan"}) for office, agency in held)
    return Reader(7, 70, "Giám đốc", None, offices, date(2021, 6, 1))


def test_the_table_has_a_line_for_every_action() -> None:
    assert set(policy.POLICY) == set(Action)
    assert set(EXPECTED) | OPEN == set(Action)


@pytest.mark.parametrize("action", sorted(OPEN))
def test_open_actions_need_no_office(action: Action) -> None:
    assert reader().may(action)


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_an_office_may_what_the_table_says_and_nothing_else(action: Action, office: Office) -> None:
    own, other, none = EXPECTED[action]
    one = reader((office, OWN))
    assert one.may(action, OWN) == (office in own)
    assert one.may(action, OTHER) == (office in other)
    assert one.may(action) == (office in none)


@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_without_an_office_everything_else_is_denied(action: Action) -> None:
    assert not reader().may(action)
    assert not reader().may(action, OWN)


@pytest.mark.parametrize(
    ("held", "agency", "appraised_by", "entered_by", "sent_by", "allowed"),
    [
        ([(Office.APPRAISER, OWN)], OTHER, None, 1, 2, True),
        ([(Office.APPRAISER, OWN)], OTHER, OWN, 1, 2, True),
        ([(Office.APPRAISER, OWN)], OTHER, THIRD, 1, 2, False),  # another body decides on it
        ([(Office.APPRAISER, OWN)], OWN, None, 1, 2, False),  # one's own body
        ([(Office.APPRAISER, OWN)], OWN, OWN, 1, 2, False),
        ([(Office.APPRAISER, OWN), (Office.OFFICER, OTHER)], OTHER, OWN, 1, 2, False),  # any office in it is too near
        ([(Office.APPRAISER, OWN), (Office.APPRAISER, THIRD)], OTHER, THIRD, 1, 2, True),
        ([(Office.APPRAISER, OWN)], OTHER, OWN, 7, 2, False),  # wrote it
        ([(Office.APPRAISER, OWN)], OTHER, OWN, 1, 7, False),  # sent it
        ([(Office.APPRAISER, OWN)], OTHER, OWN, None, None, True),
        ([(Office.MONITOR, OWN)], OTHER, None, 1, 2, False),
        ([(Office.HEAD, OWN)], OTHER, None, 1, 2, False),
        ([], OTHER, None, 1, 2, False),
    ],
)
def test_whoever_decides_stands_apart(
    held: list[tuple[Office, int]],
    agency: int,
    appraised_by: int | None,
    entered_by: int | None,
    sent_by: int | None,
    allowed: bool,
) -> None:
    assert (reader(*held).kept_from_deciding(agency, appraised_by, entered_by, sent_by) is None) == allowed


bodies = st.integers(1, 4)


@given(st.lists(st.tuples(st.sampled_from(OFFICES), bodies), max_size=5), bodies, st.none() | bodies)
def test_no_office_of_a_body_appraises_that_body(
    held: list[tuple[Office, int]], agency: int, appraised_by: int | None
) -> None:
    one = reader(*held)
    if any(body == agency for _office, body in held):
        assert one.kept_from_deciding(agency, appraised_by, None, None) is not None
        assert not one.may(Action.APPRAISE, agency, appraised_by)
