"""What the appraiser's first page shows of corrections that were asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.languages import _, _n, format_day
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.progress.corrections import queries
from tracker.progress.corrections.models import Correction


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
