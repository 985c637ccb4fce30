"""Writes a package in its one fixed form: keys in the order of the schema, records in that of `ORDERS`, one a line.

Records are plain dicts in the shape of the package; what may be absent and says nothing is left out.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker.core.errors import Refusal
from tracker.interchange.judging import schema
from tracker.interchange.judging.known import Record, counting

OWN_DAYS = {"revision": "submitted_on", "decision": "decided_on", "extension": "granted_on"} | {
    "suspension": "decided_on",
    "amendment": "signed_on",
    "end": "decided_on",
}
# What a value says by standing there is what its absence says: of a key, or of one in a kind of record.
DEFAULTS: Mapping[str | tuple[str, str], Any] = {
    "ratio": False,
    "cumulative": False,
    "not_applicable": False,
    "policy": {},
    "dropped": False,
    ("target", "judged_by"): "every_period",
    ("draft", "version"): 1,
    ("commitment", "signed_how"): "paper",
}
# Records that stand in the database as they are told: a key that the schema does not know would be lost unsaid. Of
# persons their authority alone is told.
AS_STORED = frozenset({"detail", "terms", "origin", "difference", "changed", "taken", "signatory"})
NOT_TOLD: Mapping[str, frozenset[str]] = {"signatory": frozenset({"person_id"})}
EMPTY_COUNTS = {("amendment", "milestones"), ("programme", "periods"), ("commitment", "targets")}

Sort = Callable[[Record], Any]


@dataclass(frozen=True, slots=True)
class Life:
    """What a package holds of the life of commitments before their signing. Dossiers are taken as they come."""

    templates: Iterable[Record] = ()
    plans: Iterable[Record] = ()
    numbers: Iterable[Record] = ()
    dossiers: Iterable[Record] = ()


def write(
    calendar: Record,
    agencies: Iterable[Record],
    programmes: Iterable[Record],
    commitments: Iterable[Record],
    life: Life = Life(),
) -> Iterator[str]:
    """The text of a package, in pieces. Commitments are taken as they come: who gives them sorts them by number."""
    cut_offs: dict[str, Mapping[str, str]] = {}
    yield f'{{"format": {_line(schema.FORMAT)},\n "calendar": {_line(arranged("calendar", calendar))},\n'
    yield from _section("agencies", (arranged("agency", record) for record in sorted(agencies, key=_code)), ",\n")
    yield from _arranged("template", sorted(life.templates, key=_code), "templates")
    kept = sorted(programmes, key=_code)
    for record in kept:
        cut_offs[record["code"]] = {period["code"]: counting(period)["cut_off"] for period in record["periods"]}
    yield from _section("programmes", (arranged("programme", record) for record in kept), ",\n")
    yield from _arranged("plan", sorted(life.plans, key=_code), "plans")
    yield from _arranged("number", sorted(life.numbers, key=_drawn), "numbers")
    yield from _section("commitments", (commitment(record, cut_offs) for record in commitments), ",\n")
    yield from _section("dossiers", (arranged("dossier", record) for record in life.dossiers), "}\n")


def commitment(record: Record, cut_offs: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A commitment in its fixed form, its reports in the order of the cut-offs (programme → period → day)."""
    found = arranged("commitment", record)
    of_period = cut_offs.get(record["programme"], {})
    for target in found["targets"]:
        if "reports" in target:
            target["reports"].sort(key=lambda report: _report_order(report, of_period))
    return found


class NotCarried(Refusal):
    """Something stands in the database that the format has no key for."""


