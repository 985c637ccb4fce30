"""Deriving the steps of a batch of targets and writing what differs from the stored rows, with the sums that change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance import statements, sums
from tracker.compliance.facts import records_of
from tracker.compliance.frames import Frames
from tracker.compliance.models import StatusSpan
from tracker.compliance.spans import COLUMNS, Span, continue_from, derive

_SPAN = sa.inspect(StatusSpan).local_table
_IN_SUMS = ("from_on", "to_on", "status", "score", "punctuality", "weight", "programme_id", "agency_id", "domain")


class Batch:
    """Steps to write, gathered over the targets of a batch. The bodies are held already (`locks.hold`)."""

    def __init__(self, session: Session, frames: Frames | None = None, changes: sums.Changes | None = None) -> None:
        self._session = session
        self._frames = frames or Frames(session)
        self._sums = changes
        self._gone: list[int] = []
        self._changed: list[dict[str, Any]] = []
        self._new: list[dict[str, Any]] = []

    @property
    def count(self) -> int:
        """How many rows differ."""
        return len(self._gone) + len(self._changed) + len(self._new)

    def bring_to(self, target_ids: Sequence[int], day: date) -> None:
        """Derive what follows until the day, which may have got new facts; first missed days, where a step has ended.

        No earlier day's answer changes, whatever the facts say now.
        """
        stored = _stored(self._session, target_ids, day)
        for record in records_of(self._session, target_ids, self._frames):
            rows = stored.get(record.target_id, [])
            open_row = next((row for row in rows if row.to_on is None), None)
            if open_row is None:
                self._compare(rows, derive(record, day))
                continue
            # Later than the day only where the clock was set back.
            since, until = day, max(day, open_row.from_on)
            if open_row.wake_on is not None and open_row.wake_on < day:
                since = open_row.wake_on
            before = next((row for row in reversed(rows) if row.from_on < since), None)
            if before is None:
                self._compare(rows, derive(record, until))
                continue
            kept = [row for row in rows if row is before or row.from_on >= since]
            self._compare(kept, continue_from(record, as_span(before), since, until))

    def derive_anew(self, target_ids: Sequence[int], until: date) -> None:
        """Derive everything up to the day from the facts."""
        stored = all_stored(self._session, target_ids)
        for record in records_of(self._session, target_ids, self._frames):
            self._compare(stored.get(record.target_id, []), derive(record, until))

    def write(self) -> int:
        """Write what differs; returns how many rows did."""
        sums.write_rows(self._session, _SPAN, self._gone, self._changed, self._new)
        count, self._gone, self._changed, self._new = self.count, [], [], []
        return count

    def _compare(self, rows: Iterable[Any], spans: list[Span]) -> None:
        left = {row.from_on: row for row in rows}
        for span in spans:
            row = left.pop(span.from_on, None)
            columns = span.columns()
            if row is None:
                self._new.append(columns)
                self._count(None, span)
            elif any(row._mapping[name] != value for name, value in columns.items()):
                self._changed.append({"row_id": row.id, **columns})
                self._count(row, span)
        for row in left.values():
            self._gone.append(row.id)
            self._count(row, None)

    def _count(self, row: Any, span: Span | None) -> None:
        if self._sums is None or (row and span and all(getattr(row, n) == getattr(span, n) for n in _IN_SUMS)):
            return
        if row is not None:
            self._sums.add(row, -1)
        if span is not None:
            self._sums.add(span)


def all_stored(session: Session, target_ids: Sequence[int]) -> dict[int, list[Any]]:
    """All stored rows of these targets, in order of their days."""
    return _by_target(session.connection().execute(statements.SPANS, {"ids": list(target_ids)}))


def as_span(row: Any) -> Span:
    """A stored row as a step."""
    return Span(**{name: row._mapping[name] for name in COLUMNS})


def _stored(session: Session, target_ids: Sequence[int], day: date) -> dict[int, list[Any]]:
    """The rows that hold on or after the day, the one that ends there, and the open one however long ago it began."""
    since = {"ids": list(target_ids), "day": day}
    return _by_target(session.connection().execute(statements.SPANS_SINCE, since))


def _by_target(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.from_on):
        found[row.target_id].append(row)
    return found
