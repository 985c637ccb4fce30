"""Many rows written at once are the rows that were asked for, whatever the way: one by one, or all in a statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.worked_examples import entered_late
from tests.support.product import Scene
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps.upsert import Changed

SPAN = sa.inspect(StatusSpan).local_table.c
SHAPE = ("status", "score", "weight", "reason", "deadline_on")


@pytest.mark.parametrize("count", [3, 60])
def test_rows_that_change_go_and_come(session: Session, scene: Scene, count: int) -> None:
    scene(entered_late, 0, date(2021, 10, 1), 20, 20)
    rows = session.connection().execute(sa.select(*SPAN).order_by(SPAN.id)).all()
    assert len(rows) > 2 * count
    write, wanted = Changed(StatusSpan, SHAPE), {row.id: dict(row._mapping) for row in rows}
    for n, row in enumerate(rows[:count]):
        new = {
            "status": "missed",
            "score": None if n % 2 else n,
            "weight": Decimal("0.50") + n,
            "reason": {"code": "missed", "figures": {"n": f"\\ ☂ {n}"}},
            "deadline_on": date(2022, 1, 1 + n % 28),
        }
        assert write.change(row.id, row._mapping, {**row._mapping, **new})
        wanted[row.id] |= new
    gone = rows[count : 2 * count]
    write.gone += [row.id for row in gone]
    write.new += [{name: value for name, value in row._mapping.items() if name != "id"} for row in gone]
    came = [wanted.pop(row.id) for row in gone]
    assert write.count == 3 * count
    assert write.write(session) == 3 * count
    assert write.count == 0

    found = session.connection().execute(sa.select(*SPAN).order_by(SPAN.id)).all()
    by_id = {row.id: dict(row._mapping) for row in found}
    assert {row_id: by_id.pop(row_id) for row_id in wanted} == wanted
    assert _without_id(by_id.values()) == _without_id(came)
    session.rollback()


def _without_id(rows: Any) -> list[dict[str, Any]]:
    told = [{name: value for name, value in row.items() if name != "id"} for row in rows]
    return sorted(told, key=lambda row: (row["target_id"], row["from_on"]))
