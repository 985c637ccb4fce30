"""What was decided about a body's reports since the reader's last visit, on their first page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.accounts import queries as accounts
from tracker.core.clock import Moment
from tracker.core.languages import format_instant, text_by_language
from tracker.permissions.reader import Reader
from tracker.progress import decided
from tracker.rule.facts import ReportKind

MOST = 20  # that are told, the latest; all of them stand in the history of each figure
FIRST = timedelta(days=14)  # so far back for whoever is here for the first time


@dataclass(frozen=True)
class News:
    """What was decided since then; `more`: whether there is more than is shown."""

    since: str
    lines: Sequence[dict[str, Any]]
    more: bool


def news(session: Session, reader: Reader, now: Moment, agency_ids: Collection[int]) -> News | None:
    """The news of these bodies; none where nothing was decided. Their own recalls are none."""
    if not agency_ids:
        return None
    account = accounts.by_id(session, reader.account_id)
    at: datetime = (account.left_at if account is not None else None) or now.at - FIRST
    rows = decided.since(session, agency_ids, at, MOST + 1)
    if not rows:
        return None
    return News(format_instant(at), [_line(row) for row in rows[:MOST]], len(rows) > MOST)


def _line(row: Any) -> dict[str, Any]:
    code = row.period or ReportKind.COMPLETION.value
    return {
        "title": text_by_language(row.Target.title),
        "href": url_for("home.figure", target_token=row.Target.token, period_code=code),
        "place": decided.place(row),
        "what": decided.sentence(row),
        "good": row.outcome == "accepted" and row.value is None and row.numerator is None,
        "when": format_instant(row.decided_at),
        "who": decided.who(row),
        "reason": row.reason,
    }
