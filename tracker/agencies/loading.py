"""Adding bodies and their succession as a package brings them: judged before, told to the record by the loader."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, AgencyClassification, AgencySuccession
from tracker.core.db import bulk
from tracker.core.db.folding import search_key
from tracker.core.db.sorting import sort_key
from tracker.core.letters import folded


def bodies(session: Session, rows: bulk.Rows) -> list[int]:
    """Add bodies (code, kind, peer_group, name by language, exists_from, exists_to); returns their ids in order."""
    return bulk.insert(session, Agency, [{**row, **_keys(row["code"], row["name"])} for row in rows])


def classifications(session: Session, told: Sequence[tuple[int, bulk.Rows]]) -> None:
    """Say of which kind bodies are and with whom they are ranked: (body, from_on, kind, peer_group in order), by id."""
    unsaid = {"recorded_at": None, "recorded_by_id": None}
    rows = [{**row, **unsaid, "agency_id": agency_id} for agency_id, some in told for row in some]
    bulk.insert(session, AgencyClassification, rows)


def successions(session: Session, successors: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Say which bodies took over from which: (predecessor, successors in order), by ids."""
    rows = [
        {"predecessor_id": predecessor, "successor_id": successor, "position": position}
        for predecessor, found in successors
        for position, successor in enumerate(found)
    ]
    bulk.insert(session, AgencySuccession, rows)


def _keys(code: str, name: Mapping[str, str]) -> dict[str, str]:
    """What an `Agency` that is made as an object sees to itself."""
    return {
        "code_key": folded(code),
        "sort_key": sort_key(name["vi"]),
        "search_key": search_key(code, *name.values()),
    }
