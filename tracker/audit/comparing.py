"""Holding facts against the digests that the record keeps of them: which were altered, taken away or added past it.

A stream along the record, in memory of a bit a fact.
"""

import hashlib
import json
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests, queries, sealing
from tracker.audit.chain import Entry
from tracker.audit.digests import Fact
from tracker.audit.models import Erasure, FactDigests

BATCH = 2_000
NUMBERS = 20_000  # of rows, at a time
PAGE = 50  # rows of a bundle at a time
Held = tuple[int, bytes, int]  # number, digest, the record that holds it


@dataclass
class Comparison:
    """One walk: `hear` each record in its order, then the `rest`. Both yield what is wrong, in words."""

    session: Session
    compared: int = 0
    _waiting: dict[str, list[Held]] = field(default_factory=dict)
    _seen: "dict[str, _Numbers]" = field(default_factory=dict)

    def hear(self, entry: Entry) -> Iterator[str]:
        """Take the digests that a record holds, and compare where enough wait."""
        for kind, number, digest in self._held(entry):
            waiting = self._waiting.setdefault(kind, [])
            waiting.append((number, digest, entry.id))
            if len(waiting) == BATCH:
                yield from self._compare(kind)
        bundle = _part(entry, sealing.BUNDLE)
        if bundle:
            yield from self._bundle(entry, bundle)

    def rest(self) -> Iterator[str]:
        """What waits still, then facts that no record holds, and files whose names were taken without an erasure."""
        yield from self.catch_up()
        for name in digests.kinds():
            for first, last in sealing.spans(self._unsealed(name)):
                yield f"added: {_named(name, first, last)} in no record"
        yield from self._blanked()

    def catch_up(self) -> Iterator[str]:
        """Compare all that waits."""
        for kind in list(self._waiting):
            yield from self._compare(kind)

    def unsealed(self, names: Collection[str] | None = None) -> Iterator[list[Fact]]:
        """Facts (or those of some kinds) that no record so far holds, some at a time."""
        for kind in (kind for name, kind in digests.kinds().items() if names is None or name in names):
            numbers = self._unsealed(kind.name)
            while some := list(islice(numbers, BATCH)):
                rows = self.session.execute(kind.select(kind.table.c.id.in_(some))).mappings()
                yield [Fact(kind.name, row["id"], kind.digest(row)) for row in rows]

    def _unsealed(self, name: str) -> Iterator[int]:
        kind, seen = digests.kinds()[name], self._seen.get(name, _Numbers())
        number, where = kind.table.c.id, sa.text(kind.where)
        after: int | None = None
        while True:
            statement = sa.select(number).where(where, sa.true() if after is None else number > after)
            found = self.session.scalars(statement.order_by(number).limit(NUMBERS)).all()
            yield from (one for one in found if one not in seen)
            if len(found) < NUMBERS:
                return
            after = found[-1]

    def _held(self, entry: Entry) -> Iterator[tuple[str, int, bytes]]:
        for kind, numbers in _part(entry, sealing.FACTS).items():
            for number, digest in numbers.items():
                yield kind, int(number), bytes.fromhex(digest)

    def _bundle(self, entry: Entry, told: dict[str, Any]) -> Iterator[str]:
        whole, after = hashlib.sha256(), 0
        while rows := self._page(str(told["name"]), after):
            for number, kind, first, content in rows:
                sealing.hash_run(whole, kind, first, content)
                if kind in digests.kinds():
                    self._waiting.setdefault(kind, []).extend(
                        (fact, digest, entry.id) for fact, digest in sealing.each(first, content)
                    )
                    if len(self._waiting[kind]) >= BATCH:
                        yield from self._compare(kind)
                after = number
        if whole.hexdigest() != told["sha256"]:
            yield f"altered: the digests that came with record {entry.id} are not those that it was made with"

    def _page(self, bundle: str, after: int) -> list[Any]:
        columns = (FactDigests.id, FactDigests.kind, FactDigests.first_id, FactDigests.digests)
        statement = sa.select(*columns).where(FactDigests.bundle == bundle, FactDigests.id > after)
        return list(self.session.execute(statement.order_by(FactDigests.id).limit(PAGE)))

    def _compare(self, name: str) -> Iterator[str]:
        waiting = self._waiting.pop(name)
        kind, seen = digests.kinds()[name], self._seen.setdefault(name, _Numbers())
        found: dict[int, bytes] = {}
        for start in range(0, len(waiting), BATCH):
            numbers = [number for number, _digest, _record in waiting[start : start + BATCH]]
            rows = self.session.execute(kind.select(kind.table.c.id.in_(numbers))).mappings()
            found.update((row["id"], kind.digest(row)) for row in rows)
        seen.update(found)
        self.compared += len(waiting)
        gone: dict[int, list[int]] = {}
        for number, _digest, record in waiting:
            if number not in found:
                gone.setdefault(record, []).append(number)
        for record, numbers in gone.items():
            for first, last in sealing.spans(numbers):
                yield f"missing: {_named(name, first, last)} in record {record}, and nowhere else"
        for number, digest, record in waiting:
            if found.get(number, digest) != digest:
                yield f"altered: {_words(name)} {number} is not what record {record} holds"

    def _blanked(self) -> Iterator[str]:
        kind = digests.kinds().get("evidence")
        if kind is None:
            return
        file = kind.table.c
        erased = sa.exists().where(Erasure.kind == "file", Erasure.subject == file.sha256)
        for number in self.session.scalars(sa.select(file.id).where(file.erased_on.is_not(None), ~erased)):
            yield f"altered: evidence {number} says that it is erased, and no erasure of it stands"


