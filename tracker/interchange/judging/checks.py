"""Refusals of calendars, agencies, programmes and heads of commitments: one function a subject, pure.

Each takes a record that the schema accepts and its JSON pointer. Targets and reports have their own files.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from tracker.agencies.choices import alike
from tracker.core.letters import folded
from tracker.interchange.judging import period_checks
from tracker.interchange.judging.faults import Code, Fault, Remark
from tracker.interchange.judging.known import Known, Record, same_agency, same_calendar
from tracker.programmes.policy import policy_from

RANGES: Mapping[str, tuple[str, str | None]] = {
    "on_track": ("0", "1"),
    "at_risk": ("0", "1"),
    "keep_at_risk": ("0", "1"),
    "late_penalty": ("0", None),
    "late_floor": ("0", "100"),
    "punctuality_weight": ("0", "1"),
    "judged_share": ("0", "1"),
}


def calendar(record: Record, pointer: str, known: Known) -> Iterator[Fault]:
    """A day named twice; a stored calendar of the same name with other days."""
    seen: set[str] = set()
    for key in ("off_days", "working_days"):
        for index, value in enumerate(record[key]):
            if value in seen:
                yield Fault(f"{pointer}/{key}/{index}", Code.DAY_TWICE, {"value": value})
            seen.add(value)
    stored = known.calendars.get(record["name"])
    if stored is not None and not same_calendar(stored, record):
        yield Fault(pointer, Code.CALENDAR_DIFFERS, {"value": record["name"]})


def agency(
    record: Record, pointer: str, codes: Container[str], above: Mapping[str, Sequence[str]], known: Known
) -> Iterator[Fault]:
    """Kinds and groups out of order, days that run backwards, successors that nobody knows or that lead back, a stored
    agency of the same code that says something else.

    `codes` are those of all agencies that stand in the file or are stored; `above`: the successors of those that stand
    before it in the file.
    """
    yield from _classifications(record["classifications"], f"{pointer}/classifications")
    starts, ends = record.get("exists_from"), record.get("exists_to")
    if starts and ends and ends < starts:
        yield Fault(f"{pointer}/exists_to", Code.ENDS_BEFORE_START, {"start": starts})
    seen: set[str] = set()
    for index, code in enumerate(record.get("successors", ())):
        place = f"{pointer}/successors/{index}"
        if code == record["code"]:
            yield Fault(place, Code.OWN_SUCCESSOR)
        elif code in seen:
            yield Fault(place, Code.CODE_TWICE, {"value": code})
        elif code not in codes:
            yield Fault(place, Code.UNKNOWN_AGENCY, {"value": code})
        elif _leads_to(record["code"], code, above):
            yield Fault(place, Code.SUCCESSOR_CIRCLE, {"value": code})
        seen.add(code)
    stored = known.agencies.get(record["code"])
    if stored is not None and not same_agency(stored, record):
        yield Fault(pointer, Code.AGENCY_DIFFERS, {"value": record["code"]})


class Namesakes:
    """Bodies of one name in the same days: of those that stand, and of those before in the file."""

    def __init__(self, known: Known) -> None:
        self.by_name: dict[str, list[Record]] = {}
        for record in known.agencies.values():
            self._take(record)

    def told(self, record: Record, pointer: str) -> Iterator[Remark]:
        """That one is called like another, unless it stands so already."""
        same = self.by_name.get(folded(record["name"]["vi"]), [])
        others = [one for one in same if one["code"] != record["code"] and _meet(one, record)]
        if others and len(others) == len([one for one in same if _meet(one, record)]):
            yield Remark(f"{pointer}/name", alike([_Coded(one["code"]) for one in others]))
        self._take(record)

    def _take(self, record: Record) -> None:
        self.by_name.setdefault(folded(record["name"]["vi"]), []).append(record)


class _Coded(NamedTuple):
    code: str


def _meet(one: Record, other: Record) -> bool:
    """Whether two bodies exist on a common day. Days as ISO texts; none is open."""
    return all(
        not (ends := first.get("exists_to")) or not (starts := second.get("exists_from")) or starts <= ends
        for first, second in ((one, other), (other, one))
    )


def _classifications(records: Sequence[Record], pointer: str) -> Iterator[Fault]:
    """The first counts since the body's beginning, and names no day; each other one is of a later day."""
    if "from" in records[0]:
        yield Fault(f"{pointer}/0/from", Code.CLASSIFIED_SINCE_BEGINNING)
    last = ""
    for index, one in enumerate(records[1:], 1):
        if "from" not in one:
            yield Fault(f"{pointer}/{index}", Code.KEY_MISSING, {"key": "from"})
        elif one["from"] <= last:
            yield Fault(f"{pointer}/{index}/from", Code.CLASSIFIED_IN_ORDER, {"day": last})
        last = max(last, one.get("from", ""))


