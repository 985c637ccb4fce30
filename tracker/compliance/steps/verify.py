"""Proving what is stored: every step derived anew from the facts and held against its row, every sum against steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.compliance.records import targets
from tracker.compliance.records.facts import Record, stream
from tracker.compliance.steps import sums
from tracker.compliance.steps.ahead import COLUMNS, Span, StepAhead, as_span, from_wake, read, write
from tracker.compliance.steps.nightly import assessed_on
from tracker.compliance.steps.spans import Unfolded, derive
from tracker.compliance.steps.store import all_ahead, all_stored
from tracker.programmes.models import Programme
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import RULE_VERSION


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one step (or sum) that is not what the facts say. `day` is the first of the step."""

    subject: str  # "01/CK-SNV T01" for a target, "PAR-2021 SNV domain 3" for a sum
    day: date
    column: str  # "from_on": one of the two has no step that begins on the day
    stored: Any
    derived: Any

    def __str__(self) -> str:
        return f"{self.subject}: {self.day}: {self.column} is {self.stored}, the facts say {self.derived}"


def differences(session: Session, today: date, *where: sa.ColumnElement[bool]) -> Iterator[Difference]:
    """Where the stored steps of targets that meet the conditions (on Target) differ from their facts, then the sums.

    Streams in bounded memory. A step that ended since the last nightly run is not wrong, only not yet followed.
    """
    assessed = assessed_on(session) or date.min
    for records in stream(session, *where):
        ids = [record.target_id for record in records]
        stored, ahead = all_stored(session, ids), all_ahead(session, ids)
        for record in records:
            rows = [as_span(row) for row in stored.get(record.target_id, ())]
            found = derive(record, _brought_to(record, rows, assessed, today))
            yield from _of_target(record, rows, found.spans)
            yield from _ahead(record, ahead.get(record.target_id), found)
    yield from _of_sums(session, where)


def _brought_to(record: Record, rows: list[Span], assessed: date, today: date) -> date:
    """The day that the stored steps of a target answer for."""
    wake_on = rows[-1].wake_on if rows else record.signed_on
    asleep = today if wake_on is None else min(today, wake_on - ONE_DAY)
    return max(asleep, min(assessed, today), rows[-1].from_on if rows else date.min)


def _of_target(record: Record, rows: list[Span], spans: list[Span]) -> Iterator[Difference]:
    subject = f"{record.commitment} {record.code}"
    stored = {row.from_on: row for row in rows}
    derived = {span.from_on: span for span in spans}
    for day in sorted(stored.keys() | derived.keys()):
        old, new = stored.get(day), derived.get(day)
        if old is None or new is None:
            yield Difference(subject, day, "from_on", old and day, new and day)
        elif old != new:
            for name in COLUMNS:
                if getattr(old, name) != getattr(new, name):
                    yield Difference(subject, day, name, getattr(old, name), getattr(new, name))


def _ahead(record: Record, row: Any, found: Unfolded) -> Iterator[Difference]:
    """Where what is kept of the days ahead differs. What is not kept, or by an older rule, is derived when it comes."""
    if row is None or row.rule_version != RULE_VERSION or not found.spans:
        return
    kept = from_wake(read(row.looks), found.spans[-1].wake_on)
    if kept != found.ahead:
        old, new = next((a, b) for a, b in zip_longest(kept, found.ahead) if a != b)
        day = (new or old).on
        yield Difference(f"{record.commitment} {record.code}", day, "ahead", _told(old), _told(new))


def _told(step: StepAhead | None) -> str | None:
    return None if step is None else write([step])


def without_targets(session: Session) -> Iterator[Difference]:
    """Sums of bodies that have no target left in a programme: they are to be gone."""
    with_targets = set(targets.bodies_with_targets(session))
    yield from _sums_of(session, [body for body in sums.bodies(session) if body not in with_targets])


def _of_sums(session: Session, where: tuple[sa.ColumnElement[bool], ...]) -> Iterator[Difference]:
    yield from _sums_of(session, targets.bodies_with_targets(session, where))
    if not where:
        yield from without_targets(session)


def _sums_of(session: Session, bodies: list[tuple[int, int]]) -> Iterator[Difference]:
    programmes = dict(session.execute(sa.select(Programme.id, Programme.code)).all())
    agencies = dict(session.execute(sa.select(Agency.id, Agency.code)).all())
    for programme_id, agency_id in bodies:
        subject = f"{programmes[programme_id]} {agencies[agency_id]}"
        for domain, day, column, stored, derived in sums.differences(session, programme_id, agency_id):
            yield Difference(f"{subject} domain {domain}", day, column, stored, derived)
