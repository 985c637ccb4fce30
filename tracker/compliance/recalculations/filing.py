"""Filing the answers of a recalculation: rows of targets, sums of bodies, who moved where; and removing them.

Whoever calls holds its row, so a batch is added to the sums once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.recalculations import known
from tracker.compliance.recalculations.models import Recalculation, RecalculationRow, RecalculationSum
from tracker.compliance.recalculations.preview import Pair
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import counted
from tracker.rule import NO_SCORES, Weighed, ranked_score, ranks, weighed
from tracker.rule.facts import Policy

REMOVED_AT_ONCE = 5_000
NOTHING_SAID = "none"  # in the matrix: no step is stored of the day
_SIDES = ("before", "after")

_ROW = cast(sa.Table, RecalculationRow.__table__)
_SUM = cast(sa.Table, RecalculationSum.__table__)


def file(session: Session, recalculation: Recalculation, pairs: list[Pair]) -> None:
    """Add the answers of a batch of targets."""
    if not pairs:
        return
    session.connection().execute(sa.insert(_ROW), [_columns(recalculation.id, pair) for pair in pairs])
    _add_up(session, recalculation.id, pairs)
    matrix = Counter(recalculation.result.get("matrix", {}))
    matrix.update(f"{pair.before.status if pair.before else NOTHING_SAID}>{pair.after.status}" for pair in pairs)
    moved = recalculation.result.get("moved", 0) + sum(pair.differs for pair in pairs)
    recalculation.result = {"matrix": dict(matrix), "moved": moved}


def rank(session: Session, recalculation_id: int, policies: tuple[Policy, Policy], on: date) -> None:
    """Rank the bodies within their peer groups of the judged day by each of the two scores and policies, once all are
    summed."""
    summed = session.execute(sa.select(_SUM).where(_SUM.c.inquiry_id == recalculation_id)).all()
    peers = known.peers(session, (row.agency_id for row in summed), on)
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in summed:
        groups[peers[row.agency_id]].append(row)
    places: list[dict[str, Any]] = []
    for rows in groups.values():
        before, after = (
            ranks({row.agency_id: _ranked_score(row, side, policy) for row in rows})
            for side, policy in zip(_SIDES, policies, strict=True)
        )
        places += [{"body": r.agency_id, "before": before[r.agency_id], "after": after[r.agency_id]} for r in rows]
    if places:
        update = sa.update(_SUM).where(_SUM.c.inquiry_id == recalculation_id, _SUM.c.agency_id == sa.bindparam("body"))
        values: dict[str, Any] = {f"rank_{side}": sa.bindparam(side) for side in _SIDES}
        session.connection().execute(update.values(values), places)


def _ranked_score(row: Any, side: str, policy: Policy) -> Decimal | None:
    score, weight, of = (getattr(row, f"{name}_{side}") for name in ("score", "weight", "counted"))
    return ranked_score(points(score), weight, of, policy)


def remove(session: Session, recalculation_id: int) -> bool:
    """Remove some thousand rows of a recalculation; with the last of them its sums and itself, and say so."""
    some = sa.select(_ROW.c.target_id).where(_ROW.c.inquiry_id == recalculation_id).limit(REMOVED_AT_ONCE)
    rows = session.execute(sa.delete(_ROW).where(_ROW.c.inquiry_id == recalculation_id, _ROW.c.target_id.in_(some)))
    if int(getattr(rows, "rowcount", 0)) == REMOVED_AT_ONCE:
        return False
    session.execute(sa.delete(_SUM).where(_SUM.c.inquiry_id == recalculation_id))
    session.execute(sa.delete(Recalculation).where(Recalculation.id == recalculation_id))
    return True


def _columns(recalculation_id: int, pair: Pair) -> dict[str, Any]:
    return {
        "inquiry_id": recalculation_id,
        "target_id": pair.target_id,
        "agency_id": pair.agency_id,
        "status_before": pair.before.status if pair.before else None,
        "score_before": pair.before.score if pair.before else None,
        "punctuality_before": pair.before.punctuality if pair.before else None,
        "status_after": pair.after.status,
        "score_after": pair.after.score,
        "punctuality_after": pair.after.punctuality,
        "reason_after": pair.reason,
        "differs": pair.differs,
        "shift": pair.shift,
    }


class Sum:
    """A body's targets while they are added up, exactly, on both sides."""

    def __init__(self, stored: Any = None) -> None:
        self.targets: int = stored.targets if stored else 0
        self.moved: int = stored.moved if stored else 0
        self.scores = [
            Weighed(getattr(stored, f"total_{side}"), getattr(stored, f"weight_{side}")) if stored else NO_SCORES
            for side in _SIDES
        ]
        self.counted = [
            Weighed(Decimal(0), getattr(stored, f"counted_{side}")) if stored else NO_SCORES for side in _SIDES
        ]

    def add(self, pair: Pair) -> None:
        """One more target; an answer without a score is left out of the mean."""
        self.targets += 1
        self.moved += pair.differs
        for side, answer in enumerate((pair.before, pair.after)):
            if answer is not None:
                self.scores[side] += weighed(points(answer.score), answer.weight)
                self.counted[side] += counted(answer.status, answer.weight)

    def score(self, side: int) -> int | None:
        """The weighted mean in hundredths: side 0 before, 1 after."""
        return hundredths(self.scores[side].mean)

    def columns(self) -> dict[str, Any]:
        """Column → value."""
        found: dict[str, Any] = {"targets": self.targets, "moved": self.moved}
        for side, name in enumerate(_SIDES):
            found[f"total_{name}"] = self.scores[side].total
            found[f"weight_{name}"] = self.scores[side].weight
            found[f"counted_{name}"] = self.counted[side].weight
            found[f"score_{name}"] = self.score(side)
        return found


def sums_of(pairs: Iterable[Pair]) -> dict[int, Sum]:
    """Sums by body."""
    found: dict[int, Sum] = defaultdict(Sum)
    for pair in pairs:
        found[pair.agency_id].add(pair)
    return found


def _add_up(session: Session, recalculation_id: int, pairs: list[Pair]) -> None:
    """A body's targets may lie in two batches: what is stored is read, added to and replaced."""
    bodies = sorted({pair.agency_id for pair in pairs})
    of_them = sa.and_(_SUM.c.inquiry_id == recalculation_id, _SUM.c.agency_id.in_(bodies))
    found = {row.agency_id: Sum(row) for row in session.connection().execute(sa.select(_SUM).where(of_them))}
    for pair in pairs:
        found.setdefault(pair.agency_id, Sum()).add(pair)
    session.connection().execute(sa.delete(_SUM).where(of_them))
    rows = [{"inquiry_id": recalculation_id, "agency_id": body, **found[body].columns()} for body in bodies]
    session.connection().execute(sa.insert(_SUM), rows)
