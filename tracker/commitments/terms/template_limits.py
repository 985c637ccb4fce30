"""What a template of targets may say: terms of which no target could be drafted are refused. Pure.

Whatever stands against the terms of a target stands against those of a template (`limits`), as far as they are given.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tracker.commitments.terms import limits
from tracker.commitments.terms.units import PERCENT, unit_named
from tracker.core.languages import Text, _l, format_number
from tracker.rule.facts import Shape

_NONE_HERE = _l("A target of this kind has none: leave it empty.")


def refusals(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """(field, message) of everything that stands against the terms of a template. What is usual may be left open."""
    record = {name: value for name, value in values.items() if value is not None and value is not False and value != []}
    alien = set(limits.foreign(record))
    yield from ((name, _NONE_HERE) for name in sorted(alien))
    record = {name: value for name, value in record.items() if name not in alien}
    if record["shape"] == Shape.KEEP and not record.keys() & {"direction", "low", "high"}:
        yield "direction", _l("Choose a direction, or enter a range.")
    faults = [*limits.kept(record, ""), *_terms(record)]
    yield from ((fault.pointer.split("/")[1], limits.SENTENCES[fault.code]) for fault in faults)
    yield from _figures(values)


def _terms(record: dict[str, Any]) -> Iterator[limits.TermFault]:
    shares = record.pop("milestones", [])
    if record["shape"] == Shape.REACH and not {"baseline", "goal"} <= record.keys():
        shares, record = [], {"shape": Shape.DELIVERABLE, "weight": record["weight"]}  # the way is still open
    found = list(limits.terms(record, "", record, record))
    yield from found
    if shares and not found:
        stones = [{"on": Decimal(one["share_of_term"]), "value": one["value"]} for one in shares]
        if limits.backwards(stones, *limits.baseline_and_goal(record)):
            yield limits.TermFault("/milestones", limits.TermCode.MILESTONE_BACKWARDS)


def _figures(values: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """No figure that the unit cannot have."""
    unit = unit_named(PERCENT if values["ratio"] or values["shape"] == Shape.DELIVERABLE else values["unit"])
    for name in ("baseline", "goal", "low", "high"):
        figure = values[name]
        if unit is None or figure is None:
            continue
        if unit.whole and figure != figure.to_integral_value():
            yield name, _l("This is counted in whole numbers.")
        elif figure < unit.lowest or (unit.highest is not None and figure > unit.highest):
            most = "∞" if unit.highest is None else format_number(unit.highest)
            message = _l("This must lie between %(low)s and %(high)s.", low=format_number(unit.lowest), high=most)
            yield name, message
