"""Rows of a period's ranking as a reader may see them: of a preview a body's own, of an edition every body, and the
cells of one's own body; whoever sees every body sees all."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.editions import queries
from tracker.editions.models import RankingEdition
from tracker.monitoring import words
from tracker.permissions.policy import Reach
from tracker.permissions.reader import Reader


def sees_all(reader: Reader) -> bool:
    """Whether the reader sees rankings of every body."""
    return any(ground.grant.reach is Reach.ALL for ground in reader.grounds(Action.SEE_EDITIONS))


def rows(
    figures: Mapping[str, Any], ids: Mapping[str, int], reader: Reader, *, every_row: bool, every_cell: bool
) -> list[dict[str, Any]]:
    """The bodies in their order, each with its cells, or without where they are another's."""
    found = []
    for one in figures["bodies"]:
        agency_id = ids.get(one["code"])
        own = agency_id is not None and reader.may(Action.SEE_EDITIONS, agency_id)
        if not (own or every_row):
            continue
        appeals = agency_id is not None and reader.may(Action.APPEAL_RANKING, agency_id)
        found.append({**one, "targets": one["targets"] if own or every_cell else None, "appeals": appeals, "own": own})
    return found


def groups(found: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows by peer group."""
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        by_group[row["group"]].append(row)
    return [(key, by_group[key]) for key in sorted(by_group, key=words.group_place)]


def own_cell(session: Session, figures: Mapping[str, Any], target: str, reader: Reader) -> dict[str, Any] | None:
    """A cell of the reader's own body; none where it is another's, or not there."""
    ids = queries.agencies(session, [one["code"] for one in figures["bodies"]])
    mine = [one for one in rows(figures, ids, reader, every_row=False, every_cell=False) if one["appeals"]]
    return next((cell for one in mine for cell in one["targets"] if cell["token"] == target), None)


def changes(editions: Sequence[RankingEdition], codes: Collection[str]) -> list[dict[str, Any]]:
    """What each edition changed in what was told before it, the last one first; of targets only those of bodies whose
    cells the reader sees."""
    return [
        {
            "edition": one,
            "rows": [{**row, "targets": row["targets"] if row["code"] in codes else []} for row in one.difference],
        }
        for one in editions
    ]
