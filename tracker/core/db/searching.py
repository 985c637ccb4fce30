"""Finding by a stored search key (`folding`), alike on every database and collation."""

from typing import Any

import sqlalchemy as sa

from tracker.core.db.folding import asked, plain
from tracker.core.languages import Text
from tracker.core.tables import Filter


def searched(key: str, label: Text, column: Any) -> Filter:
    """A filter of a list by words that stand in a search key; what has the marks that were typed comes first."""
    return Filter(key, label, lambda text: found_by(column, text), first=lambda text: exactly_found_by(column, text))


def found_by(key: Any, text: str) -> sa.ColumnElement[bool]:
    """Condition: each word of the text stands in the key, whatever its marks; what is typed without a space, such as a
    code or a mail address, stands there as one. A text without a word finds nothing."""
    parts = [plain(part) for part in asked(text)]
    return sa.and_(*(key.contains(part) for part in parts)) if parts else sa.false()


def exactly_found_by(key: Any, text: str) -> sa.ColumnElement[int] | None:
    """Order: 0 where each word stands there with the marks that were typed, else 1; none where no marks were."""
    parts = asked(text)
    if all(plain(part) == part for part in parts):
        return None
    return sa.case((sa.and_(*(key.contains(part) for part in parts)), 0), else_=1)


def nearest(key: Any, text: str) -> sa.ColumnElement[int]:
    """Order: 0 where the words begin words there, one after another, as typed, 1 without their marks, else 2."""
    in_row = " ".join(asked(text))
    return sa.case(*((key.contains(f" {row}"), place) for place, row in enumerate((in_row, plain(in_row)))), else_=2)
