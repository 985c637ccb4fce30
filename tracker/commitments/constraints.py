"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

ONE_FIRST = _l("This body has a commitment in this programme already.")
ONE_AMENDMENT = _l("An amendment of this commitment is under way already.")


def explain() -> None:
    """Register the explanations; SQLite names the columns of a unique index, PostgreSQL its name."""
    constraints.explain(
        {
            "uq_dossier_one_first": ("", ONE_FIRST),
            "dossier.programme_id, dossier.agency_id": ("", ONE_FIRST),
            "uq_dossier_one_amendment": ("", ONE_AMENDMENT),
            "dossier.commitment_id": ("", ONE_AMENDMENT),
        }
    )
