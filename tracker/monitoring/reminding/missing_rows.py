"""Rows of the page of who has not reported: a body with its counts, and the reports of one body by their hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.words import DueDay
from tracker.core.languages import Text, _l, format_day, text_by_language
from tracker.progress.hands import Hand
from tracker.reminders.asking.missing import Missing, OfBody

DONE = "done"
# What is told apart on these pages, in the order of its columns: tone, shape, word, and the hands that it holds.
STATES: Mapping[str, tuple[str, str, Text, tuple[Hand, ...]]] = {
    "with_head": ("info", "ring", _l("With the head"), (Hand.WITH_HEAD,)),
    "draft": ("warn", "triangle", _l("Officer’s draft"), (Hand.DRAFT, Hand.HANDED_BACK)),
    "returned": ("bad", "square", _l("Returned"), (Hand.RETURNED,)),
    "nothing": ("silent", "ring", _l("Nothing"), (Hand.OWED, Hand.COMING)),
}
CHOICES = [
    *((key, label) for key, (_tone, _shape, label, _hands) in STATES.items()),
    (DONE, _l("All reported")),
]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One body. `counts`: of STATES, in their order."""

    agency_id: int
    code: str
    name: str
    names: Sequence[str]
    group: str
    owed: int
    reported: int
    counts: Mapping[str, int]
    to_ask: int
    by: date | None
    due: DueDay | None

    @property
    def missing(self) -> int:
        """How many reports are not there yet."""
        return self.owed - self.reported

    def has(self, state: str) -> bool:
        """Whether a report of the body is in a state; DONE: whether all are reported."""
        return not self.missing if state == DONE else bool(self.counts[state])


def body_rows(found: Mapping[int, OfBody], agencies: Sequence[Any]) -> list[BodyRow]:
    """The bodies that owe a report or have sent one, what was due longest first."""
    rows = [_row(found[agency.id], agency) for agency in agencies if agency.id in found]
    return sorted(rows, key=lambda row: (row.by or date.max, -row.missing))


def in_state(body: OfBody, state: str) -> list[Missing]:
    """The reports of a body that are in a state."""
    return [one for one in body.missing if one.hand in STATES[state][3]]


def due_of(by: date, left: int) -> DueDay:
    """A day by which something is owed, with what it means."""
    return DueDay(format_day(by), target_words.days_left(left), by.isoformat(), target_words.tone_of(left))


def _row(body: OfBody, agency: Any) -> BodyRow:
    nearest = body.nearest
    return BodyRow(
        agency_id=agency.id,
        code=agency.code,
        name=text_by_language(agency.name),
        names=list(agency.name.values()),
        group=agency.peer,
        owed=body.owed,
        reported=body.reported,
        counts={key: len(in_state(body, key)) for key in STATES},
        to_ask=len(body.to_ask),
        by=nearest.by if nearest else None,
        due=due_of(nearest.by, nearest.left) if nearest else None,
    )
