"""What can be said about a sign, by whom and when: one table. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.actions import Action


class State(StrEnum):
    """Where a sign stands."""

    FOUND = "found"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"


class Move(StrEnum):
    """What is said."""

    ASK = "ask"
    ANSWER = "answer"
    CLOSE = "close"


class Conclusion(StrEnum):
    """What a closed sign came to."""

    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    SET_ASIDE = "set_aside"


# The states in which it can be said, the state after it, and the action that it takes.
TABLE: Mapping[Move, tuple[frozenset[State], State, Action]] = {
    Move.ASK: (frozenset({State.FOUND, State.ANSWERED}), State.ASKED, Action.ASK_ABOUT_SIGN),
    Move.ANSWER: (frozenset({State.ASKED}), State.ANSWERED, Action.ANSWER_SIGN),
    Move.CLOSE: (frozenset({State.FOUND, State.ASKED, State.ANSWERED}), State.CLOSED, Action.ASK_ABOUT_SIGN),
}
