"""Erasures as a file beside the database, one line of JSON each, so that a restored backup can be told of them again.

Lines hold tokens, hashes, days and the reason, never a name or an address.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tracker.core.errors import Refusal

NAME = "erasures.jsonl"


class LedgerError(Refusal):
    """A file of erasures cannot be used; the text says which line."""


@dataclass(frozen=True, slots=True)
class Told:
    """One erasure: `kind` person or file, `subject` the person's token or the file's SHA-256, `decided_by` the token of
    whoever decided, `at` an instant with its zone, as text."""

    kind: str
    subject: str
    reason: str
    decided_by: str | None
    at: str

    @property
    def instant(self) -> datetime:
        """When it was done."""
        return datetime.fromisoformat(self.at)


def read(path: Path) -> Iterator[Told]:
    """The erasures of a file in their order; none where there is no file. Raises LedgerError."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _told(path, number, line)


def append(path: Path, new: list[Told]) -> None:
    """Add lines at the end, on the disk when this returns."""
    if not new:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in new)
        file.flush()
        os.fsync(file.fileno())


def _told(path: Path, number: int, line: str) -> Told:
    try:
        told = Told(**json.loads(line))
        whole = told.kind in {"person", "file"} and told.instant.tzinfo is not None
    except (ValueError, TypeError):
        whole = False
    if not whole:
        raise LedgerError(f"{path.name}, line {number}: no erasure")
    return told
