"""A year of work through the services, with the nightly job between, and the same year loaded as a package."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories.errand import SIGNED_ON
from tests.factories.histories import morning
from tests.factories.year_of_work import YearOfWork
from tests.support.product import Product
from tracker.agencies.models import Agency
from tracker.compliance.models import AgencySum
from tracker.compliance.steps import verify
from tracker.compliance.telling.export import span_rows
from tracker.core import clock
from tracker.interchange import service as interchange

LAST = date(2022, 2, 1)
DEEDS = {"sent", "accepted", "accepted with another value", "returned", "refused", "nights without the job"}


@pytest.mark.parametrize("turn", range(int(os.environ.get("YEARS", "1"))))
def test_a_loaded_year_is_the_year_as_it_was_worked(
    installed: Product,
    session: Session,
    at: Callable[[date | str], clock.Moment],
    database_kind: str,
    turn: int,
    tmp_path: Path,
) -> None:
    """The job is left out on random nights; papers come in days after their signing; days off are declared.

    Each database has years of its own.
    """
    year = worked(installed.app, session, at, 2 * turn + (database_kind == "postgresql"))
    assert year.done.keys() >= DEEDS
    assert list(verify.differences(session, LAST)) == []
    spans, sums = list(span_rows(session)), sums_of(session)
    assert len(spans) > 40
    session.rollback()

    package = tmp_path / "year.json"
    package.write_text("".join(interchange.dump()), encoding="utf-8")
    session.rollback()
    installed.empty()
    assert interchange.load(package, now=morning(LAST)) == []
    assert list(span_rows(session)) == spans
    assert sums_of(session) == sums
    session.rollback()
    assert "".join(interchange.dump()) == package.read_text(encoding="utf-8")


def worked(app: Flask, session: Session, at: Callable[[date | str], clock.Moment], seed: int) -> YearOfWork:
    """Go through the year day by day: at night the job, or not; by day whatever is done."""
    chance = random.Random(seed)
    at(SIGNED_ON)
    year = YearOfWork(session, chance, SIGNED_ON)
    day = SIGNED_ON
    while day <= LAST:
        now = at(day)
        if day == LAST or chance.random() < 0.35:
            assess(app, day)
        else:
            year.done["nights without the job"] += 1
        if day < LAST:
            year.day(now)
        if chance.random() < 0.03:
            assert list(verify.differences(session, day)) == []
            session.rollback()
        day += timedelta(days=1)
    return year


def assess(app: Flask, day: date) -> None:
    """The nightly job, as the timetable starts it at 00:15."""
    line = entry("assess")
    assert line is not None
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    assert runner.run(app, line, midnight + timedelta(minutes=15)) == "done"


def sums_of(session: Session) -> list[dict[str, Any]]:
    """All sums, by the code of their body instead of row numbers."""
    table = sa.inspect(AgencySum).local_table.c
    columns = [column for column in table if column.name not in ("id", "programme_id", "agency_id")]
    rows = session.execute(sa.select(Agency.code, *columns).join(Agency, Agency.id == table.agency_id))
    return sorted((dict(row._mapping) for row in rows), key=lambda row: str(sorted(row.items(), key=str)))
