"""What first pages show of corrections that were asked for: to whoever decides on them, and to whoever asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.words import period_title
from tracker.progress.corrections import queries
from tracker.progress.corrections.models import Correction
from tracker.rule.facts import ReportKind


@dataclass(frozen=True)
class CorrectionDesk:
    """What waits for whoever decides on corrections."""

    count: int
    oldest_on: date | None

    def tasks(self) -> list[dict[str, Any]]:
        """The card that leads to the list."""
        what = _n("correction waits for your decision", "corrections wait for your decision", self.count)
        meta = _("the oldest was asked for on %(day)s", day=format_day(self.oldest_on))
        return [{"count": self.count, "what": what, "meta": meta, "href": url_for("home.corrections"), "tone": "act"}]


def desk(session: Session, reader: Reader) -> CorrectionDesk | None:
    """The desk of whoever decides on corrections; none for everybody else."""
    if not reader.may(Action.APPRAISE):
        return None
    return CorrectionDesk(*queries.waiting_summary(session, restrict(Correction.agency_id, reader, Action.APPRAISE)))


def asked(session: Session, reader: Reader, now: Moment) -> list[dict[str, Any]]:
    """What a head asked for and nobody has decided on yet; what was decided is among the news."""
    if not reader.may(Action.ASK_CORRECTION):
        return []
    rows = queries.waiting(session, restrict(Correction.agency_id, reader, Action.ASK_CORRECTION))
    return [
        {
            "href": url_for(
                "home.figure", target_token=row.Target.token, period_code=row.period or ReportKind.COMPLETION.value
            ),
            "title": text_by_language(row.Target.title),
            "place": period_title(row.period) if row.period else _("Completion"),
            "age": (now.on - row.Correction.asked_on).days,
        }
        for row in rows
    ]
