"""The table of permissions in words: each line of `policy` as an auditor reads it. Says nothing that is not there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.agencies.offices import LABELS, Office
from tracker.core.actions import Action
from tracker.core.languages import Text, _l
from tracker.core.tables import Column
from tracker.permissions import policy
from tracker.permissions.policy import Reach
from tracker.permissions.predicates import Apart

ACTIONS: Mapping[Action, Text] = {
    Action.PUBLIC: _l("Open the public pages"),
    Action.SIGN_IN: _l("Sign in and out"),
    Action.HOME: _l("Open one's own first page and settings"),
    Action.SEARCH: _l("Search what one may see"),
    Action.OWN_SECURITY: _l("Manage one's own password, second factors and devices"),
    Action.SEE_TARGET: _l("See targets, figures, decisions and sent files"),
    Action.ENTER_FIGURE: _l("Enter figures, and see drafts with their files"),
    Action.SEND_REPORT: _l("Send and recall reports"),
    Action.APPRAISE: _l("Accept or return reports"),
    Action.ASK_CORRECTION: _l("Ask that an accepted figure be opened again"),
    Action.REOPEN_FIGURE: _l("Open an accepted figure again, by a finding or a decision on an appeal"),
    Action.ASK_ON_TARGET: _l("Ask for another deadline of a target, or a suspension"),
    Action.DECIDE_ON_TARGET: _l("Decide on one target: extend, suspend, end"),
    Action.SEE_BOARD: _l("See the whole province on one board"),
    Action.SEE_BRIEFING: _l("See and download the briefing for a meeting"),
    Action.ASK_FOR_REPORTS: _l("Ask bodies by mail for reports that they owe"),
    Action.SEE_CALENDAR: _l("See the working calendar"),
    Action.MANAGE_CALENDAR: _l("Change the working calendar"),
    Action.SEE_POLICY: _l("See the policy of a programme"),
    Action.SEE_PROGRAMMES: _l("See programmes in preparation and templates of targets"),
    Action.MANAGE_POLICY: _l("Plan a policy version"),
    Action.PREPARE_PROGRAMME: _l("Prepare programmes and draft commitments"),
    Action.APPROVE_PROGRAMME: _l("Approve programmes and countersign commitments"),
    Action.SEE_COMMITMENTS: _l("See commitments on their way, from the offer on"),
    Action.NEGOTIATE: _l("Negotiate the terms of commitments"),
    Action.AGREE_COMMITMENT: _l("Agree, decline or sign commitments"),
    Action.ASK_PROVINCE: _l("Have a whole programme recalculated"),
    Action.MANAGE_ACCOUNTS: _l("Manage accounts"),
    Action.SEE_APPROVALS: _l("See what takes two administrators"),
    Action.SEE_OFFICES: _l("See bodies, and who holds their offices"),
    Action.MANAGE_OFFICES: _l("Enter and end bodies, give and end offices"),
    Action.SEE_JOBS: _l("See the background work"),
    Action.SEE_MAIL: _l("Read the demo's mailbox"),
    Action.SEE_AUDIT: _l("Read the audit record"),
    Action.SEE_SIGNS: _l("See what raises a question in reports; of the own body what it was asked"),
    Action.ASK_ABOUT_SIGN: _l("Ask a body about a sign, and close it"),
    Action.ANSWER_SIGN: _l("Answer what is asked about a sign"),
    Action.SEE_LETTERS: _l("See letters of urging and public apologies"),
    Action.PREPARE_LETTER: _l("Draft, review, send and close letters of urging; close apologies"),
    Action.SIGN_LETTER: _l("Sign letters of urging"),
    Action.ANSWER_LETTER: _l("Answer letters of urging, sign apologies"),
    Action.WRITE_APOLOGY: _l("Write apologies and say where they were published"),
    Action.KEEP_PAPER: _l("Upload and sort scans of signed papers"),
    Action.ATTEST_PAPER: _l("Attest scans of signed papers that somebody else uploaded"),
    Action.SEE_PERMISSIONS: _l("See who may do what, and why"),
}

REACHES: Mapping[Reach, Text] = {
    Reach.OWN: _l("of the body in which the office is held"),
    Reach.APPRAISED: _l("of the bodies that one's own body appraises, never of one in which one holds an office"),
    Reach.ALL: _l("of every body"),
}

EVERYBODY = _l("Everybody, signed in or not")
SIGNED_IN = _l("Everybody who is signed in")

WHY_APART: Mapping[Apart, Text] = {
    Apart.NO_OFFICE: _l("holds no office that appraises"),
    Apart.BELONGS: _l("holds an office in this body"),
    Apart.BELONGED: _l("held an office in this body when it was sent"),
    Apart.ELSEWHERE: _l("another body appraises this one"),
    Apart.ENTERED: _l("wrote this figure"),
    Apart.SENT: _l("sent this report"),
}


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line: an action, one office that may do it (none: no office is needed), and whose matters."""

    action: Action
    what: str
    office: Office | None
    who: str
    whose: str


COLUMNS = (
    Column("what", _l("What")),
    Column("who", _l("Office")),
    Column("whose", _l("Whose")),
    Column("code", _l("Code"), value=lambda line: str(line.action)),
)


def what(action: Action) -> str:
    """An action in words."""
    return str(ACTIONS.get(action, action))


def lines(office: Office | None = None) -> list[PolicyLine]:
    """The table in its order, in the reader's language; with an office, what its holders may do."""
    return [line for action in Action for line in _of(action) if office is None or line.office in (None, office)]


def _of(action: Action) -> Iterator[PolicyLine]:
    entry = policy.entry(action)
    if entry.signed_in:
        yield PolicyLine(action, what(action), None, str(EVERYBODY if entry.everybody else SIGNED_IN), "")
        return
    for office in Office:
        for grant in entry.grants:
            if office in grant.offices:
                yield PolicyLine(action, what(action), office, str(LABELS[office]), str(REACHES[grant.reach]))
