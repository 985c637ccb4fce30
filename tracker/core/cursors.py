"""Values of sort keys as a cursor carries them in an address: written as JSON, and held against their type when they
come back, as a cursor comes from outside. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

LARGEST_KEY = 2**63


def pack(value: Any) -> Any:
    """A value as JSON takes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def unpack(value: Any, kind: type, *, nullable: bool) -> Any:
    """The value of that type. Raises ValueError, TypeError."""
    if value is None and nullable:
        return None
    if kind is int:
        if type(value) is not int or not -LARGEST_KEY <= value < LARGEST_KEY:
            raise ValueError("no whole number")
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("no text")
    value.encode()  # half a surrogate pair is no text, and no database takes it
    return _READERS[kind](value)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return found.astimezone(UTC)


def _figure(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError("no number")
    return found


_READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    date: date.fromisoformat,
    datetime: _instant,
    Decimal: _figure,
}
