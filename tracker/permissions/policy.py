"""Who may do what: one table, to be read by an auditor as well as by the program. What stands nowhere is denied."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.agencies.offices import Office
from tracker.core.actions import Action

HEAD, DEPUTY, OFFICER = Office.HEAD, Office.DEPUTY, Office.OFFICER
CHAIR, VICE_CHAIR, MONITOR, CLERK = Office.CHAIR, Office.VICE_CHAIR, Office.MONITOR, Office.CLERK
APPRAISER, INSPECTOR = Office.APPRAISER, Office.INSPECTOR
AUDITOR, ADMINISTRATOR = Office.AUDITOR, Office.ADMINISTRATOR
READERS = (CHAIR, VICE_CHAIR, MONITOR, CLERK, AUDITOR)  # see every body, and change nothing of it


class Reach(StrEnum):
    """Whose matters a grant is about."""

    OWN = "own"  # of the body in which the office is held
    APPRAISED = "appraised"  # of the bodies that this one appraises, and never of one in which any office is held
    ALL = "all"  # of every body, or of none in particular


@dataclass(frozen=True, slots=True)
class Grant:
    """Holders of one of the offices may, within a reach."""

    offices: frozenset[Office]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table: open to everybody, to each who is signed in, or to those whom a grant names."""

    everybody: bool = False
    signed_in: bool = False
    grants: tuple[Grant, ...] = ()


def _own(*offices: Office) -> Grant:
    return Grant(frozenset(offices), Reach.OWN)


def _appraised(*offices: Office) -> Grant:
    return Grant(frozenset(offices), Reach.APPRAISED)


def _all(*offices: Office) -> Grant:
    return Grant(frozenset(offices), Reach.ALL)


EVERYBODY = Entry(everybody=True, signed_in=True)
SIGNED_IN = Entry(signed_in=True)

# A deputy does what an officer does. Whoever stands in for the holder of an office does what its holder may.
POLICY: Mapping[Action, Entry] = {
    Action.PUBLIC: EVERYBODY,
    Action.SIGN_IN: EVERYBODY,
    Action.HOME: SIGNED_IN,
    Action.SEARCH: SIGNED_IN,  # of each kind only what the other lines open
    Action.OWN_SECURITY: SIGNED_IN,
    Action.SEE_TARGET: Entry(grants=(_own(HEAD, DEPUTY, OFFICER), _all(*READERS, APPRAISER, INSPECTOR))),
    Action.ENTER_FIGURE: Entry(grants=(_own(HEAD, DEPUTY, OFFICER),)),
    Action.SEND_REPORT: Entry(grants=(_own(HEAD),)),
    Action.APPRAISE: Entry(grants=(_appraised(APPRAISER),)),
    Action.ASK_CORRECTION: Entry(grants=(_own(HEAD),)),  # whoever appraises the body decides
    # By a finding or a decision on an appeal; never of a body of one's own: progress.corrections
    Action.REOPEN_FIGURE: Entry(grants=(_appraised(APPRAISER), _all(INSPECTOR))),
    Action.ASK_ON_TARGET: Entry(grants=(_own(HEAD),)),
    Action.DECIDE_ON_TARGET: Entry(grants=(_all(CHAIR, VICE_CHAIR),)),  # never who asked: progress.requests.deciding
    Action.SEE_BOARD: Entry(grants=(_all(*READERS, APPRAISER),)),
    Action.SEE_BRIEFING: Entry(grants=(_all(*READERS),)),
    Action.ASK_FOR_REPORTS: Entry(grants=(_all(MONITOR),)),
    Action.SEE_CALENDAR: Entry(grants=(_all(ADMINISTRATOR, AUDITOR),)),
    Action.MANAGE_CALENDAR: Entry(grants=(_all(ADMINISTRATOR),)),
    Action.SEE_POLICY: Entry(grants=(_all(ADMINISTRATOR, AUDITOR, CHAIR, VICE_CHAIR, MONITOR),)),
    Action.SEE_PROGRAMMES: Entry(grants=(_all(ADMINISTRATOR, AUDITOR, CHAIR, VICE_CHAIR, MONITOR),)),
    Action.PREPARE_PROGRAMME: Entry(grants=(_all(ADMINISTRATOR, MONITOR),)),
    Action.APPROVE_PROGRAMME: Entry(grants=(_all(CHAIR, VICE_CHAIR),)),
    Action.MANAGE_POLICY: Entry(grants=(_all(ADMINISTRATOR),)),
    Action.SEE_COMMITMENTS: Entry(
        grants=(_own(HEAD, DEPUTY, OFFICER), _all(*READERS, APPRAISER, INSPECTOR, ADMINISTRATOR))
    ),
    Action.NEGOTIATE: Entry(grants=(_own(HEAD, DEPUTY, OFFICER),)),
    Action.AGREE_COMMITMENT: Entry(grants=(_own(HEAD),)),  # signs in person: commitments.states
    Action.ASK_PROVINCE: Entry(grants=(_all(ADMINISTRATOR, MONITOR),)),
    Action.MANAGE_ACCOUNTS: Entry(grants=(_all(ADMINISTRATOR),)),
    Action.SEE_APPROVALS: Entry(grants=(_all(ADMINISTRATOR, AUDITOR),)),
    Action.SEE_OFFICES: Entry(grants=(_all(*READERS, INSPECTOR, ADMINISTRATOR),)),
    Action.MANAGE_OFFICES: Entry(grants=(_all(ADMINISTRATOR),)),
    Action.SEE_JOBS: Entry(grants=(_all(ADMINISTRATOR, MONITOR),)),
    Action.SEE_MAIL: SIGNED_IN,  # the page exists in demo mode only
    Action.SEE_AUDIT: Entry(grants=(_all(ADMINISTRATOR, AUDITOR),)),
    Action.SEE_SIGNS: Entry(grants=(_own(HEAD, DEPUTY, OFFICER), _all(*READERS, INSPECTOR))),
    Action.ASK_ABOUT_SIGN: Entry(grants=(_all(MONITOR),)),
    Action.ANSWER_SIGN: Entry(grants=(_own(HEAD),)),
    Action.SEE_LETTERS: Entry(grants=(_own(HEAD, DEPUTY, OFFICER), _all(*READERS))),
    Action.PREPARE_LETTER: Entry(grants=(_all(MONITOR),)),
    Action.SIGN_LETTER: Entry(grants=(_all(CHAIR, VICE_CHAIR),)),
    Action.ANSWER_LETTER: Entry(grants=(_own(HEAD),)),
    Action.WRITE_APOLOGY: Entry(grants=(_own(HEAD, DEPUTY, OFFICER),)),
    Action.KEEP_PAPER: Entry(grants=(_all(CLERK),)),
    Action.ATTEST_PAPER: Entry(grants=(_all(CLERK, MONITOR),)),  # and never what one uploaded or sorted oneself
    Action.SEE_PERMISSIONS: Entry(grants=(_all(ADMINISTRATOR, MONITOR, AUDITOR),)),
}

DENIED = Entry()


def entry(action: Action) -> Entry:
    """The line of an action; nobody's, where the table has none."""
    return POLICY.get(action, DENIED)
