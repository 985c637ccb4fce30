"""What needs attention first: the targets that are the longest overdue or unreported, with a sentence on each."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.classifications import group_on
from tracker.compliance.telling import reasons
from tracker.compliance.telling.explain import why
from tracker.core.languages import text_by_language
from tracker.monitoring import queries
from tracker.monitoring.queries import SPAN
from tracker.monitoring.targets import filters as target_list
from tracker.monitoring.viewpoint import Viewpoint

SHOWN = 5


def most_urgent(session: Session, seen: Viewpoint, group: str | None) -> list[Mapping[str, Any]]:
    """The first of the late targets by deadline, as `attention` draws them."""
    here = [group_on(seen.on) == group] if group else []
    statement = (
        queries.listed(seen.chosen.id, seen.past_day, *here)
        .where(queries.in_statuses(target_list.LATE))
        .order_by(SPAN.deadline_on, SPAN.target_id)
        .limit(SHOWN)
    )
    rows = session.connection().execute(statement).all()
    told = reasons.of_rows(session, rows, seen.on)
    return [
        {
            "status": row.status,
            "who": text_by_language(row.agency_name),
            "href": seen.url(url_for("monitoring.target", token=row.token)),
            "title": text_by_language(row.title),
            "text": why(told[row.target_id], row.unit),
        }
        for row in rows
    ]
