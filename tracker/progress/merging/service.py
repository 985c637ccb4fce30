"""Keeping what came of a merge: by the verb that keeps every draft, and which side won as facts beside it."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.permissions.reader import Reader
from tracker.progress import queries, service
from tracker.progress.merging.merge import Outcome, Part, Side, Written, merged
from tracker.progress.merging.models import CellMerge
from tracker.progress.models import Draft
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.rules import retyped

_TOLD = (Outcome.YOURS, Outcome.CONFLICT)


def keep_merged(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    slot: ReportSlot,
    version: int,
    parts: Sequence[Part],
    theirs: Written,
    yours: Written,
    choices: Mapping[str, Side],
    sha256: str,
) -> bool:
    """Keep what the file has otherwise, where it won, as a draft; whether anything of it did.

    `version` is that of the draft that `theirs` stands in. Raises what `service.keep_draft` does; nothing is kept of
    the row then.
    """
    service.permit(reader, Action.ENTER_FIGURE, slot)
    told = [(part, part.side(choices)) for part in parts if part.outcome in _TOLD]
    if not told or slot.period is None:
        return False
    draft: Draft | None
    won = any(side is Side.YOURS for _part, side in told)
    if won:
        kept = merged(parts, theirs, yours, choices)
        draft = service.keep_draft(
            session, now, reader=reader, slot=slot, typed=kept.typed, language=kept.language, version=version
        )
    else:
        draft = queries.draft_of(session, slot)
    rows = [
        CellMerge(
            target_id=slot.target.id,
            period_id=slot.period.id,
            agency_id=slot.target.agency_id,
            part=part.name,
            side=side,
            conflict=part.outcome is Outcome.CONFLICT,
            yours=_json(part.yours),
            theirs=_json(retyped(part.theirs, theirs.language, yours.language)),
            language=yours.language,
            file_sha256=sha256,
            merged_by_id=reader.person_id,
            merged_at=now.at,
        )
        for part, side in told
    ]
    session.add_all(rows)
    session.flush()
    sides = {side.value: [part.name for part, chosen in told if chosen is side] for side in Side}
    detail = {side: names for side, names in sides.items() if names} | {"sha256": sha256}
    added, subject = digests.of_objects(*rows), ("draft", draft.id if draft is not None else None)
    record_of(session, now, Event.DRAFT_MERGED, reader, slot, subject, added, **detail)
    return won


def _json(typed: Mapping[str, str]) -> str:
    return json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)