def _leads_to(goal: str, start: str, successors: Mapping[str, Sequence[str]]) -> bool:
    """Whether one comes from an agency to another by going from each to its successors."""
    waiting, seen = [start], {start}
    while waiting:
        new = set(successors.get(waiting.pop(), ())) - seen
        if goal in new:
            return True
        seen |= new
        waiting.extend(new)
    return False


def programme(record: Record, pointer: str, known: Known) -> Iterator[Fault]:
    """A code that is stored, days that run backwards, periods and policy."""
    if record["code"] in known.programmes:
        yield Fault(f"{pointer}/code", Code.CODE_USED, {"value": record["code"]})
    if record["ends_on"] < record["starts_on"]:
        yield Fault(f"{pointer}/ends_on", Code.ENDS_BEFORE_START, {"start": record["starts_on"]})
    yield from period_checks.kept(record["periods"], f"{pointer}/periods")
    yield from policy(record.get("policy", {}), f"{pointer}/policy")


def policy(record: Record, pointer: str) -> Iterator[Fault]:
    """Values out of range, thresholds out of order, bands that do not fall. What is absent has the rule's default."""
    for key, (low, high) in RANGES.items():
        value = record.get(key)
        if value is not None and not _within(Decimal(value), low, high):
            yield Fault(f"{pointer}/{key}", Code.POLICY_RANGE, {"low": low, "high": "∞" if high is None else high})
    full = policy_from(record)
    if full.at_risk > full.on_track:
        key = "at_risk" if "at_risk" in record else "on_track"
        yield Fault(f"{pointer}/{key}", Code.POLICY_ORDER, {"limit": full.on_track})
    bands = [Decimal(edge) for edge in record.get("bands", ())]
    for index, edge in enumerate(bands):
        if not _within(edge, "0", "100"):
            yield Fault(f"{pointer}/bands/{index}", Code.POLICY_RANGE, {"low": "0", "high": "100"})
    for index, (above, below) in enumerate(pairwise(bands), 1):
        if below >= above:
            yield Fault(f"{pointer}/bands/{index}", Code.BANDS_RISE)


def commitment(record: Record, pointer: str, agencies: Container[str], programmes: Container[str]) -> Iterator[Fault]:
    """An agency or programme that nobody knows, a commitment in force before it is signed."""
    yield from whose(record, pointer, agencies, programmes)
    if record["in_force_from"] < record["signed_on"]:
        yield Fault(f"{pointer}/in_force_from", Code.IN_FORCE_BEFORE_SIGNING, {"signed": record["signed_on"]})


def whose(record: Record, pointer: str, agencies: Container[str], programmes: Container[str]) -> Iterator[Fault]:
    """An agency or programme that nobody knows."""
    if record["programme"] not in programmes:
        yield Fault(f"{pointer}/programme", Code.UNKNOWN_PROGRAMME, {"value": record["programme"]})
    if record["agency"] not in agencies:
        yield Fault(f"{pointer}/agency", Code.UNKNOWN_AGENCY, {"value": record["agency"]})


def twice(records: Sequence[object], pointer: str, key: str) -> Iterator[Fault]:
    """Each record whose code (the text under `key`) an earlier one of the list has. Other values are passed over."""
    seen: set[str] = set()
    for index, record in enumerate(records):
        value = record.get(key) if isinstance(record, dict) else None
        if isinstance(value, str):
            if value in seen:
                yield Fault(f"{pointer}/{index}/{key}", Code.CODE_TWICE, {"value": value})
            seen.add(value)


def _within(value: Decimal, low: str, high: str | None) -> bool:
    return value >= Decimal(low) and (high is None or value <= Decimal(high))
