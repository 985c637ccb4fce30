"""`tracker …`: a few lines a command, over services. JSON or CSV on standard output, messages on standard error."""

import sys

from tracker.cli.commands import tracker as tracker
from tracker.core.errors import Refusal
from tracker.settings import SettingsError


def main() -> None:
    """The console script: a wrong setting or a refusal is a message, not a traceback."""
    try:
        tracker(prog_name="tracker")
    except (Refusal, SettingsError) as error:
        sys.exit(f"tracker: {error}")
