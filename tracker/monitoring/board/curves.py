"""The small curve of each body on the board: its scores at the ends of the last twelve months and on the day."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup
from sqlalchemy.orm import Session

from tracker.compliance.standings.curves import scores_on
from tracker.core import drawing
from tracker.core.languages import _, format_day, format_score
from tracker.monitoring.viewpoint import Viewpoint, month_end

MONTHS = 12
MOST_BODIES = 300  # a longer board has none: twelve seeks a body are no small thing then
LEAST_HEIGHT = 20_00  # hundredths: what changes by less looks calm


def days_of(seen: Viewpoint) -> list[date]:
    """The ends of the months of the programme before the day, twelve at most, and the day."""
    days = [seen.on]
    while len(days) <= MONTHS and (before := month_end(days[-1])) >= seen.chosen.starts_on:
        days.append(before)
    return days[::-1]


def of_bodies(session: Session, seen: Viewpoint, agency_ids: Sequence[int]) -> Mapping[int, Markup]:
    """The curve of each of these bodies, all on one scale; none where they are very many."""
    if not agency_ids or len(agency_ids) > MOST_BODIES:
        return {}
    days = days_of(seen)
    scores = scores_on(session, seen.chosen.id, days, agency_ids)
    known = [score for some in scores.values() for score in some if score is not None]
    if not known:
        return {}
    low, high = min(known), max(known)
    if high - low < LEAST_HEIGHT:
        low, high = max(0, high - LEAST_HEIGHT), max(high, LEAST_HEIGHT)
    return {body: drawing.curve(some, low, high, _told(days, some)) for body, some in scores.items()}


def _told(days: Sequence[date], scores: Sequence[int | None]) -> str:
    known = [(day, score) for day, score in zip(days, scores, strict=True) if score is not None]
    if not known:
        return ""
    (first, was), (_last, now) = known[0], known[-1]
    return _("from %(was)s on %(day)s to %(now)s", was=format_score(was), day=format_day(first), now=format_score(now))
