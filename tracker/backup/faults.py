"""What can go wrong with a backup, in plain words for whoever runs the command."""

from tracker.core.errors import Refusal


class BackupError(Refusal):
    """A backup cannot be made, or not be used; the text says why and what to do."""
