"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

SAME_PERSON = ("person", _l("This person has an account already"))
SAME_ADDRESS = ("email", _l("Another account has this mail address already"))


def explain() -> None:
    """Register the explanations."""
    constraints.explain(
        {
            "uq_account_person_id": SAME_PERSON,
            "account.person_id": SAME_PERSON,
            "uq_account_email": SAME_ADDRESS,
            "account.email": SAME_ADDRESS,
        }
    )
