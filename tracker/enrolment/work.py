"""What an import has done so far, row by row; and what it came to."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.agencies.offices import Office
from tracker.core.errors import DomainError, FieldError
from tracker.enrolment.rows import EnrolmentRow, Fault


class What(StrEnum):
    """What becomes of one thing in a row."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    ASKED = "asked"  # an office, or the end of a body, that waits for a second administrator
    WAITING = "waiting"  # it was asked for before and waits still
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in a row: `key` is what it is known by (an address, a code), `text` what is shown of it, `hanging` what
    hangs on an office that ends, in sentences."""

    number: int
    what: What
    key: str
    text: str
    hanging: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """An office that a file gives."""

    person_id: int
    agency_id: int
    office: Office
    from_on: date
    to_on: date | None

    def packed(self) -> dict[str, Any]:
        """As it stands in a request: ids, codes and days, no names."""
        days = {"from_on": self.from_on.isoformat()} | ({"to_on": self.to_on.isoformat()} if self.to_on else {})
        return {"person_id": self.person_id, "agency_id": self.agency_id, "office": str(self.office), **days}

    @classmethod
    def unpacked(cls, packed: Mapping[str, Any]) -> "Given":
        """What was packed."""
        last = packed.get("to_on")
        return cls(
            packed["person_id"],
            packed["agency_id"],
            Office(packed["office"]),
            date.fromisoformat(packed["from_on"]),
            date.fromisoformat(last) if last else None,
        )


@dataclass
class EnrolmentResult:
    """What an import comes to: what it changes, and everything that is wrong, by the numbers of the rows."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    given: list[tuple[int, Given]] = field(default_factory=list)  # with the number of its row
    ends: list[tuple[int, date]] = field(default_factory=list)  # bodies that are to end, each with its last day
    doubts: list[Fault] = field(default_factory=list)  # what is taken only when it was said to be right

    def note(self, line: EnrolmentRow, what: What, key: str, text: str, hanging: Sequence[str] = ()) -> None:
        """Keep what becomes of one thing."""
        self.changes.append(Change(line.number, what, key, text, tuple(hanging)))

    def count(self, what: What) -> int:
        """How many things become so."""
        return sum(change.what is what for change in self.changes)

    @property
    def changes_anything(self) -> bool:
        """Whether anything would be other than before."""
        return any(change.what not in (What.UNCHANGED, What.WAITING) for change in self.changes)

    @property
    def asks(self) -> bool:
        """Whether a second administrator is asked for anything."""
        return bool(self.given or self.ends)

    @property
    def digest(self) -> str:
        """One text for the same outcome, whatever the language: so an import notices that it is not what was shown."""
        told: list[Any] = [[change.number, change.what, change.key, len(change.hanging)] for change in self.changes]
        told += [[doubt.number, doubt.column] for doubt in self.doubts]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @contextmanager
    def beside(self, line: EnrolmentRow, renamed: Callable[[str], str] = lambda name: name) -> Iterator[None]:
        """Let a refusal stand beside the row; `renamed` gives the column of a field."""
        try:
            yield
        except FieldError as refusal:
            column = renamed(refusal.field)
            self.faults.append(Fault(line.number, column if column in line.values else "", refusal.message))
        except DomainError as refusal:
            self.faults.append(Fault(line.number, "", refusal.message))
