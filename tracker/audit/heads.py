"""The published heads as a file: one line a day, only ever added to, so that a copy elsewhere stays good for ever."""

import os
from collections.abc import Iterator
from pathlib import Path

from tracker.audit.chain import Head, head_line, read_head
from tracker.core.errors import Refusal

NAME = "audit-heads.txt"


class HeadsError(Refusal):
    """A file of heads cannot be used; the text says which line and why."""


def read(path: Path) -> Iterator[Head]:
    """The heads of a file, in its order; empty lines and remarks (#) say nothing. Raises HeadsError, OSError."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:  # with the mark that an editor may have put there
        for number, line in enumerate(file, 1):
            text = line.strip()
            if text and not text.startswith("#"):
                try:
                    yield read_head(text)
                except ValueError:
                    raise HeadsError(f"{path.name}, line {number}: no published head") from None


def append(path: Path, head: Head) -> None:
    """Add a head at the end, on the disk when this returns; nothing where it stands there already. Raises HeadsError
    where another one stands for the day.
    """
    for known in read(path) if path.exists() else ():
        if known.day == head.day:
            if known != head:
                raise HeadsError(f"{path.name}: another head was published on {head.day}")
            return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(head_line(head) + "\n")
        file.flush()
        os.fsync(file.fileno())
