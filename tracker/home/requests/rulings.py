"""What first pages show of requests about targets: those that wait for a decision, and what became of one's own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import _n, text_by_language
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.progress.models import TargetRequest
from tracker.progress.requests import queries, words
from tracker.progress.states import RequestState


@dataclass(frozen=True)
class RulingDesk:
    """What waits for whoever decides on targets."""

    count: int
    oldest_on: date | None
    on: date

    def tasks(self) -> list[dict[str, Any]]:
        """The card that leads to the list."""
        if not self.count or self.oldest_on is None:
            return []
        what = _n(
            "request about a target waits for your decision",
            "requests about targets wait for your decision",
            self.count,
        )
        days = (self.on - self.oldest_on).days
        meta = _n("the oldest for %(num)s day", "the oldest for %(num)s days", days) if days else None
        return [{"count": self.count, "what": what, "meta": meta, "href": url_for("home.requests"), "tone": "act"}]


def ruling_desk(session: Session, reader: Reader, now: Moment) -> RulingDesk | None:
    """The desk of whoever decides on targets; none for everybody else."""
    if not reader.may(Action.DECIDE_ON_TARGET):
        return None
    visible = restrict(TargetRequest.agency_id, reader, Action.DECIDE_ON_TARGET)
    return RulingDesk(*queries.waiting_count(session, visible), now.on)


def asked(session: Session, reader: Reader, now: Moment) -> list[dict[str, Any]]:
    """What a head asked and that waits, or was decided lately."""
    if not reader.may(Action.ASK_ON_TARGET):
        return []
    visible = restrict(TargetRequest.agency_id, reader, Action.ASK_ON_TARGET)
    return [
        {
            "href": url_for("home.request_page", token=row.token),
            "title": text_by_language(row.title),
            "what": words.wanted(row),
            "state": row.state,
            "outcome": str(queries.STATES[RequestState(row.state)]),
            "granted": granted if (granted := words.granted(row)) != words.wanted(row) else None,
            "age": queries.age(row, now.on),
            "answer": row.answer,
        }
        for row in queries.news(session, visible, now.on)
    ]
