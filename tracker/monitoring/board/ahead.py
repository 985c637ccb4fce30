"""What the next days bring if nobody acts, and what waits for the Committee itself."""

from collections import Counter
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.telling import forecast
from tracker.core.languages import _l, _n, format_number
from tracker.monitoring import queries
from tracker.monitoring.queries import SPAN
from tracker.monitoring.viewpoint import Viewpoint
from tracker.progress.models import TargetRequest
from tracker.progress.requests import queries as requests
from tracker.rule.facts import Status

MOST_TURNS = 500  # beyond that they are told as "at least"
# What is worth a line, the worst first; in the tones of the marks.
_TOLD = (
    (Status.OVERDUE, "bad", _l("will be overdue")),
    (Status.UNREPORTED, "silent", _l("will be silent")),
    (Status.MISSED, "bad", _l("will be missed")),
    (Status.BEHIND, "warn", _l("will fall behind plan")),
    (Status.AT_RISK, "warn", _l("will be at risk")),
    (Status.MET_ON_TIME, "good", _l("will be met")),
)


def turns(session: Session, seen: Viewpoint, group: str | None, days: int) -> list[dict[str, Any]] | None:
    """How many targets turn to what within so many days, as bars, each leading to its rows; none for a past day, of
    which nothing is foretold."""
    if not seen.live:
        return None
    where = [SPAN.programme_id == seen.chosen.id, *([queries.of_group(group, seen.on)] if group else [])]
    found = list(islice(forecast.turns(session, seen.now.on, days, *where), MOST_TURNS + 1))
    counts = Counter(turn.after for turn in found)
    least = len(found) > MOST_TURNS
    args = {"days": str(days), "group": group}
    return [
        {
            "label": str(label),
            "value": counts[status],
            "text": f"\u2265\u00a0{format_number(counts[status])}" if least else format_number(counts[status]),
            "href": seen.url(url_for("monitoring.forecast"), to=status.value, **args),
            "tone": tone,
        }
        for status, tone, label in _TOLD
        if counts[status] or status in {Status.OVERDUE, Status.UNREPORTED}
    ]


def requests_waiting(session: Session, seen: Viewpoint) -> dict[str, str] | None:
    """Extensions and suspensions that were asked for and are not decided on today, and for how long; none: none are."""
    if not seen.live:
        return None
    here = sa.exists().where(Target.id == TargetRequest.target_id, Target.programme_id == seen.chosen.id)
    count, oldest = requests.waiting_count(session, here)
    if not count or oldest is None:
        return None
    days = (seen.now.on - oldest).days
    return {
        "text": _n(
            "%(num)s request for an extension or a suspension waits for a decision",
            "%(num)s requests for an extension or a suspension wait for a decision",
            count,
        ),
        "since": _n("the longest for %(num)s day", "the longest for %(num)s days", days),
        "href": url_for("home.requests", programme=seen.chosen.code),
    }
