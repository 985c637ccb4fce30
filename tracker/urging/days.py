"""Days of letters in calendars: by when a body answers a letter of urging, or publishes an apology."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from tracker.core.languages import Text, _l
from tracker.reminders.feeds.entries import Asked, Entry, Kind, late
from tracker.reminders.feeds.moves import Moved
from tracker.urging import queries
from tracker.urging.models import Letter, LetterMove
from tracker.urging.states import Kind as LetterKind
from tracker.urging.states import Side, State, turn

TITLES: Mapping[LetterKind, Text] = {
    LetterKind.URGING: _l("Last day for %(body)s to answer the letter of urging"),
    LetterKind.APOLOGY: _l("Last day for %(body)s to publish its apology"),
}


def days(asked: Asked) -> Iterator[Entry]:
    """Of the letters that are the body's turn."""
    if not asked.bodies:
        return
    told = sa.select(sa.func.max(LetterMove.at)).where(LetterMove.letter_id == Letter.id).scalar_subquery()
    statement = (
        sa.select(Letter, told)
        .where(Letter.agency_id.in_(asked.bodies), Letter.answer_by.is_not(None), queries.visible(asked.reader))
        .order_by(Letter.id)
    )
    for letter, told_at in asked.session.execute(statement):
        kind, day = LetterKind(letter.kind), letter.answer_by
        if day is not None and turn(kind, State(letter.state)) is Side.BODY:
            title = str(TITLES[kind]) % {"body": asked.body(letter.agency_id)}
            yield Entry(
                name=f"letter-{letter.token}",
                kind=Kind.LETTER,
                day=day,
                title=late(title, day, asked),
                text=[],
                page=f"/letters/{letter.token}",
                moved=Moved(letter.version, told_at),
            )
