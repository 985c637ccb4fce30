"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

ONE_RUN = _l("Documents of this programme are being made already. Wait until these are done.")

ONE_READING = _l("This file is being sorted already.")


def explain() -> None:
    """Register the explanations; SQLite names the columns of a unique index, PostgreSQL its name."""
    constraints.explain(
        {
            "uq_freeze_run_open": ("", ONE_RUN),
            "freeze_run.programme_id": ("", ONE_RUN),
            "uq_scan_reading_open": ("file", ONE_READING),
            "scan_reading.sha256": ("file", ONE_READING),
        }
    )
