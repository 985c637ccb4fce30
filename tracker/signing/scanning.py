"""Bytes that came in, shown to the scanner of viruses before anybody keeps them."""

import tempfile
from pathlib import Path

from tracker.core.errors import FieldError
from tracker.core.files.kinds import ContentError
from tracker.core.files.viruses import scanner
from tracker.settings import Settings


def scanned(content: bytes, settings: Settings) -> None:
    """Raise FieldError where they are not found clean."""
    clamd = scanner(settings.clamd, settings.clamd_seconds)
    if clamd is None:
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            clamd.look(Path(file.name))
        except ContentError as fault:
            raise FieldError("file", fault.message) from None