def arranged(kind: str, record: Record) -> dict[str, Any]:
    """A record with its keys and inner lists in their order, without what says nothing. Raises NotCarried."""
    found = {}
    if kind in AS_STORED:
        unknown = record.keys() - {key for key, _inner, _list in _members(kind)} - NOT_TOLD.get(kind, frozenset())
        if unknown:
            named = ", ".join(sorted(unknown))
            raise NotCarried(f"the format has no key for {named} (in {kind}): the package ends here, unfinished")
    for key, inner, is_list in _members(kind):
        value = record.get(key)
        if value is None or any(one in DEFAULTS and value == DEFAULTS[one] for one in (key, (kind, key))):
            continue
        if is_list:
            value = [arranged(inner, one) for one in value] if inner else list(value)
            value.sort(key=ORDERS[inner or key])
            if not value and key not in _required(kind) and (kind, key) not in EMPTY_COUNTS:
                continue
        elif inner:
            value = arranged(inner, value)
        elif isinstance(value, dict | list):
            value = _any(value)
        found[key] = value
    own_day = OWN_DAYS.get(kind)
    if own_day and found.get("recorded_on") == found[own_day]:
        del found["recorded_on"]
    return found


def _any(value: Any) -> Any:
    """What may be anything, in an order of its own."""
    if isinstance(value, dict):
        return {key: _any(one) for key, one in sorted(value.items())}
    return [_any(one) for one in value] if isinstance(value, list) else value


@cache
def _members(kind: str) -> tuple[tuple[str, str, bool], ...]:
    """The keys of a kind of record in the order of the schema: key, kind of its records or "", whether a list."""
    definitions = schema.document()["$defs"]
    return tuple(_member(key, wanted, definitions) for key, wanted in definitions[kind]["properties"].items())


def _member(key: str, wanted: Record, definitions: Mapping[str, Any]) -> tuple[str, str, bool]:
    is_list = wanted.get("type") == "array"
    name = (wanted["items"] if is_list else wanted).get("$ref", "").rpartition("/")[2]
    return key, name if "properties" in definitions.get(name, {}) else "", is_list


@cache
def _required(kind: str) -> frozenset[str]:
    return frozenset(schema.document()["$defs"][kind].get("required", ()))


def _arranged(kind: str, records: Iterable[Record], name: str) -> Iterator[str]:
    return _section(name, (arranged(kind, record) for record in records), ",\n")


def _drawn(record: Record) -> tuple[Any, ...]:
    return record["year"], record["symbol"], record["number"]


def _code(record: Record) -> str:
    return str(record["code"])


def _report_order(report: Record, cut_offs: Mapping[str, str]) -> tuple[bool, str, str]:
    """Periodic reports by their periods, then the completion."""
    period = report.get("period")
    return (True, "", "") if period is None else (False, cut_offs.get(period, ""), period)


def _as_it_stands(_record: Record) -> int:
    """All alike: sorting keeps the order that the records have, because that order means something."""
    return 0


def _by_cut_off(period: Record) -> tuple[str, ...]:
    return tuple(period[name] for name in ("cut_off", "starts_on", "frequency", "code"))


ORDERS: Mapping[str, Sort] = {
    "bands": _as_it_stands,
    "off_days": str,
    "working_days": str,
    "classification": _as_it_stands,
    "successors": _as_it_stands,
    "period": _by_cut_off,
    "change": _as_it_stands,
    "signing": _as_it_stands,
    "ways": _as_it_stands,
    "template_version": lambda record: record["version"],
    "share": _as_it_stands,
    "agencies": str,
    "basis": _as_it_stands,
    "planned": _by_cut_off,
    "target": _code,
    "request": _as_it_stands,
    "ruling": _as_it_stands,
    "draft": lambda record: record["terms"]["code"],
    "move": _as_it_stands,
    "changed": _as_it_stands,
    "taken": _as_it_stands,
    "difference": _as_it_stands,
    "milestone": lambda record: record["on"],
    "extension": _as_it_stands,
    "suspension": lambda record: record["from"],
    "amendment": lambda record: (record["from"], record["signed_on"]),
    "report": _as_it_stands,
    "revision": lambda record: record["seq"],
    "decision": _as_it_stands,
    "correction": _as_it_stands,
}


def _section(name: str, records: Iterable[Record], end: str) -> Iterator[str]:
    yield f' "{name}": ['
    before = "\n  "
    for record in records:
        yield before + _line(record)
        before = ",\n  "
    yield ("" if before == "\n  " else "\n ") + "]" + end


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
