"""Adding calendars and programmes as a package brings them: judged before, told to the record by the loader."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.db import bulk
from tracker.programmes.models import (
    CalendarDay,
    Period,
    PeriodChange,
    PolicyVersion,
    Programme,
    ProgrammePlan,
    SigningWays,
    TargetTemplate,
    TargetTemplateVersion,
    WorkingCalendar,
)

TOKEN_BYTES = 16


def calendar(session: Session, name: str, off_days: Iterable[date], working_days: Iterable[date]) -> int:
    """Add a working calendar with its days; returns its id."""
    (calendar_id,) = bulk.insert(session, WorkingCalendar, [{"name": name}])
    days = [(day, False) for day in off_days] + [(day, True) for day in working_days]
    rows = [{"calendar_id": calendar_id, "day": day, "works": works, "note": None} for day, works in days]
    bulk.add(session, CalendarDay, rows)
    return calendar_id


def programme(
    session: Session,
    row: Mapping[str, Any],
    policy: Mapping[str, Any],
    periods: bulk.Rows,
    changes: Sequence[bulk.Rows] = (),
    signing: bulk.Rows = (),
) -> int:
    """Add a programme (code, title, starts_on, ends_on, calendar_id), its policy and periods, what was changed of each
    period, and its ways of signing; returns its id."""
    (programme_id,) = bulk.insert(session, Programme, [row])
    bulk.add(session, PolicyVersion, [{"programme_id": programme_id, "from_on": None, "values": dict(policy)}])
    added = bulk.insert(session, Period, [{**period, "programme_id": programme_id} for period in periods])
    moved = zip(added, changes, strict=True) if changes else ()
    bulk.insert(session, SigningWays, [{**one, "programme_id": programme_id} for one in signing])
    bulk.insert(session, PeriodChange, [{**row, "period_id": period_id} for period_id, rows in moved for row in rows])
    return programme_id


def plan(session: Session, row: Mapping[str, Any]) -> None:
    """Add a programme as it is prepared, or was approved: every column but id and token."""
    bulk.insert(session, ProgrammePlan, [{**row, "token": secrets.token_urlsafe(TOKEN_BYTES)}])


def template(session: Session, row: Mapping[str, Any], versions: bulk.Rows) -> dict[int, int]:
    """Add a template with its versions; returns the ids of these by their numbers."""
    (template_id,) = bulk.insert(session, TargetTemplate, [{**row, "token": secrets.token_urlsafe(TOKEN_BYTES)}])
    added = bulk.insert(session, TargetTemplateVersion, [{**one, "template_id": template_id} for one in versions])
    return {one["version"]: version_id for one, version_id in zip(versions, added, strict=True)}
