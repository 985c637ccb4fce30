"""The life of a dossier in one table: from which states a move leads where, who makes it, and what must hold. Pure.

`docs/life.md` is drawn from it by `tools/life.py`; a test holds the file to it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.actions import Action


class State(StrEnum):
    """Where a dossier stands. The value is how it is stored."""

    DRAFTED = "drafted"
    OFFERED = "offered"  # the body's turn
    NEGOTIATED = "negotiated"  # the PPC's turn
    AGREED = "agreed"
    FROZEN = "frozen"  # a document with a number
    SIGNED = "signed"  # by the head
    COUNTERSIGNED = "countersigned"  # by the PPC
    IN_FORCE = "in_force"
    ASSESSED = "assessed"  # its assessment is with the head
    HEARD = "heard"  # the head said something to it, or had the time to
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Side(StrEnum):
    """For whom a move is made."""

    BODY = "body"
    PPC = "ppc"
    PRODUCT = "product"  # the nightly job


class Move(StrEnum):
    """What is done to a dossier. The value is how it is stored."""

    DRAFT = "draft"
    ASK = "ask"  # the body begins an amendment
    CHANGE = "change"  # terms of a draft that nobody was offered yet
    OFFER = "offer"
    COMMENT = "comment"
    PROPOSE = "propose"
    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"  # one's own proposal
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    FREEZE = "freeze"
    REOPEN = "reopen"
    SET_DAYS = "set_days"  # until when each side signs
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    COME_INTO_FORCE = "come_into_force"
    EXPIRE = "expire"
    TAKE_IN = "take_in"  # a commitment that was signed without a dossier
    ASSESS = "assess"
    STATE = "state"  # the head says something to the assessment
    LAPSE = "lapse"  # the head had the time to
    CLOSE = "close"


class Must(StrEnum):
    """What must hold before a move."""

    ANSWERED = "answered"  # no proposal of the other side is open
    SETTLED = "settled"  # no proposal is open at all
    COMPLETE = "complete"  # no term is missing, and the limits hold
    JUDGED = "judged"  # the programme is over, and nothing waits for a decision
    IN_TIME = "in_time"  # the day that was set is not over
    IN_REACH = "in_reach"  # each target to keep has a period left to report on


@dataclass(frozen=True, slots=True)
class Way:
    """Who makes a move: for which side, by which line of the permission table (none: the nightly job)."""

    side: Side
    action: Action | None
    in_person: bool = False  # nobody stands in
    on_paper: bool = False  # writes down what was signed on paper


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table."""

    move: Move
    sources: tuple[State | None, ...]  # none: there is no dossier yet
    to: State | None  # none: where it stood
    ways: tuple[Way, ...]
    reason: bool = False  # one is asked
    must: tuple[Must, ...] = ()


S = State
TALKING = (S.OFFERED, S.NEGOTIATED)
PREPARE = Way(Side.PPC, Action.PREPARE_PROGRAMME)
NEGOTIATE = Way(Side.BODY, Action.NEGOTIATE)
HEAD = Way(Side.BODY, Action.AGREE_COMMITMENT)
APPROVE = Way(Side.PPC, Action.APPROVE_PROGRAMME)
ON_PAPER = Way(Side.PPC, Action.KEEP_PAPER, on_paper=True)
SIGNATORY = Way(Side.BODY, Action.AGREE_COMMITMENT, in_person=True)
JOB = Way(Side.PRODUCT, None)

