"""A period's ranking in words: where it stands, what was done to it, what was answered."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l
from tracker.editions.states import Move, State

STATES: Mapping[State, Text] = {
    State.SHOWN: _l("Shown to the bodies"),
    State.FROZEN: _l("Frozen"),
    State.WITHDRAWN: _l("Withdrawn"),
}
TONES: Mapping[State, tuple[str, str]] = {
    State.SHOWN: ("warn", "triangle"),
    State.FROZEN: ("good", "check"),
    State.WITHDRAWN: ("silent", "ring"),
}
MOVES: Mapping[Move, Text] = {
    Move.SHOW: _l("Shown to the bodies as a preview"),
    Move.APPEAL: _l("Appeal against a cell"),
    Move.UPHOLD: _l("Appeal upheld"),
    Move.REFUSE: _l("Appeal refused"),
    Move.FREEZE: _l("Frozen into the first edition"),
    Move.FREEZE_AGAIN: _l("Frozen into a further edition"),
    Move.WITHDRAW: _l("Preview withdrawn"),
}
UPHELD, REFUSED = "upheld", "refused"
OUTCOMES: Mapping[str, tuple[str, str, Text]] = {
    UPHELD: ("good", "check", _l("Upheld")),
    REFUSED: ("bad", "cross", _l("Refused")),
}
WAITS: tuple[str, str, Text] = ("warn", "triangle", _l("Waits for an answer"))
