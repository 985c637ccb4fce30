"""What is wanted of one target by itself: another deadline, days on which it rests, its end. What of it cannot be
is said by `limits`, as of a package; what it makes of the facts is said here. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.commitments.terms import limits
from tracker.commitments.terms.limits import TermCode, TermFault
from tracker.commitments.terms.terms import sentence
from tracker.core.languages import Text, _l, format_day
from tracker.rule import facts as rule
from tracker.rule.facts import Facts, Period

Faults = dict[str, Text]


class Kind(StrEnum):
    """What can be wanted of a target."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"
    END = "end"


KINDS: Mapping[Kind, Text] = {
    Kind.EXTENSION: _l("Another deadline"),
    Kind.SUSPENSION: _l("A suspension"),
    Kind.END: _l("The end of the target"),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One of them with its days. A suspension may come with another deadline, which it hardly moves by itself."""

    kind: Kind
    due_on: date | None = None
    from_on: date | None = None
    to_on: date | None = None
    ended_on: date | None = None


def decided(facts: Facts, ruling: Ruling, on: date) -> Facts:
    """The facts as they are once this is decided on a day."""
    if ruling.kind is Kind.END and ruling.ended_on is not None:
        return replace(facts, end=rule.End(ruling.ended_on, on, on))
    if ruling.from_on is not None and ruling.to_on is not None:
        pause = rule.Suspension(ruling.from_on, ruling.to_on, on, on)
        facts = replace(facts, suspensions=(*facts.suspensions, pause))
    if ruling.due_on is not None:
        facts = replace(facts, extensions=(*facts.extensions, rule.Extension(on, ruling.due_on, on)))
    return facts


def faults(facts: Facts, ruling: Ruling, on: date) -> Faults:
    """What keeps this from being decided on a day, field by field: what a package would be refused for."""
    if facts.end is not None:
        return {"": _l("The target ended on %(day)s: nothing is decided on it any more.", day=format_day(facts.end.on))}
    if ruling.ended_on is not None:
        return _outside(facts, ruling.ended_on)
    before, after = _record(facts), _record(decided(facts, ruling, on))
    periods = sorted(facts.periods, key=lambda period: period.cut_off)
    standing = list(_faults(before, periods))
    found: Faults = {}
    for fault in _faults(after, periods):
        if fault not in standing:
            found.setdefault(_field(fault, before), _said(fault, after))
    return found


def ahead(ruling: Ruling, on: date) -> Faults:
    """What cannot be asked for on a day: what is over then."""
    found: Faults = {}
    if ruling.due_on is not None and ruling.due_on <= on:
        found["due_on"] = _l("Name a day that lies ahead")
    if ruling.to_on is not None and ruling.to_on < on:
        found["to_on"] = _l("Name a day that lies ahead")
    return found


def _outside(facts: Facts, ended_on: date) -> Faults:
    """An end on a day on which nothing was promised: it could never be taken back."""
    last = max((period.cut_off for period in facts.periods), default=facts.due_on) + limits.FARTHEST
    if facts.in_force_from <= ended_on <= last:
        return {}
    days = {"first": format_day(facts.in_force_from), "last": format_day(last)}
    return {"ended_on": _l("Name a day from %(first)s, when the commitment came into force, to %(last)s", **days)}


def _record(facts: Facts) -> dict[str, Any]:
    """The target as a package holds it, as far as it concerns its days."""
    granted = sorted(facts.extensions, key=lambda one: (one.granted_on, one.due_on))
    return {
        "starts_on": facts.starts_on.isoformat(),
        "due_on": facts.due_on.isoformat(),
        "frequency": "",
        "extensions": [{"granted_on": one.granted_on.isoformat(), "due_on": one.due_on.isoformat()} for one in granted],
        "suspensions": [
            {"from": one.from_on.isoformat(), "to": one.to_on.isoformat(), "decided_on": one.decided_on.isoformat()}
            for one in facts.suspensions
        ],
    }


def _faults(record: Mapping[str, Any], periods: Sequence[Period]) -> Iterator[TermFault]:
    yield from limits.extensions(record, "")
    yield from limits.suspensions(record, "")
    yield from limits.deadline(record, "", {"": periods})


_FIELDS = {"due_on": "due_on", "granted_on": "due_on", "from": "from_on", "to": "to_on"}


def _field(fault: TermFault, before: Mapping[str, Any]) -> str:
    """The field of a form that a fault belongs to. A suspension that runs into one that stands is too long."""
    _start, kind, *place = fault.pointer.split("/")
    if kind == "suspensions" and int(place[0]) < len(before["suspensions"]):
        return "to_on"
    return _FIELDS.get(fault.pointer.rpartition("/")[2], "")


def _said(fault: TermFault, record: Mapping[str, Any]) -> Text:
    """Its sentence. Of two suspensions that overlap it names the other one, not the new one itself."""
    if fault.code is TermCode.SUSPENSIONS_OVERLAP:
        place = int(fault.pointer.split("/")[2])
        if place < len(record["suspensions"]) - 1:
            fault = replace(fault, values={"start": record["suspensions"][place]["from"]})
    return sentence(fault)
