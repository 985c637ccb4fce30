"""Values of rows as the package writes them: days, instants and figures as texts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Found = dict[str, Any]


def record_of(row: Any) -> Found:
    """A row as the package writes it, by the names of its columns."""
    return {name: written(value) for name, value in row._mapping.items()}


def written(value: Any) -> Any:
    """One value."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value
