"""A letter's life in one table: from which states a move leads where, who makes it, and whether it says why. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.actions import Action


class Kind(StrEnum):
    """What a letter is. The value is how it is stored."""

    URGING = "urging"  # of the People's Committee to a body, for all that is late there
    APOLOGY = "apology"  # of a body to those whose files were late, in public


class State(StrEnum):
    """Where a letter stands."""

    OWED = "owed"  # an apology that nobody has written yet
    DRAFTED = "drafted"
    REVIEWED = "reviewed"  # waits for whoever signs
    NUMBERED = "numbered"  # printed, to be signed on paper
    SIGNED = "signed"
    SENT = "sent"
    ANSWERED = "answered"
    PUBLISHED = "published"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What is done to a letter."""

    DRAFT = "draft"
    OWE = "owe"
    WRITE = "write"  # its words
    SUBMIT = "submit"
    HAND_BACK = "hand_back"
    SIGN = "sign"  # in the product: numbered, made, signed in one press
    NUMBER = "number"  # to be signed on paper
    SCAN = "scan"  # the signed paper comes in
    SEND = "send"
    ANSWER = "answer"
    ASK_AGAIN = "ask_again"
    PUBLISH = "publish"
    NOT_FOUND = "not_found"  # what was published is not where it should be
    CLOSE = "close"
    SETTLE = "settle"  # all that was late is done
    WITHDRAW = "withdraw"


class Side(StrEnum):
    """For whom a move is made."""

    BODY = "body"
    PPC = "ppc"
    PRODUCT = "product"  # the nightly job


class What(StrEnum):
    """What of a target is late."""

    REPORT = "report"
    RETURN = "return"  # it came back, and is not answered
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `to` none: where it stood; `ways`: for which side, by which line of the permission table;
    `says`: it takes a text (why, what will be done, where)."""

    kind: Kind
    move: Move
    sources: tuple[State | None, ...]  # none: there is no letter yet
    to: State | None
    ways: tuple[tuple[Side, Action | None], ...]
    says: bool = False


U, A, S, M = Kind.URGING, Kind.APOLOGY, State, Move
OFFICE = (Side.PPC, Action.PREPARE_LETTER)
CHAIR = (Side.PPC, Action.SIGN_LETTER)
CLERK = (Side.PPC, Action.KEEP_PAPER)
HEAD = (Side.BODY, Action.ANSWER_LETTER)
WRITER = (Side.BODY, Action.WRITE_APOLOGY)
JOB = (Side.PRODUCT, None)

TABLE: tuple[Line, ...] = (
    Line(U, M.DRAFT, (None,), S.DRAFTED, (OFFICE, JOB)),
    Line(U, M.WRITE, (S.DRAFTED,), None, (OFFICE,)),
    Line(U, M.SUBMIT, (S.DRAFTED,), S.REVIEWED, (OFFICE,)),
    Line(U, M.HAND_BACK, (S.REVIEWED,), S.DRAFTED, (CHAIR, OFFICE), says=True),
    Line(U, M.SIGN, (S.REVIEWED,), S.SIGNED, (CHAIR,)),
    Line(U, M.NUMBER, (S.REVIEWED,), S.NUMBERED, (OFFICE, CLERK)),
    Line(U, M.SCAN, (S.NUMBERED,), S.SIGNED, (OFFICE, CLERK)),
    Line(U, M.SEND, (S.SIGNED,), S.SENT, (OFFICE, CHAIR)),
    Line(U, M.ANSWER, (S.SENT,), S.ANSWERED, (HEAD,), says=True),
    Line(U, M.ASK_AGAIN, (S.ANSWERED,), S.SENT, (OFFICE,), says=True),
    Line(U, M.CLOSE, (S.SENT, S.ANSWERED), S.CLOSED, (OFFICE,), says=True),
    Line(U, M.SETTLE, (S.SENT, S.ANSWERED), S.CLOSED, (JOB,)),
    Line(U, M.WITHDRAW, (S.DRAFTED, S.REVIEWED, S.NUMBERED, S.SIGNED), S.WITHDRAWN, (OFFICE,), says=True),
    Line(A, M.OWE, (None,), S.OWED, (OFFICE, JOB)),
    Line(A, M.WRITE, (S.OWED, S.DRAFTED), S.DRAFTED, (WRITER,)),
    Line(A, M.SIGN, (S.DRAFTED,), S.SIGNED, (HEAD,)),
    Line(A, M.NUMBER, (S.DRAFTED,), S.NUMBERED, (WRITER,)),
    Line(A, M.SCAN, (S.NUMBERED,), S.SIGNED, (WRITER,)),
    Line(A, M.PUBLISH, (S.SIGNED,), S.PUBLISHED, (WRITER,), says=True),
    Line(A, M.NOT_FOUND, (S.PUBLISHED,), S.SIGNED, (OFFICE,), says=True),
    Line(A, M.CLOSE, (S.PUBLISHED,), S.CLOSED, (OFFICE,), says=True),
    Line(A, M.WITHDRAW, (S.OWED, S.DRAFTED, S.NUMBERED, S.SIGNED), S.WITHDRAWN, (OFFICE,), says=True),
)

OVER = frozenset({S.CLOSED, S.WITHDRAWN})
PREPARED = (S.OWED, S.DRAFTED, S.REVIEWED)  # its figures are those of today: they are frozen with its number
_TURNS: dict[tuple[Kind, State], Side] = {
    **{(U, state): Side.PPC for state in (S.DRAFTED, S.REVIEWED, S.NUMBERED, S.SIGNED, S.ANSWERED)},
    (U, S.SENT): Side.BODY,
    **{(A, state): Side.BODY for state in (S.OWED, S.DRAFTED, S.NUMBERED, S.SIGNED)},
    (A, S.PUBLISHED): Side.PPC,
}


def line_of(kind: Kind, move: Move, state: State | None) -> Line | None:
    """The line of a move from a state; none where it is not to be made."""
    return next((one for one in TABLE if one.kind is kind and one.move is move and state in one.sources), None)


def from_state(kind: Kind, state: State) -> Iterator[Line]:
    """Whatever can be done from a state."""
    return (one for one in TABLE if one.kind is kind and state in one.sources)


def after(line: Line, state: State | None) -> State:
    """The state in which a move leaves a letter."""
    found = line.to or state
    if found is None:
        raise ValueError("a first move leads somewhere")
    return found


def turn(kind: Kind, state: State) -> Side | None:
    """Whose turn it is; none where nobody has to do anything."""
    return _TURNS.get((kind, state))


def actions(lines: Iterable[Line] = TABLE) -> frozenset[Action]:
    """Every line of the permission table that makes a move."""
    return frozenset(action for line in lines for _side, action in line.ways if action is not None)
