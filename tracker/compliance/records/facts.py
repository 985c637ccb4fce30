"""The facts of targets, loaded for the rule: whole batches at a time, each in a fixed number of SQL statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.commitments.queries import UNALTERED, Alterations, Signed, alterations, facts_of
from tracker.compliance.records import statements
from tracker.programmes.frames import Frame, Frames
from tracker.rule import Known, Ledger
from tracker.rule import facts as rule
from tracker.rule.records import record

NONE_KNOWN: Mapping[int, Signed] = {}
BATCH = 500  # targets loaded at once: about 15 MB with a year of reports

_TARGET = sa.inspect(Target).local_table.c

_KIND = {str(kind): kind for kind in rule.ReportKind}
_OUTCOME = {str(outcome): outcome for outcome in rule.Outcome}


@record(frozen=True, slots=True)
class Record:
    """One target with its whole record and what its programme shares with others."""

    target_id: int
    programme_id: int
    agency_id: int
    domain: int
    code: str
    commitment: str  # its number
    signed_on: date  # of the commitment: before it there is nothing to say of the target
    frequency: str
    facts: rule.Facts
    frame: Frame

    def known_on(self, day: date) -> Known:
        """What was known on the day. Who asks about several days holds a ledger of the facts instead."""
        return Ledger(self.facts).known(day)


class Reading(Frames):
    """The frames of one page that only reads, and the records that were read by them: asked for again, they are there.
    Nothing is to change a fact meanwhile."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.records: dict[int, Record | None] = {}  # none: there is no such target


def records_of(
    session: Session, target_ids: Sequence[int], frames: Frames | None = None, known: Mapping[int, Signed] = NONE_KNOWN
) -> list[Record]:
    """The records of these targets, at most a batch of them, in the order of their ids. Unknown ids are left out.

    `known` is what was read of some of them already; it is used where that is of all.
    """
    ids = sorted(set(target_ids))
    if isinstance(frames, Reading):
        kept = frames.records
        missing = [one for one in ids if one not in kept]
        kept.update(dict.fromkeys(missing))
        kept.update((one.target_id, one) for one in _read(session, missing, frames, known))
        return [record for one in ids if (record := kept[one]) is not None]
    return _read(session, ids, frames, known)


def _read(session: Session, ids: list[int], frames: Frames | None, known: Mapping[int, Signed]) -> list[Record]:
    if not ids:
        return []
    if known.keys() >= set(ids):
        by_id = (frames or Frames(session)).of({known[one].target.programme_id for one in ids})
        parts = _Parts(session, ids, {one: known[one].altered for one in ids})
        signed = [known[one] for one in ids]
        return [_record(of.target, of.commitment, by_id[of.target.programme_id], parts) for of in signed]
    targets = session.connection().execute(statements.TARGETS, {"ids": ids}).all()
    by_id = (frames or Frames(session)).of({row.programme_id for row in targets})
    parts = _Parts(session, ids)
    return [_record(row, row, by_id[row.programme_id], parts) for row in targets]


def record_of(session: Session, target: Target, commitment: Any) -> Record:
    """The record of a target that is known already, with its commitment's number and days."""
    frame = Frames(session).of({target.programme_id})[target.programme_id]
    return _record(target, commitment, frame, _Parts(session, [target.id]))


def known_of(
    session: Session,
    target_ids: Sequence[int],
    on: date,
    frames: Frames | None = None,
    known: Mapping[int, Signed] = NONE_KNOWN,
) -> dict[int, Known]:
    """What is known on a day of any number of targets, by id; by the frames, and what was signed, of whoever has read
    them already."""
    frames = frames or Frames(session)
    records = (one for ids in in_batches(target_ids) for one in records_of(session, ids, frames, known))
    return {record.target_id: record.known_on(on) for record in records}


def stream(session: Session, *where: sa.ColumnElement[bool], batch: int = BATCH) -> Iterator[list[Record]]:
    """All records whose target meets the conditions, batch by batch, body after body, in bounded memory.

    Between two batches nothing is left open in the database, so the caller may commit there.
    """
    for ids in stream_ids(session, *where, batch=batch):
        # Programmes are read anew for each batch: whoever commits in between lets others change them.
        yield records_of(session, ids)


def stream_ids(session: Session, *where: sa.ColumnElement[bool], batch: int = BATCH) -> Iterator[list[int]]:
    """The ids of the targets that meet the conditions, batch by batch, ordered by body and id."""
    after: tuple[int, int] | None = None
    while True:
        statement = sa.select(_TARGET.agency_id, _TARGET.id).where(*where)
        if after is not None:
            statement = statement.where(sa.tuple_(_TARGET.agency_id, _TARGET.id) > after)
        rows = session.connection().execute(statement.order_by(_TARGET.agency_id, _TARGET.id).limit(batch)).all()
        if rows:
            yield [target_id for _, target_id in rows]
        if len(rows) < batch:
            return
        after = rows[-1]


def in_batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """The ids in lists of at most `size`."""
    source = iter(ids)
    while found := list(islice(source, size)):
        yield found


class _Parts:
    """Everything that hangs on the targets of a batch, by target."""

    def __init__(self, session: Session, ids: list[int], altered: Mapping[int, Alterations] | None = None) -> None:
        self.alterations = alterations(session, ids) if altered is None else altered
        self.reports: dict[int, dict[int, _Sent]] = defaultdict(dict)
        rows = session.connection().execute(statements.REVISIONS, {"ids": ids}).all()
        for _, of_revision in groupby(rows, key=_revision_id):
            first, *more = of_revision
            target_id, report_id, period_id, kind = first[:4]
            reports = self.reports[target_id]
            if report_id not in reports:
                reports[report_id] = _Sent(period_id, kind, [])
            # A row for each decision, or one where nobody decided yet.
            decided = () if first[_OUTCOME_AT] is None else (first, *more)
            columns = (*first[_REPORTED], tuple(map(_decision, decided)))
            reports[report_id].revisions.append(rule.Revision(*columns))


# The columns of a row of REVISIONS that are those of the rule's records, in their order.
_revision_id = itemgetter(4)
_REPORTED, _OUTCOME_AT, _DECIDED = slice(5, 13), 13, slice(14, None)


def _decision(row: Any) -> rule.Decision:
    return rule.Decision(_OUTCOME[row[_OUTCOME_AT]], *row[_DECIDED])


@dataclass(slots=True)
class _Sent:
    """One report while its revisions are gathered."""

    period_id: int | None
    kind: str
    revisions: list[rule.Revision]


def _record(row: Any, commitment: Any, frame: Frame, parts: _Parts) -> Record:
    reports = parts.reports.get(row.id, {}).values()
    facts = facts_of(
        row,
        commitment.in_force_from,
        frame,
        parts.alterations.get(row.id, UNALTERED),
        tuple(
            rule.Report(
                frame.period_codes[sent.period_id] if sent.period_id else None, _KIND[sent.kind], tuple(sent.revisions)
            )
            for sent in reports
        ),
    )
    return Record(
        target_id=row.id,
        programme_id=row.programme_id,
        agency_id=row.agency_id,
        domain=row.domain,
        code=row.code,
        commitment=commitment.number,
        signed_on=commitment.signed_on,
        frequency=row.frequency,
        facts=facts,
        frame=frame,
    )