TABLE: tuple[Transition, ...] = (
    Transition(Move.DRAFT, (None,), S.DRAFTED, (PREPARE,)),
    Transition(Move.ASK, (None,), S.NEGOTIATED, (HEAD,), reason=True),
    Transition(Move.CHANGE, (S.DRAFTED,), None, (PREPARE,)),
    Transition(Move.OFFER, (S.DRAFTED, S.NEGOTIATED), S.OFFERED, (PREPARE,), must=(Must.ANSWERED, Must.IN_REACH)),
    Transition(Move.COMMENT, TALKING, S.NEGOTIATED, (NEGOTIATE,)),
    Transition(Move.COMMENT, TALKING, None, (PREPARE,)),
    Transition(Move.PROPOSE, TALKING, S.NEGOTIATED, (NEGOTIATE,)),
    Transition(Move.PROPOSE, TALKING, None, (PREPARE,)),
    Transition(Move.ACCEPT, TALKING, None, (NEGOTIATE,)),
    Transition(Move.ACCEPT, (S.NEGOTIATED,), None, (PREPARE,)),
    Transition(Move.REFUSE, TALKING, S.NEGOTIATED, (NEGOTIATE,), reason=True),
    Transition(Move.REFUSE, (S.NEGOTIATED,), None, (PREPARE,), reason=True),
    Transition(Move.TAKE_BACK, (S.NEGOTIATED,), None, (NEGOTIATE,)),
    Transition(Move.TAKE_BACK, TALKING, None, (PREPARE,)),
    Transition(Move.AGREE, TALKING, S.AGREED, (HEAD,), must=(Must.SETTLED, Must.COMPLETE, Must.IN_REACH)),
    Transition(Move.DECLINE, (*TALKING, S.AGREED), S.DECLINED, (HEAD,), reason=True),
    Transition(
        Move.WITHDRAW, (S.DRAFTED, *TALKING, S.AGREED, S.FROZEN, S.SIGNED), S.WITHDRAWN, (PREPARE,), reason=True
    ),
    Transition(Move.FREEZE, (S.AGREED,), S.FROZEN, (PREPARE,), must=(Must.SETTLED, Must.COMPLETE, Must.IN_REACH)),
    Transition(Move.REOPEN, (S.AGREED, S.FROZEN), S.NEGOTIATED, (PREPARE, HEAD), reason=True),
    Transition(Move.SET_DAYS, (S.DRAFTED, *TALKING, S.AGREED, S.FROZEN, S.SIGNED), None, (PREPARE,)),
    Transition(Move.SIGN, (S.FROZEN,), S.SIGNED, (SIGNATORY, ON_PAPER), must=(Must.IN_REACH,)),
    Transition(Move.COUNTERSIGN, (S.SIGNED,), S.COUNTERSIGNED, (APPROVE, ON_PAPER), must=(Must.IN_REACH,)),
    Transition(Move.COME_INTO_FORCE, (S.COUNTERSIGNED,), S.IN_FORCE, (PREPARE, APPROVE)),
    Transition(Move.EXPIRE, (S.DRAFTED, *TALKING, S.AGREED, S.FROZEN), S.EXPIRED, (JOB,)),
    Transition(Move.TAKE_IN, (None,), S.IN_FORCE, (PREPARE,)),
    Transition(Move.ASSESS, (S.IN_FORCE, S.ASSESSED, S.HEARD), S.ASSESSED, (PREPARE,), must=(Must.JUDGED,)),
    Transition(Move.STATE, (S.ASSESSED, S.HEARD), S.HEARD, (HEAD,), must=(Must.IN_TIME,)),
    Transition(Move.LAPSE, (S.ASSESSED,), S.HEARD, (JOB,)),
    Transition(Move.CLOSE, (S.HEARD,), S.CLOSED, (APPROVE,), must=(Must.JUDGED,)),
    Transition(Move.CLOSE, (S.IN_FORCE,), S.CLOSED, (JOB,)),  # an amendment, with its commitment
)

OVER = frozenset({S.DECLINED, S.WITHDRAWN, S.EXPIRED})  # nothing came of it: the body can be drafted for anew
_TURNS = {
    S.DRAFTED: Side.PPC,
    S.OFFERED: Side.BODY,
    S.NEGOTIATED: Side.PPC,
    S.AGREED: Side.PPC,
    S.FROZEN: Side.BODY,
    S.SIGNED: Side.PPC,
    S.COUNTERSIGNED: Side.PPC,
    S.ASSESSED: Side.BODY,
    S.HEARD: Side.PPC,
}


def transition(move: Move, state: State | None, side: Side) -> Transition | None:
    """The line of a move from a state for a side; none where it is not to be made."""
    lines = (line for line in TABLE if line.move is move and state in line.sources)
    return next((line for line in lines if any(way.side is side for way in line.ways)), None)


def after(line: Transition, state: State | None) -> State:
    """The state in which a move leaves a dossier."""
    found = line.to or state
    if found is None:
        raise ValueError("a first move leads somewhere")
    return found


def unsettled(line: Transition, side: Side, proposed: Iterable[str]) -> bool:
    """Whether a move must wait for an answer to what was proposed (the sides that did)."""
    if Must.SETTLED in line.must:
        return any(True for _one in proposed)
    return Must.ANSWERED in line.must and any(one != side for one in proposed)


def moves(state: State, side: Side) -> Iterator[tuple[Transition, Way]]:
    """Whatever a side can do from a state, with who does it."""
    for line in TABLE:
        if state in line.sources:
            yield from ((line, way) for way in line.ways if way.side is side)


def turn(state: State) -> Side | None:
    """Whose turn it is; none where nobody has to do anything."""
    return _TURNS.get(state)


def sides(lines: Iterable[Transition] = TABLE) -> frozenset[Side]:
    """The sides that the table knows."""
    return frozenset(way.side for line in lines for way in line.ways)
