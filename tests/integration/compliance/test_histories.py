"""A year loaded at once and the same facts entered day by day, with the nightly run between, give the same rows."""

from __future__ import annotations

import json
import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.histories import delayed, morning
from tests.factories.package_rows import PackageRows
from tests.factories.units import run
from tracker.commitments.models import Target
from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.steps import nightly, rebuilding, service, verify
from tracker.compliance.telling.export import span_rows
from tracker.core.db.unit_of_work import unit_of_work

FIRST, LAST = date(2020, 12, 20), date(2022, 2, 1)


@pytest.mark.parametrize("turn", range(int(os.environ.get("YEARS", "1"))))
def test_day_by_day_is_all_at_once(session: Session, shared: Path, database_kind: str, turn: int) -> None:
    """The nightly run is left out on random days, and some days see two units of work. Each database has its own."""
    seed = 2 * turn + (database_kind == "postgresql")
    chance = random.Random(seed)
    examples = json.loads((shared / "data/rule_examples.json").read_text())
    package = delayed(examples[seed % len(examples)]["package"], chance, targets=4)
    with unit_of_work(morning(FIRST)):
        rows = PackageRows(session, package)
    day = FIRST
    while day <= LAST:
        if chance.random() < 0.4:
            run(nightly.units(day), day)
        if day in rows.days:
            with unit_of_work(morning(day)):
                rows.enter(day)
        if chance.random() < 0.05:
            assert list(verify.differences(session, day)) == []
        day += timedelta(days=1)
    run(nightly.units(LAST), LAST)
    entered, sums = list(span_rows(session)), sum_rows(session)
    assert len(entered) > 12 * 5
    assert list(verify.differences(session, LAST)) == []
    assert run(rebuilding.units(LAST), LAST) == 0

    with unit_of_work(morning(LAST)):
        session.execute(sa.delete(StatusSpan))
        session.execute(sa.delete(AgencySum))
    with unit_of_work(morning(LAST)):
        ids = list(session.scalars(sa.select(Target.id)))
        service.rebuild(session, ids, LAST)
    assert list(span_rows(session)) == entered
    assert sum_rows(session) == sums


def test_a_package_of_a_past_year_is_replayed_when_it_is_loaded(session: Session, shared: Path) -> None:
    package = json.loads((shared / "data/rule_examples.json").read_text())[0]["package"]
    with unit_of_work(morning(LAST)):
        PackageRows(session, package).enter_all()
    assert list(verify.differences(session, LAST)) == []
    firsts = session.execute(sa.select(sa.func.min(StatusSpan.from_on)).group_by(StatusSpan.target_id)).scalars()
    assert set(firsts) == {date(2021, 1, 1)}


def test_a_package_with_records_of_days_ahead_unfolds_by_night(session: Session, shared: Path) -> None:
    """Loaded in mid-year, its later records count from their days on."""
    package = json.loads((shared / "data/rule_examples.json").read_text())[1]["package"]
    middle = date(2021, 6, 30)
    with unit_of_work(morning(middle)):
        PackageRows(session, package).enter_all()
    assert list(verify.differences(session, middle)) == []
    run(nightly.units(LAST), LAST)
    assert list(verify.differences(session, LAST)) == []


def sum_rows(session: Session) -> list[dict[str, Any]]:
    columns = [column for column in sa.inspect(AgencySum).local_table.c if column.name != "id"]
    found = session.execute(sa.select(*columns))
    return sorted((dict(row._mapping) for row in found), key=lambda row: str(sorted(row.items(), key=str)))
