"""Files that wait a short while beside the store, under a name that nobody guesses, until somebody comes back for them.

They begin with a dot, as all that is only coming in: no backup takes them, and at night `tidy` removes what was left.
"""

import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tracker.core.files.store import CHUNK

_PREFIX = ".held-"
_TOKEN_BYTES = 24


def hold(stream: BinaryIO, folder: Path, most_bytes: int, *, until: datetime) -> str | None:
    """Put a file aside; returns its name here, or none where it is too large. Those put aside before `until` go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_older(folder, until)
    name, size = secrets.token_hex(_TOKEN_BYTES), 0
    path = folder / f"{_PREFIX}{name}"
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    break
                file.write(chunk)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    if size > most_bytes:
        path.unlink()
        return None
    return name


def open_held(name: str, folder: Path) -> BinaryIO | None:
    """A file that was put aside; none where it is gone."""
    try:
        return (folder / f"{_PREFIX}{name}").open("rb") if name.isalnum() else None
    except FileNotFoundError:
        return None


def let_go(name: str, folder: Path) -> None:
    """It has been taken, and waits no longer."""
    if name.isalnum():
        (folder / f"{_PREFIX}{name}").unlink(missing_ok=True)


def _remove_older(folder: Path, until: datetime) -> None:
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < until.timestamp():
                path.unlink()
