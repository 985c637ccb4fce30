"""Deriving the steps of a batch of targets and writing what differs from the stored rows, with the sums that change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tracker.commitments.queries import Signed
from tracker.compliance.models import SpanAhead, StatusSpan
from tracker.compliance.records import statements
from tracker.compliance.records.facts import NONE_KNOWN, Record, records_of
from tracker.compliance.steps import sums
from tracker.compliance.steps.ahead import COLUMNS, Span, as_span, from_wake, read, write
from tracker.compliance.steps.spans import Unfolded, continue_from, derive
from tracker.compliance.steps.upsert import Changed
from tracker.programmes.frames import Frames
from tracker.rule.facts import RULE_VERSION

_summed = attrgetter("from_on", "status", "score", "punctuality", "weight", "programme_id", "agency_id", "domain")
_SEEN_ANEW = ("next_change_on", "wake_on")
_CLOSED = ("to_on", *_SEEN_ANEW, "deadline_on")
# All but whose it is and its first day, by which the row was found.
_ANSWERED = tuple(
    name for name in COLUMNS if name not in {"target_id", "programme_id", "agency_id", "domain", "from_on"}
)


class Ahead(NamedTuple):
    """What is kept of the days ahead of a target."""

    target_id: int
    rule_version: int
    looks: str


class Batch:
    """Steps to write, gathered over the targets of a batch. The bodies are held already (`locks.hold`)."""

    def __init__(self, session: Session, frames: Frames | None = None, changes: sums.Changes | None = None) -> None:
        self._session = session
        self._frames = frames or Frames(session)
        self._sums = changes
        self._spans = Changed(StatusSpan, _SEEN_ANEW, _CLOSED, _ANSWERED, ends=_CLOSED)
        self._ahead = Changed(SpanAhead, ("rule_version", "looks"))

    @property
    def count(self) -> int:
        """How many rows differ."""
        return self._spans.count + self._ahead.count

    def bring_to(self, target_ids: Sequence[int], day: date, known: Mapping[int, Signed] = NONE_KNOWN) -> list[Record]:
        """Derive what follows until the day, which may have got new facts; first missed days, where a step has ended.

        No earlier day's answer changes, whatever the facts say now. Returns the records that it rests on. `known`: see
        `records_of`.
        """
        stored = _stored(self._session, target_ids, day)
        opened = {target_id: row for target_id, rows in stored.items() for row in rows if row.to_on is None}
        ahead = all_ahead(self._session, [target_id for target_id in target_ids if target_id not in opened])
        records = records_of(self._session, target_ids, self._frames, known)
        for record in records:
            row = opened.get(record.target_id)
            found = self._follow(record, stored.get(record.target_id, []), row, day)
            kept = ahead.get(record.target_id) if row is None else _ahead_of(row)
            self._replace_ahead(record.target_id, kept, found)
        return records

    def _follow(self, record: Record, rows: list[Any], open_row: Any, day: date) -> Unfolded:
        if open_row is None:
            return self._compare(rows, derive(record, day))
        # Later than the day only where the clock was set back.
        since, until = day, max(day, open_row.from_on)
        if open_row.wake_on is not None and open_row.wake_on < day:
            since = open_row.wake_on
        before = next((row for row in reversed(rows) if row.from_on < since), None)
        if before is None:
            return self._compare(rows, derive(record, until))
        kept = [row for row in rows if row is before or row.from_on >= since]
        return self._compare(kept, continue_from(record, as_span(before), since, until))

    def derive_anew(self, target_ids: Sequence[int], until: date) -> list[Record]:
        """Derive everything up to the day from the facts. Returns the records that it rests on."""
        stored = all_stored(self._session, target_ids)
        ahead = all_ahead(self._session, target_ids)
        records = records_of(self._session, target_ids, self._frames)
        for record in records:
            found = self._compare(stored.get(record.target_id, []), derive(record, until))
            self._replace_ahead(record.target_id, ahead.get(record.target_id), found)
        return records

    def replace_open(self, row: Any, spans: list[Span]) -> None:
        """The open row of a target is to be these steps, the first of which it is."""
        self._compare([row], Unfolded(spans, []))

    def write(self) -> int:
        """Write what differs; returns how many rows did."""
        return self._spans.write(self._session) + self._ahead.write(self._session)

    def _compare(self, rows: Iterable[Any], found: Unfolded) -> Unfolded:
        left = {row.from_on: row for row in rows}
        for span in found.spans:
            row = left.pop(span.from_on, None)
            columns = span.columns()
            if row is None:
                self._spans.new.append(columns)
                self._count(None, span)
            elif self._spans.change(row.id, row._mapping, columns):
                self._count(row, span)
        for row in left.values():
            self._spans.gone.append(row.id)
            self._count(row, None)
        return found

    def _replace_ahead(self, target_id: int, row: Any, found: Unfolded) -> None:
        """What the nights have followed since stays in a row that is right from there on: there is no need to write."""
        if row is None and not found.ahead:
            return
        wake_on = found.spans[-1].wake_on if found.spans else None
        if row is not None and row.rule_version == RULE_VERSION and from_wake(read(row.looks), wake_on) == found.ahead:
            return
        if not found.ahead:
            self._ahead.gone.append(target_id)
            return
        columns = {"target_id": target_id, "rule_version": RULE_VERSION, "looks": write(found.ahead)}
        if row is None:
            self._ahead.new.append(columns)
        else:
            self._ahead.change(target_id, row._asdict(), columns)

    def _count(self, row: Any, span: Span | None) -> None:
        if self._sums is None:
            return
        if row is not None and span is not None and _summed(row) == _summed(span):
            if row.to_on == span.to_on:
                return
            if row.to_on is None and span.to_on is not None:
                self._sums.end(row, span.to_on)
                return
        if row is not None:
            self._sums.add(row, -1)
        if span is not None:
            self._sums.add(span)


def all_stored(session: Session, target_ids: Sequence[int]) -> dict[int, list[Any]]:
    """All stored rows of these targets, in order of their days."""
    return _by_target(session.connection().execute(statements.SPANS, {"ids": list(target_ids)}))


def _stored(session: Session, target_ids: Sequence[int], day: date) -> dict[int, list[Any]]:
    """The rows that hold on or after the day, the one that ends there, and the open one however long ago it began."""
    since = {"ids": list(target_ids), "day": day}
    return _by_target(session.connection().execute(statements.SPANS_SINCE, since))


def all_ahead(session: Session, target_ids: Sequence[int]) -> dict[int, Ahead]:
    """What is kept of the days ahead of these targets, by target."""
    if not target_ids:
        return {}
    rows = session.connection().execute(statements.AHEAD, {"ids": list(target_ids)})
    return {row.target_id: Ahead(*row) for row in rows}


def _ahead_of(row: Any) -> Ahead | None:
    """The same of a target's open row."""
    return None if row.looks is None else Ahead(row.target_id, row.ahead_version, row.looks)


def _by_target(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.from_on):
        found[row.target_id].append(row)
    return found
