"""The letters and apologies of a body, as its own page and first pages tell them: the last ones, with what became of
each."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.languages import format_day, format_instant
from tracker.permissions.reader import Reader
from tracker.urging import queries, words
from tracker.urging.states import Kind, State

MOST = 5


def told(session: Session, reader: Reader, agency_id: int) -> list[dict[str, Any]]:
    """The last letters of a body that this reader may see, the latest first. One statement."""
    if not reader.may(Action.SEE_LETTERS):
        return []
    return [
        {
            "href": url_for("monitoring.letter", token=row.token),
            "kind": str(words.KINDS[Kind(row.kind)]),
            "number": queries.number_text(row) or None,
            "mark": (*words.TONES[State(row.state)], str(words.STATES[State(row.state)])),
            "since": format_instant(row.state_since),
            "by": format_day(row.answer_by) if row.answer_by else None,
            "said": row.said,
        }
        for row in queries.last_of_body(session, agency_id, queries.visible(reader), MOST)
    ]