def comparison(session: Session) -> Comparison:
    """A walk along all that is recorded, linked or not; what is wrong is not told."""
    walk, after = Comparison(session), -1
    while entries := queries.holding_digests(session, after, BATCH):
        for entry in entries:
            deque(walk.hear(entry), maxlen=0)
        after = entries[-1].id
    deque(walk.catch_up(), maxlen=0)
    return walk


class _Numbers:
    """Numbers of rows, a bit each; those that no sequence reaches, one by one."""

    HIGHEST = 1 << 32

    def __init__(self) -> None:
        self._bits = bytearray()
        self._far: set[int] = set()

    def update(self, numbers: Iterable[int]) -> None:
        """Add some."""
        for number in numbers:
            if not 0 <= number < self.HIGHEST:
                self._far.add(number)
                continue
            place = number >> 3
            if place >= len(self._bits):
                self._bits.extend(bytes(place + 1024 - len(self._bits)))
            self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        near = number >= 0 and place < len(self._bits) and self._bits[place] & (1 << (number & 7))
        return bool(near) or number in self._far


def _part(entry: Entry, key: str) -> dict[str, Any]:
    """A part of a record's detail, where it has the form that the product gives it: another one shows in the chain."""
    if entry.detail is None or f'"{key}"' not in entry.detail:
        return {}
    try:
        part = json.loads(entry.detail).get(key, {})
    except (ValueError, AttributeError):
        return {}
    return part if isinstance(part, dict) and _is_ours(key, part) else {}


def _is_ours(key: str, part: dict[str, Any]) -> bool:
    if key == sealing.BUNDLE:
        return {"name", "sha256"} <= set(part)
    try:
        numbers = [int(number) for some in part.values() for number in some]
        whole = all(bytes.fromhex(digest) for some in part.values() for digest in some.values())
    except (ValueError, TypeError, AttributeError):
        return False
    return whole and set(part) <= set(digests.kinds()) and all(0 <= number < 1 << 63 for number in numbers)


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _named(kind: str, first: int, last: int) -> str:
    return f"{_words(kind)} {first} stands" if first == last else f"{_words(kind)} {first} to {last} stand"
