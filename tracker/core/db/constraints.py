"""Violated constraints as errors beside the field: the database has the last word, and the person hears it in words."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from tracker.core.errors import FieldError

_SQLITE = re.compile(r"(UNIQUE|CHECK) constraint failed: (.+)")

_explanations: dict[str, tuple[str, Any]] = {}


def explain(explanations: Mapping[str, tuple[str, Any]]) -> None:
    """Add explanations: the constraint's name, or `table.column, table.column` for SQLite, which names no unique index
    → (field, message)."""
    _explanations.update(explanations)


def as_field_error(error: IntegrityError) -> FieldError | None:
    """The explanation of a violated constraint, or none where nobody gave one."""
    found = _explanations.get(violated(error))
    return FieldError(*found) if found else None


def violated(error: IntegrityError) -> str:
    """Name of the violated constraint: PostgreSQL tells it, SQLite tells the name of a CHECK and the columns of a
    unique index."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    match = _SQLITE.search(str(error.orig))
    return match.group(2).strip() if match else ""
