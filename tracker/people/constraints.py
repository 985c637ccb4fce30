"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

SAME_ADDRESS = ("email", _l("Another person has this mail address already"))


def explain() -> None:
    """Register the explanations."""
    constraints.explain({"uq_person_email": SAME_ADDRESS, "person.email": SAME_ADDRESS})
