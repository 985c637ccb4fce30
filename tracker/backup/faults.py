"""What can go wrong with a backup, in plain words for whoever runs the command."""


class BackupError(Exception):
    """A backup cannot be made, or not be used; the text says why and what to do."""
