"""What a record tells of rankings of periods, in words."""

from tracker.core.languages import NOTHING
from tracker.editions.states import State
from tracker.editions.words import STATES


def state_name(value: str | None) -> str:
    """Where a ranking stood."""
    return str(STATES[State(value)]) if value in set(State) else NOTHING
