"""How the state of a cell is told: tone, shape and word."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l
from tracker.home.work import Hand
from tracker.progress.states import CellState

CELLS: Mapping[CellState, tuple[str, str, Text]] = {
    CellState.EMPTY: ("silent", "ring", _l("Not written yet")),
    CellState.DRAFT: ("warn", "triangle", _l("To be corrected")),
    CellState.ASKED_BACK: ("warn", "triangle", _l("To be answered")),
    CellState.COMPLETE: ("good", "check", _l("Complete")),
    CellState.WITH_HEAD: ("info", "ring", _l("With the head")),
    CellState.SENT: ("info", "ring", _l("Waits for the appraiser")),
    CellState.RETURNED: ("bad", "square", _l("Returned")),
    CellState.ACCEPTED: ("good", "check", _l("Accepted")),
    CellState.LOCKED: ("silent", "dash", _l("Locked")),
}
# What is told more exactly of a cell by whoever has it.
HANDS: Mapping[tuple[CellState, Hand], tuple[str, str, Text]] = {
    (CellState.ASKED_BACK, Hand.HANDED_BACK): ("warn", "triangle", _l("Handed back by the head")),
    (CellState.EMPTY, Hand.COMING): ("silent", "dash", _l("The period still runs")),
    (CellState.EMPTY, Hand.OWED): ("warn", "triangle", _l("Not written yet")),
}
