"""What first pages show of letters of urging and apologies: those whose turn is the reader's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.languages import _, _n, format_day
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.urging import queries
from tracker.urging.models import Letter
from tracker.urging.states import Kind, State

_U, _A = Kind.URGING, Kind.APOLOGY
_WAITS: Mapping[Action, tuple[tuple[Kind, State], ...]] = {
    Action.PREPARE_LETTER: (
        *((_U, state) for state in (State.DRAFTED, State.SIGNED, State.ANSWERED)),
        (_A, State.PUBLISHED),
    ),
    Action.SIGN_LETTER: ((_U, State.REVIEWED),),
    Action.ANSWER_LETTER: ((_U, State.SENT), (_A, State.DRAFTED)),
    Action.WRITE_APOLOGY: ((_A, State.OWED), (_A, State.SIGNED)),
}


@dataclass(frozen=True)
class LettersDesk:
    """The letters that wait for this reader, the oldest first."""

    letters: Sequence[Letter]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.letters)

    def tasks(self) -> list[dict[str, Any]]:
        """The card that leads to the one, or to the list."""
        if not self.letters:
            return []
        first, days = self.letters[0], [one.answer_by for one in self.letters if one.answer_by]
        what = _n(
            "letter of urging or apology waits for you", "letters of urging or apologies wait for you", self.count
        )
        one = url_for("monitoring.letter", token=first.token)
        meta = _("to be done by %(day)s", day=format_day(min(days))) if days else None
        href = one if self.count == 1 else url_for("monitoring.letters")
        return [{"count": self.count, "what": what, "meta": meta, "href": href, "tone": "act"}]


def desk(session: Session, reader: Reader) -> LettersDesk | None:
    """The desk of whoever makes moves on letters; none for everybody else. One statement."""
    able = [action for action in _WAITS if reader.may(action)]
    if not able:
        return None
    turns = [(_WAITS[action], restrict(Letter.agency_id, reader, action)) for action in able]
    return LettersDesk(queries.waiting(session, turns))
