"""A programme's policy as the rule reads it, and what may stand in one. What a version leaves unsaid is the rule's
default."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tracker.core.languages import Text, _l, format_number
from tracker.rule.facts import Policy, PolicyVersion

NAMES = tuple(field.name for field in fields(Policy))
BANDS = ("excellent", "good", "fair", "average")  # whose lower edges the policy names, from the top
_WORKING_DAYS = {"grace_days", "resubmit_days"}
MOST_DAYS = 60
# Shares within [0, 1], points within [0, 100]; a penalty above 100 points a day says no more than 100.
RANGES: Mapping[str, tuple[Decimal, Decimal]] = {
    "on_track": (Decimal(0), Decimal(1)),
    "at_risk": (Decimal(0), Decimal(1)),
    "keep_at_risk": (Decimal(0), Decimal(1)),
    "grace_days": (Decimal(0), Decimal(MOST_DAYS)),
    "resubmit_days": (Decimal(0), Decimal(MOST_DAYS)),
    "late_penalty": (Decimal(0), Decimal(100)),
    "late_floor": (Decimal(0), Decimal(100)),
    "punctuality_weight": (Decimal(0), Decimal(1)),
    "judged_share": (Decimal(0), Decimal(1)),
}
# People read these in percent.
SHARES = frozenset({"on_track", "at_risk", "keep_at_risk", "punctuality_weight", "judged_share"})


def policy_from(values: Mapping[str, Any] | None) -> Policy:
    """The policy that stored values say: figures as text, counts of working days as numbers, bands from the top.

    Raises ValueError for a name that the rule does not know.
    """
    given: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if name not in NAMES:
            raise ValueError(f"the rule knows no {name!r}")
        if name == "bands":
            given[name] = tuple(Decimal(str(edge)) for edge in value)
        else:
            given[name] = int(value) if name in _WORKING_DAYS else Decimal(str(value))
    return Policy(**given)


def values_of(policy: Policy) -> dict[str, Any]:
    """A policy as it is stored: only what differs from the rule's defaults."""
    default, found = Policy(), {}
    for name in NAMES:
        value = getattr(policy, name)
        if value != getattr(default, name):
            found[name] = [_text(edge) for edge in value] if name == "bands" else _stored(name, value)
    return found


def _stored(name: str, value: Any) -> Any:
    return value if name in _WORKING_DAYS else _text(value)


def _text(figure: Decimal) -> str:
    return format(figure.normalize(), "f")


def timeline(stored: Sequence[tuple[date | None, Mapping[str, Any]]]) -> tuple[PolicyVersion, ...]:
    """Versions as the rule knows them, by their days. Before the first, where it has a day, the defaults count."""
    versions = [PolicyVersion(from_on, policy_from(values)) for from_on, values in stored]
    versions.sort(key=lambda version: version.from_on or date.min)
    if not versions or versions[0].from_on is not None:
        versions.insert(0, PolicyVersion(None, Policy()))
    return tuple(versions)


def with_version(versions: Sequence[PolicyVersion], from_on: date | None, policy: Policy) -> tuple[PolicyVersion, ...]:
    """The timeline with one more version, in place of one from the same day."""
    others = [version for version in versions if version.from_on != from_on]
    return tuple(sorted([*others, PolicyVersion(from_on, policy)], key=lambda version: version.from_on or date.min))


def in_force(versions: Sequence[PolicyVersion], on: date) -> Policy:
    """The policy that counts on a day."""
    begun = [version for version in versions if version.from_on is None or version.from_on <= on]
    return max(begun, key=lambda version: version.from_on or date.min).policy if begun else Policy()


def differences(before: Policy, after: Policy) -> list[tuple[str, Any, Any]]:
    """(name, before, after) of each figure that differs; bands one by one, by the name of the band."""
    found = []
    for name in NAMES:
        if name != "bands":
            pairs: list[tuple[str, Any, Any]] = [(name, getattr(before, name), getattr(after, name))]
        else:
            pairs = list(zip(BANDS, before.bands, after.bands, strict=True))
        found += [pair for pair in pairs if pair[1] != pair[2]]
    return found


def faults(policy: Policy) -> Iterator[tuple[str, Text]]:
    """(field, message) of everything that the rule does not take; bands under the names of BANDS."""
    for name, (low, high) in RANGES.items():
        if not low <= getattr(policy, name) <= high:
            yield name, _within(name, low, high)
    if policy.at_risk > policy.on_track:
        yield "at_risk", _l("This must not be above the threshold of “on track”.")
    if len(policy.bands) != len(BANDS):
        yield BANDS[0], _l("There must be four bands.")
        return
    for name, edge in zip(BANDS, policy.bands, strict=True):
        if not 0 <= edge <= 100:
            yield name, _within(name, Decimal(0), Decimal(100))
    for (_above, upper), (name, lower) in pairwise(zip(BANDS, policy.bands, strict=True)):
        if lower >= upper:
            yield name, _l("This must lie below the band before it.")


def _within(name: str, low: Decimal, high: Decimal) -> Text:
    scale = 100 if name in SHARES else 1
    message: Text = _l(
        "This must lie between %(low)s and %(high)s.", low=format_number(low * scale), high=format_number(high * scale)
    )
    return message
