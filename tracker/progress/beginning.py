"""What a figure that is to be written begins with: what stands in its slot, as one would type it."""

from datetime import date

from sqlalchemy.orm import Session

from tracker.core.languages import format_day, format_number
from tracker.progress import queries, rules
from tracker.progress.models import Revision
from tracker.progress.queries import ReportSlot


def starting_text(revision: Revision, language: str) -> dict[str, str]:
    """What a new draft begins with after a return or recall: the last revision, as one would type it."""
    numbers = {name: getattr(revision, name) for name in ("value", "numerator", "denominator")}
    typed = {name: format_number(number, language) for name, number in numbers.items() if number is not None}
    if revision.not_applicable:
        typed = {"not_applicable": "1"}
    if revision.as_at is not None:
        typed["as_at"] = format_day(revision.as_at, "vi")
    return typed | {name: text for name in ("narrative", "obstacles") if (text := getattr(revision, name))}


def begun(session: Session, slot: ReportSlot, language: str) -> dict[str, str]:
    """What stands in a slot to be gone on with, as one would type it: the draft, else what was sent last and came
    back."""
    standing = queries.contents_of(session, slot, date.max)
    if standing.draft is not None:
        return rules.retyped(standing.draft.typed, standing.draft.language, language)
    report = standing.report
    if report is None or report.state not in queries.OPEN_STATES:
        return {}
    return starting_text(queries.last_revision(session, report.id), language)
