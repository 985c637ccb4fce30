"""What a record of the escalation tells, in words: ladders of reminders, letters of urging, apologies."""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.core.languages import NOTHING, Text, _l
from tracker.reminders.words import ladder_text
from tracker.urging.states import Kind, State
from tracker.urging.words import KINDS, STATES

LABELS: Mapping[Any, Text] = {
    "apologies_for": _l("Public apologies for late files of the targets"),
    "apology_days": _l("To be published within so many working days"),
    "apology_rule": _l("Rules on public apologies of programmes"),
    "ladder": _l("Ladder of reminders"),
    "ladder_version": _l("Ladders of reminders of programmes"),
    "late": _l("What is late"),
    "letter": _l("Letters of urging and apologies"),
    "letter_file": _l("Files of letters of urging and apologies"),
    "letter_kind": _l("Kind of letter"),
    "letter_move": _l("Moves of letters of urging and apologies"),
    "letter_state": _l("State"),
}


def _kind(value: Any, _names: Any) -> str:
    return str(KINDS[Kind(value)]) if value in set(Kind) else str(value)


def _state(value: Any, _names: Any) -> str:
    return str(STATES[State(value)]) if value in set(State) else NOTHING


WRITERS: Mapping[Any, Callable[[Any, Any], str]] = {
    "ladder": lambda value, _names: ladder_text(value),
    "letter_kind": _kind,
    "letter_state": _state,
    "apologies_for": lambda value, _names: ", ".join(value) or NOTHING,
}
