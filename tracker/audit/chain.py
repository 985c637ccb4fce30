"""The chain over the record: each link's hash holds the link before it, so no record can change unseen. Pure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the chain takes it: `at` in UTC, `detail` the stored text, letter for letter.

    SQLite keeps whatever somebody writes past the product, so what is no instant stays the text that it is.
    """

    id: int
    at: datetime | str
    actor_id: int | None
    event: str
    subject_kind: str
    subject_id: int | None
    agency_id: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its place, the record that it holds, and its hash."""

    seq: int
    entry_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as it was published on a day: so many links, and the last one's hash."""

    day: date
    seq: int
    hash: str


def canonical(seq: int, entry: Entry) -> str:
    """A record in its place as one text: JSON without spaces, the instant in UTC to the microsecond."""
    values = [
        seq,
        entry.id,
        entry.at if isinstance(entry.at, str) else entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.event,
        entry.subject_kind,
        entry.subject_id,
        entry.agency_id,
        entry.detail,
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def link_hash(before: str, seq: int, entry: Entry) -> str:
    """SHA-256, in hexadecimal, of the link before, a line break and the record."""
    return hashlib.sha256(f"{before}\n{canonical(seq, entry)}".encode()).hexdigest()


def linked(before: Link | None, entries: list[Entry]) -> list[Link]:
    """The links that follow one (none: the first ones) for these records, in their order."""
    seq, last = (before.seq, before.hash) if before else (0, BEFORE_THE_FIRST)
    links = []
    for entry in entries:
        seq += 1
        last = link_hash(last, seq, entry)
        links.append(Link(seq, entry.id, last))
    return links


def head_line(head: Head) -> str:
    """A published head as a line of the file: `2026-11-24 1234 <hash>`."""
    return f"{head.day.isoformat()} {head.seq} {head.hash}"


def grouped(hash_: str) -> str:
    """A hash in eight groups, as the log shows it: what is longer looks like a secret there, and is hidden."""
    return " ".join(hash_[start : start + 8] for start in range(0, len(hash_), 8))


def read_head(line: str) -> Head:
    """A published head from a line of the file; the hash may stand in groups. Raises ValueError for any other line."""
    day, seq, *groups = line.split()
    hash_ = "".join(groups)
    if len(hash_) != len(BEFORE_THE_FIRST) or int(hash_, 16) < 0 or int(seq) < 1:
        raise ValueError("no head of the chain")
    return Head(date.fromisoformat(day), int(seq), hash_)
