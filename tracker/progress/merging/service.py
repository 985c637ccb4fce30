"""Keeping what came of a merge: by the verb that keeps every draft, and which side won as facts in the same record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.permissions.reader import Reader
from tracker.progress import queries, service
from tracker.progress.merging.merge import Outcome, Part, Side, Written, merged
from tracker.progress.merging.models import CellMerge
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.rules import Typed, retyped

_TOLD = (Outcome.YOURS, Outcome.CONFLICT)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One figure of a file and what stood there: `theirs` in the draft of that version (0: there was none)."""

    slot: ReportSlot
    version: int
    parts: Sequence[Part]
    theirs: Written
    yours: Written
    choices: Mapping[str, Side]

    @property
    def told(self) -> list[tuple[Part, Side]]:
        """The parts of which the file has another text, each with the side that wins."""
        return [(part, part.side(self.choices)) for part in self.parts if part.outcome in _TOLD]


def keep_merged(
    session: Session, now: Moment, *, reader: Reader, meetings: Sequence[Meeting], sha256: str
) -> list[ReportSlot]:
    """Keep what the file of this hash has otherwise, where it won, as drafts; returns which it won.

    Raises what `service.keep_draft` does; whoever calls it keeps all or nothing.
    """
    meetings = sorted((one for one in meetings if one.told and one.slot.period), key=lambda one: one.slot.target.id)
    for meeting in meetings:
        service.permit(reader, Action.ENTER_FIGURE, meeting.slot)
    facts = [_facts(now, reader, meeting, sha256) for meeting in meetings]
    session.add_all(row for rows in facts for row in rows)
    session.flush()
    return [
        meeting.slot
        for meeting, rows in zip(meetings, facts, strict=True)
        if _keep(session, now, reader, meeting, rows, sha256)
    ]


def _keep(
    session: Session, now: Moment, reader: Reader, meeting: Meeting, rows: Sequence[CellMerge], sha256: str
) -> bool:
    sides = {side.value: [part.name for part, chosen in meeting.told if chosen is side] for side in Side}
    detail: dict[str, object] = {side: names for side, names in sides.items() if names} | {"sha256": sha256}
    added, slot = list(digests.of_objects(*rows)), meeting.slot
    if sides[Side.YOURS]:
        kept = merged(meeting.parts, meeting.theirs, meeting.yours, meeting.choices)
        service.keep_draft(
            session,
            now,
            reader=reader,
            slot=slot,
            typed=kept.typed,
            language=kept.language,
            version=meeting.version,
            facts=added,
            detail=detail,
        )
        return True
    draft = queries.draft_of(session, slot)
    subject = ("draft", draft.id if draft is not None else None)
    record_of(session, now, Event.DRAFT_MERGED, reader, slot, subject, added, **detail)
    return False


def _facts(now: Moment, reader: Reader, meeting: Meeting, sha256: str) -> list[CellMerge]:
    slot, language = meeting.slot, meeting.yours.language
    return [
        CellMerge(
            target_id=slot.target.id,
            period_id=slot.period.id if slot.period else None,
            agency_id=slot.target.agency_id,
            part=part.name,
            side=side,
            conflict=part.outcome is Outcome.CONFLICT,
            yours=_json(part.yours),
            theirs=_json(retyped(part.theirs, meeting.theirs.language, language)),
            language=language,
            file_sha256=sha256,
            merged_by_id=reader.person_id,
            merged_at=now.at,
        )
        for part, side in meeting.told
    ]


def _json(typed: Typed) -> str:
    return json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)
