"""`tracker …`: a few lines a command, over services. JSON or CSV on standard output, messages on standard error."""

import sys

from tracker.audit.heads import HeadsError
from tracker.audit.upgrade import UpgradeError
from tracker.backup.faults import BackupError
from tracker.cli import (  # noqa: F401 - each adds its commands to the group
    answers,
    backing,
    entering,
    importing,
    keeping,
    keys,
    running,
)
from tracker.cli.frame import tracker as tracker
from tracker.core.errors import DomainError
from tracker.core.serving import NoPort
from tracker.privacy.ledger import LedgerError
from tracker.settings import SettingsError


def main() -> None:
    """The console script: a wrong setting or a refusal is a message, not a traceback."""
    try:
        tracker(prog_name="tracker")
    except (BackupError, SettingsError, DomainError, HeadsError, LedgerError, UpgradeError, NoPort) as error:
        sys.exit(f"tracker: {error}")
