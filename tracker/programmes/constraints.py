"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

SAME_DAY = _l("Another version begins on this day. Withdraw that one first, or choose another day.")


def explain() -> None:
    """Register the explanations; SQLite names the columns of a unique index, PostgreSQL its name."""
    constraints.explain(
        {
            "uq_policy_version_programme_id_from_on": ("from_on", SAME_DAY),
            "policy_version.programme_id, policy_version.from_on": ("from_on", SAME_DAY),
        }
    )
