"""Digests of facts on their way into the record: of one or a few in the record itself, of many at once in a bundle."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import SIZE, Fact
from tracker.audit.models import FactDigests
from tracker.core.db import bulk

FACTS, BUNDLE = "facts", "bundle"  # keys in a record's detail
TOKEN_BYTES = 16
LONGEST = 2_000  # facts in a row of a bundle

Run = tuple[str, int, bytes]  # kind, first number, digests


def held(facts: Iterable[Fact]) -> dict[str, dict[str, str]]:
    """What a record's detail holds of facts: kind → number → digest."""
    found: dict[str, dict[str, str]] = {}
    for fact in facts:
        found.setdefault(fact.kind, {})[str(fact.id)] = fact.digest.hex()
    return found


class Bundle:
    """The digests of what comes in one go. `take` is given rows, or `add` facts; at the end `close` tells what the
    record is to hold of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._hash = hashlib.sha256()
        self.counts: dict[str, int] = {}  # of each kind

    def take(self, table: sa.Table, rows: bulk.Rows) -> None:
        """Take the facts in rows of a table; none where it holds none."""
        self.add(digests.facts_of(table, rows))

    def add(self, facts: Iterable[Fact]) -> None:
        """Take facts; those of a kind best in the order of their numbers."""
        runs = list(_runs(facts))
        rows = [
            {"bundle": self._token, "kind": kind, "first_id": first, "digests": content}
            for kind, first, content in runs
        ]
        bulk.insert(self._session, FactDigests, rows)
        for run in runs:
            hash_run(self._hash, *run)
            self.counts[run[0]] = self.counts.get(run[0], 0) + len(run[2]) // SIZE

    def close(self) -> dict[str, Any]:
        """What the record holds of it: its name, and the hash of all digests."""
        if not self.counts:
            return {}
        return {BUNDLE: {"name": self._token, "sha256": self._hash.hexdigest()}}


def hash_run(whole: Any, kind: str, first: int, content: bytes) -> None:
    """Add a run to the hash of its bundle."""
    whole.update(f"{kind} {first} {len(content)}\n".encode() + content)


def _runs(facts: Iterable[Fact]) -> Iterator[Run]:
    """Facts of a kind whose numbers follow each other, together."""
    run: list[bytes] = []
    kind, first = "", 0
    for fact in facts:
        if run and (fact.kind != kind or fact.id != first + len(run) or len(run) == LONGEST):
            yield kind, first, b"".join(run)
            run = []
        if not run:
            kind, first = fact.kind, fact.id
        run.append(fact.digest)
    if run:
        yield kind, first, b"".join(run)


def each(first: int, content: bytes) -> Iterator[tuple[int, bytes]]:
    """The numbers and digests of a run."""
    for place in range(len(content) // SIZE):
        yield first + place, content[place * SIZE : (place + 1) * SIZE]


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers in their order as spans, both ends inside."""
    start = last = None
    for number in numbers:
        if start is not None and last is not None and number != last + 1:
            yield start, last
            start = None
        start = number if start is None else start
        last = number
    if start is not None and last is not None:
        yield start, last
