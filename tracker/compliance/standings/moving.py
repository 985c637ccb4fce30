"""Who would move in which ranking if a body were in another peer group: by today's scores, in the groups of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.queries import Rank
from tracker.rule.facts import Policy


@dataclass(frozen=True, slots=True)
class Move:
    """A body whose rank or group would be another one; `name` by language."""

    agency_id: int
    name: dict[str, str]
    sort_key: str
    groups: tuple[str, str]  # before and after
    ranks: tuple[Rank, Rank]


def moves(
    session: Session, programme_id: int, from_on: date, policy: Policy, agency_id: int, group: str
) -> Sequence[Move]:
    """The bodies that would move in the groups of `from_on`, by the scores of today: the body itself, then the others
    in the order of their groups and new ranks; nobody where the body has no targets in the programme."""
    rows = standings.bodies_on(session, programme_id, None, from_on)
    scores = {row.id: standings.score_ranked(row, policy) for row in rows}
    if agency_id not in scores:
        return []
    before = {row.id: row.peer for row in rows}
    after = before | {agency_id: group}
    places = [standings.ranked({one: (groups[one], scores[one]) for one in scores}) for groups in (before, after)]
    found = [_move(row, (before[row.id], after[row.id]), (places[0][row.id], places[1][row.id])) for row in rows]
    moved = [one for one in found if one.groups[0] != one.groups[1] or one.ranks[0].rank != one.ranks[1].rank]
    return sorted(moved, key=lambda one: _place(one, agency_id, len(rows)))


def _place(one: Move, agency_id: int, last: int) -> tuple[Any, ...]:
    return one.agency_id != agency_id, one.groups[1], one.ranks[1].rank or last + 1, one.sort_key


def _move(row: Any, groups: tuple[str, str], ranks: tuple[Rank, Rank]) -> Move:
    return Move(row.id, row.name, row.sort_key, groups, ranks)
