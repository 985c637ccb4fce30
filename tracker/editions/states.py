"""The life of a period's ranking in one table: from which states a move leads where, and who makes it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.core.actions import Action


class State(StrEnum):
    """Where a period's ranking stands. The value is how it is stored."""

    SHOWN = "shown"  # to the bodies, as a preview
    FROZEN = "frozen"  # at least one edition stands
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What is done to it."""

    SHOW = "show"
    APPEAL = "appeal"  # a head against one cell
    UPHOLD = "uphold"
    REFUSE = "refuse"
    FREEZE = "freeze"
    FREEZE_AGAIN = "freeze_again"  # after an appeal was upheld
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `to` none: where it stood."""

    move: Move
    sources: tuple[State | None, ...]  # none: there is no preview yet
    to: State | None
    action: Action


S, M, A = State, Move, Action
TABLE: tuple[Line, ...] = (
    Line(M.SHOW, (None,), S.SHOWN, A.PREPARE_EDITION),
    Line(M.APPEAL, (S.SHOWN, S.FROZEN), None, A.APPEAL_RANKING),
    Line(M.UPHOLD, (S.SHOWN, S.FROZEN), None, A.PREPARE_EDITION),
    Line(M.REFUSE, (S.SHOWN, S.FROZEN), None, A.PREPARE_EDITION),
    Line(M.FREEZE, (S.SHOWN,), S.FROZEN, A.FREEZE_EDITION),
    Line(M.FREEZE_AGAIN, (S.FROZEN,), None, A.FREEZE_EDITION),
    Line(M.WITHDRAW, (S.SHOWN,), S.WITHDRAWN, A.PREPARE_EDITION),
)


def line_of(move: Move, state: State | None) -> Line | None:
    """The line of a move from a state; none where it is not to be made."""
    return next((one for one in TABLE if one.move is move and state in one.sources), None)


def action_of(move: Move) -> Action:
    """The line of the permission table that makes a move."""
    return next(one.action for one in TABLE if one.move is move)
