"""Reads a package file as a stream and judges it: records without faults one by one, or what is wrong and where.

Commitments pass one at a time, so memory does not grow with their number; the other members are held.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.core.letters import folded
from tracker.interchange import ahead, checks, report_checks, schema, target_checks
from tracker.interchange.faults import Code, Fault, Remark, step
from tracker.interchange.known import Known, Programme, Record, agency_of_format_1, working_calendar
from tracker.interchange.scanning import Item, Opened, ScanError, Scanner
from tracker.programmes.policy import policy_from
from tracker.rule.calendar import WorkingCalendar

MOST_FAULTS = 1_000
HELD = ("format", "calendar", "agencies", "programmes")
Heard = Callable[[int, int], None]  # bytes read, of how many
KINDS = {"agencies": "agency", "programmes": "programme"}


@dataclass(frozen=True, slots=True)
class Part:
    """A record without faults; `kind` is "calendar", "agency", "programme" or "commitment", in this order."""

    kind: str
    pointer: str
    record: Record


def read(path: Path, known: Known, heard: Heard = lambda done, of: None) -> Iterator[Fault | Remark | Part]:
    """Faults (the first 1,000), remarks, and the records without faults: calendar, agencies, programmes, commitments.

    A package is good only if no fault came by the end: who stores parts as they come must be able to take them back.
    `heard` hears how far the reading of the commitments is. Raises OSError where the file cannot be opened.
    """
    faults = 0
    for found in Reading(path, known, heard).parts():
        yield found
        faults += isinstance(found, Fault)
        if faults == MOST_FAULTS:
            return


@dataclass
class Reading:
    """One reading of one file: the members that are held, and the codes and numbers met so far."""

    path: Path
    known: Known
    heard: Heard
    held: dict[str, list[Item]] = field(default_factory=lambda: {key: [] for key in HELD})
    agencies: set[str] = field(default_factory=set)
    programmes: dict[str, Programme] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    older: bool = False  # in format 1

    def parts(self) -> Iterator[Fault | Remark | Part]:
        """Everything, in order. The file is read twice: programmes may stand behind the commitments that name them."""
        try:
            self._hold()
            yield from self._format()
            yield from self._calendar()
            yield from self._agencies()
            yield from self._programmes()
            yield from self._commitments()
        except ScanError as error:
            yield error.fault

    def _hold(self) -> None:
        """Read the members that are held, as far into the file as they stand."""
        opened: set[str] = set()
        with self.path.open("rb") as file:
            for event in Scanner(file).members():
                if isinstance(event, Opened):
                    if event.key == "commitments" and opened.issuperset(HELD):
                        return
                    opened.add(event.key)
                elif event.key in HELD:
                    self.held[event.key].append(event)

    def _format(self) -> Iterator[Fault]:
        for item in self.held["format"]:
            self.older = item.index is None and item.value == schema.FORMAT_1
            if item.index is None and item.value not in (schema.FORMAT, schema.FORMAT_1):
                yield Fault("/format", Code.WRONG_FORMAT, {"allowed": schema.FORMAT})

    def _calendar(self) -> Iterator[Fault | Part]:
        for item in self.held["calendar"]:
            if item.index is not None:
                continue  # told with the other members: it is no object
            faults = [*_doubled(item), *schema.of("calendar").faults(item.value, item.pointer)]
            if not faults:
                self.calendar = working_calendar(item.value)
                faults.extend(checks.calendar(item.value, item.pointer, self.known))
            yield from _judged("calendar", item, faults)

    def _agencies(self) -> Iterator[Fault | Part]:
        items = self.held["agencies"]
        self.agencies = set(self.known.agencies).union(_codes(items))
        successors: dict[str, list[str]] = {}
        for item, faults in self._listed(items, "agencies"):
            taken = item
            if not faults:
                taken = replace(item, value=agency_of_format_1(item.value)) if self.older else item
                faults.extend(checks.agency(taken.value, item.pointer, self.agencies, successors, self.known))
                successors[item.value["code"]] = item.value.get("successors", [])
            yield from _judged("agency", taken, faults)

    def _programmes(self) -> Iterator[Fault | Part]:
        items = self.held["programmes"]
        self.programmes = {**self.known.programmes}
        # One that is itself at fault is known all the same: its commitments must not be told that there is none.
        self.programmes.update({code: Programme(code, self.calendar) for code in _codes(items)})
        for item, faults in self._listed(items, "programmes"):
            if not faults:
                faults.extend(checks.programme(item.value, item.pointer, self.known))
            if not faults:
                policy = policy_from(item.value.get("policy"))
                self.programmes[item.value["code"]] = Programme.of(item.value, self.calendar, policy)
            yield from _judged("programme", item, faults)

    def _listed(self, items: list[Item], key: str) -> Iterator[tuple[Item, list[Fault]]]:
        """The items of a held list, each with what the schema says of it, and whether its code was used before."""
        stored = self.known.agencies if key == "agencies" else self.known.programmes
        used = {folded(code): code for code in stored}
        in_file: set[str] = set()
        for item in items:
            if item.index is None:
                yield item, [Fault(item.pointer, Code.NOT_LIST)]
                continue
            faults = [*_doubled(item), *schema.of(self._kind(key)).faults(item.value, item.pointer)]
            code = _text(item.value, "code")
            if code is not None:
                first = used.setdefault(folded(code), code)
                if code in in_file:
                    faults.append(Fault(f"{item.pointer}/code", Code.CODE_TWICE, {"value": code}))
                elif first != code:
                    told = {"value": code, "other": first}
                    faults.append(Fault(f"{item.pointer}/code", Code.CODE_OTHER_CASE, told))
                in_file.add(code)
            yield item, faults

    def _kind(self, key: str) -> str:
        return "agency_1" if self.older and key == "agencies" else KINDS[key]

    def _commitments(self) -> Iterator[Fault | Remark | Part]:
        opened: set[str] = set()
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            for event in Scanner(file).members():
                self.heard(file.tell(), size)
                if isinstance(event, Item):
                    if event.key == "commitments":
                        yield from self._commitment(event)
                    continue
                opened.add(event.key)
                yield from _member(event)
        for key in (*HELD, "commitments"):
            if key not in opened:
                yield Fault("", Code.KEY_MISSING, {"key": key})

    def _commitment(self, item: Item) -> Iterator[Fault | Remark | Part]:
        if item.index is None:  # told already: it is no list
            return
        sound = True
        for told in self._judged(item):
            sound = sound and isinstance(told, Remark)
            yield told
        if sound:
            yield Part("commitment", item.pointer, item.value)

    def _judged(self, item: Item) -> Iterator[Fault | Remark]:
        record, pointer = item.value, item.pointer
        yield from _doubled(item)
        faults = schema.of("commitment").faults(record, pointer)
        yield from faults
        if not faults:
            yield from checks.commitment(record, pointer, self.agencies, self.programmes)
            yield from ahead.signed(record, pointer, self.known.today)
        yield from self._number(record, pointer)
        targets = record.get("targets") if isinstance(record, dict) else None
        if not isinstance(targets, list):
            return
        yield from checks.twice(targets, f"{pointer}/targets", "code")
        programme = self.programmes.get(_text(record, "programme") or "")
        in_force_from = None if faults else record["in_force_from"]
        for index, target in enumerate(targets):
            yield from _target(target, f"{pointer}/targets/{index}", programme, in_force_from, self.known.today)

    def _number(self, record: Any, pointer: str) -> Iterator[Fault]:
        number = _text(record, "number")
        if number is None:
            return
        if number in self.numbers:
            yield Fault(f"{pointer}/number", Code.CODE_TWICE, {"value": number})
        elif number in self.known.numbers:
            yield Fault(f"{pointer}/number", Code.CODE_USED, {"value": number})
        self.numbers.add(number)


def _target(
    record: Any, pointer: str, programme: Programme | None, in_force_from: str | None, today: date | None
) -> Iterator[Fault | Remark]:
    """What is wrong with one target: by the schema, or else with its terms and its reports; and what is told of it."""
    faults = schema.of("target").faults(record, pointer)
    if not faults:
        faults = list(target_checks.target(record, pointer, programme))
        # The periods of a target follow from its terms: where these are at fault, no report is held against them.
        judged_from = in_force_from if not faults else None
        yield from faults
        yield from report_checks.reports(record, pointer, programme, judged_from)
        yield from ahead.facts(record, pointer, today)
    else:
        yield from faults


def _member(event: Opened) -> Iterator[Fault]:
    """A member of the document that the format does not know, or that should be a list."""
    if event.key not in HELD and event.key != "commitments":
        yield Fault(step("", event.key), Code.UNKNOWN_KEY)
    elif event.key == "commitments" and not event.is_list:
        yield Fault("/commitments", Code.NOT_LIST)
    elif event.key == "format" and event.is_list:
        yield Fault("/format", Code.WRONG_FORMAT, {"allowed": schema.FORMAT})
    elif event.key == "calendar" and event.is_list:
        yield Fault("/calendar", Code.NOT_OBJECT)


def _judged(kind: str, item: Item, faults: list[Fault]) -> Iterator[Fault | Part]:
    if faults:
        yield from faults
    else:
        yield Part(kind, item.pointer, item.value)


def _doubled(item: Item) -> Iterator[Fault]:
    return (Fault(item.pointer + pointer, Code.DUPLICATE_KEY) for pointer in item.doubled)


def _codes(items: list[Item]) -> set[str]:
    return {code for item in items if (code := _text(item.value, "code")) is not None}


def _text(record: Any, key: str) -> str | None:
    """A text of a record that may be anything."""
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, str) else None
