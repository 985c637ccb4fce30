"""Finding by a stored search key (`folding`), alike on every database and collation."""

from typing import Any

import sqlalchemy as sa

from tracker.core.db.folding import plain, words
from tracker.core.languages import Text
from tracker.core.tables import Filter


def searched(key: str, label: Text, column: Any) -> Filter:
    """A filter of a list by words that stand in a search key; what has the marks that were typed comes first."""
    return Filter(key, label, lambda text: found_by(column, text), first=lambda text: exactly_found_by(column, text))


def found_by(key: Any, text: str) -> sa.ColumnElement[bool]:
    """Condition: each word of the text stands in the key, whatever its marks. A text without a word finds nothing."""
    asked = [plain(word) for word in words(text)]
    return sa.and_(*(key.contains(word) for word in asked)) if asked else sa.false()


def exactly_found_by(key: Any, text: str) -> sa.ColumnElement[int] | None:
    """Order: 0 where each word stands there with the marks that were typed, else 1; none where no marks were."""
    asked = words(text)
    if all(plain(word) == word for word in asked):
        return None
    return sa.case((sa.and_(*(key.contains(word) for word in asked)), 0), else_=1)


def nearest(key: Any, text: str) -> sa.ColumnElement[int]:
    """Order: 0 where the words begin words there, one after another, as typed, 1 without their marks, else 2."""
    asked = words(text)
    in_row = " ".join(asked), " ".join(map(plain, asked))
    return sa.case(*((key.contains(f" {phrase}"), place) for place, phrase in enumerate(in_row)), else_=2)
