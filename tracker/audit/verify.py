"""Holding the record against its chain, the chain against what was published, and facts against the record: a stream,
in bounded memory."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.audit import heads, queries, triggers
from tracker.audit.chain import BEFORE_THE_FIRST, Entry, Head, Link, link_hash
from tracker.audit.comparing import Comparison

BATCH = 2_000
LOWEST = -(1 << 63)  # below every number of a record, also of a forged one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the record (or, where `wrong` is false, worth a look), in words."""

    text: str
    wrong: bool = True

    def __str__(self) -> str:
        return self.text


@dataclass
class Verification:
    """One walk along the chain. `linked`, `last` and `waiting` tell, after it, what there was."""

    session: Session
    published: Collection[Head]
    linked: int = 0
    waiting: int = 0
    last: Link | None = None
    _highest: float = -inf  # number among the records so far
    _sealed: float = -inf  # the highest number among the records under the last published head
    _due: dict[int, list[Head]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._facts = Comparison(self.session)

    def __str__(self) -> str:
        end = f", the last is {self.last.hash}" if self.last else ""
        facts = f"; {self._facts.compared} facts compared" if self._facts.compared else ""
        return f"{self.linked} records in the chain{end}; {self.waiting} wait for it{facts}"

    def findings(self) -> Iterator[Finding]:
        """Everything that is found, in the order of the chain; what only a head or nothing links comes last."""
        for head in self.published:
            self._due.setdefault(head.seq, []).append(head)
        for link, entry in self._links():
            yield from self._step(link, entry)
        yield from self._cut()
        yield from self._unlinked()
        yield from map(Finding, self._facts.rest())
        for table in triggers.missing(self.session.connection()):
            yield Finding(f"open: the database does not refuse to change {table}; `tracker db upgrade` mends that")

    def _links(self) -> Iterator[tuple[Link, Entry | None]]:
        after = 0
        while rows := queries.links(self.session, after, BATCH):
            yield from rows
            after = rows[-1][0].seq

    def _step(self, link: Link, entry: Entry | None) -> Iterator[Finding]:
        expected = self.last.seq + 1 if self.last else 1
        place = f"record {link.entry_id} (link {link.seq})"
        whole = link.seq == expected
        if not whole:
            yield Finding(f"missing: {_span('link', expected, link.seq - 1)} of the chain, before {place}")
        if entry is None:
            yield Finding(f"missing: {place} is gone")
        elif whole and link.hash != link_hash(self.last.hash if self.last else BEFORE_THE_FIRST, link.seq, entry):
            yield Finding(f"altered: {place}, {entry.event} at {entry.at}, is not what was linked")
        if link.entry_id < self._sealed:
            yield Finding(f"late: {place} was linked after records of later days were published", wrong=False)
        if entry is not None:
            yield from map(Finding, self._facts.hear(entry))
        self._highest = max(self._highest, link.entry_id)
        self.last, self.linked = link, self.linked + 1
        yield from self._at_head(link)

    def _at_head(self, link: Link) -> Iterator[Finding]:
        for head in self._due.pop(link.seq, ()):
            self._sealed = self._highest
            if head.hash != link.hash:
                yield Finding(f"replaced: link {link.seq} is not the one that was published on {head.day}")

    def _cut(self) -> Iterator[Finding]:
        """Heads that no link answers to: beyond the end, or in a gap that is named already."""
        end = self.last.seq if self.last else 0
        beyond = [head for heads in self._due.values() for head in heads if head.seq > end]
        if beyond:
            first = min(beyond, key=lambda head: (head.day, head.seq))
            most = max(beyond, key=lambda head: head.seq)
            yield Finding(
                f"cut: the chain ends at link {end}, but {first.seq} were published on {first.day}; "
                f"{_span('link', end + 1, most.seq)} of it are gone"
            )

    def _unlinked(self) -> Iterator[Finding]:
        """Records that nothing links: the latest ones wait; one below what was published was put in afterwards."""
        after = LOWEST
        while entries := queries.waiting(self.session, after, None, BATCH):
            for entry in entries:
                if entry.id < self._sealed:
                    yield Finding(f"inserted: record {entry.id} is in no link, but later ones were published before")
                else:
                    self.waiting += 1
                    yield from map(Finding, self._facts.hear(entry))
            after = entries[-1].id


def verification(session: Session, instance: Path, files: Iterable[Path]) -> Verification:
    """A walk that holds the chain against the heads in the database, in the instance folder's file and in `files`.

    Raises HeadsError, OSError.
    """
    own = instance / heads.NAME
    published = {*queries.heads(session), *(heads.read(own) if own.exists() else ())}
    for path in files:
        told = set(heads.read(path))
        if not told:
            raise heads.HeadsError(f"{path.name}: no published head stands in it")
        published |= told
    return Verification(session, published)


def _span(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"
