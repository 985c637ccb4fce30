"""A programme's policy as the rule reads it. What a version leaves unsaid is the rule's default."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from tracker.rule.facts import Policy

_KNOWN = {field.name for field in fields(Policy)}
_WORKING_DAYS = {"grace_days", "resubmit_days"}


def policy_from(values: Mapping[str, Any] | None) -> Policy:
    """The policy that stored values say: figures as text, counts of working days as numbers, bands from the top.

    Raises ValueError for a name that the rule does not know.
    """
    given: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if name not in _KNOWN:
            raise ValueError(f"the rule knows no {name!r}")
        if name == "bands":
            given[name] = tuple(Decimal(str(edge)) for edge in value)
        else:
            given[name] = int(value) if name in _WORKING_DAYS else Decimal(str(value))
    return Policy(**given)
