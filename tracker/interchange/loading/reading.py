"""Reads a package file as a stream and judges it: records without faults one by one, or what is wrong and where.

Commitments pass one at a time, so memory does not grow with their number; the other members are held.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.core.letters import folded
from tracker.interchange.judging import ahead, checks, life_checks, report_checks, schema, target_checks
from tracker.interchange.judging.dossier_checks import Lives
from tracker.interchange.judging.faults import Code, Fault, Remark, step
from tracker.interchange.judging.known import Known, Programme, Record, Signed, agency_of_format_1, working_calendar
from tracker.interchange.judging.scanning import Item, Opened, ScanError, Scanner
from tracker.programmes.policy import policy_from
from tracker.rule.calendar import WorkingCalendar

MOST_FAULTS = 1_000
HELD = ("format", "calendar", "agencies", "programmes")
LIFE = ("templates", "plans", "numbers")  # that are held too, in format 3
STREAMED = ("commitments", "dossiers")
OLDER = (*HELD, "commitments")  # members of formats 1 and 2
ALL = (*HELD, *LIFE, *STREAMED)
Heard = Callable[[int, int], None]  # bytes read, of how many
KINDS = {"agencies": "agency", "programmes": "programme", "templates": "template", "plans": "plan"}


@dataclass(frozen=True, slots=True)
class Part:
    """A record without faults; `kind` is "calendar", "agency", "template", "programme", "plan", "number", "commitment"
    or "dossier", in this order."""

    kind: str
    pointer: str
    record: Record


def read(path: Path, known: Known, heard: Heard = lambda done, of: None) -> Iterator[Fault | Remark | Part]:
    """Faults (the first 1,000), remarks, and the records without faults, in the order of their kinds.

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
    held: dict[str, list[Item]] = field(default_factory=lambda: {key: [] for key in HELD + LIFE})
    agencies: set[str] = field(default_factory=set)
    programmes: dict[str, Programme] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    format: str = ""  # none of the known ones, until one is read
    signed: dict[str, Signed] = field(default_factory=dict)  # by number, of a file with dossiers
    doubted: set[str] = field(default_factory=set)  # numbers of commitments that are at fault themselves
    codes: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)  # of targets: many have the same

    @property
    def older(self) -> bool:
        """Whether the life of a commitment before its signing is no part of the format."""
        return self.format != schema.FORMAT

    def parts(self) -> Iterator[Fault | Remark | Part]:
        """Everything, in order. The file is read twice: programmes may stand behind the commitments that name them."""
        try:
            self._hold()
            yield from self._format()
            yield from self._calendar()
            yield from self._agencies()
            yield from self._templates()
            yield from self._programmes()
            yield from self._plans()
            yield from self._numbers()
            yield from self._streamed()
        except ScanError as error:
            yield error.fault

    def _hold(self) -> None:
        """Read the members that are held, as far into the file as they stand."""
        opened: set[str] = set()
        with self.path.open("rb") as file:
            for event in Scanner(file).members():
                if isinstance(event, Opened):
                    if event.key in STREAMED and opened.issuperset(HELD if self.older else HELD + LIFE):
                        return
                    opened.add(event.key)
                elif event.key in self.held:
                    self.held[event.key].append(event)
                    if event.key == "format" and event.index is None and event.value in schema.FORMATS:
                        self.format = event.value

    def _format(self) -> Iterator[Fault]:
        for item in self.held["format"]:
            if item.index is None and item.value not in schema.FORMATS:
                yield Fault("/format", Code.WRONG_FORMAT, {"allowed": schema.FORMAT})

    def _calendar(self) -> Iterator[Fault | Part]:
        for item in self.held["calendar"]:
            if item.index is not None:
                continue  # told with the other members: it is no object
            faults = _by_schema("calendar", item)
            if not faults:
                self.calendar = working_calendar(item.value)
                faults.extend(checks.calendar(item.value, item.pointer, self.known))
            yield from _judged("calendar", item, faults)

    def _agencies(self) -> Iterator[Fault | Remark | Part]:
        items = self.held["agencies"]
        self.agencies = set(self.known.agencies).union(_codes(items))
        successors: dict[str, list[str]] = {}
        namesakes = checks.Namesakes(self.known)
        for item, faults in self._listed(items, "agencies"):
            taken = item
            if not faults:
                first = self.format == schema.FORMAT_1
                taken = replace(item, value=agency_of_format_1(item.value)) if first else item
                faults.extend(checks.agency(taken.value, item.pointer, self.agencies, successors, self.known))
                yield from namesakes.told(taken.value, item.pointer)
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

    def _templates(self) -> Iterator[Fault | Part]:
        for item, faults in self._listed(self.held["templates"], "templates"):
            if not faults:
                faults.extend(life_checks.template(item.value, item.pointer, self.known))
            yield from _judged("template", item, faults)

    def _plans(self) -> Iterator[Fault | Remark | Part]:
        new = _codes(self.held["programmes"])
        for item, faults in self._listed(self.held["plans"], "plans"):
            if not faults:
                faults.extend(life_checks.plan(item.value, item.pointer, self.agencies, new, self.known))
                yield from life_checks.based(item.value, item.pointer, self.programmes)
            yield from _judged("plan", item, faults)

    def _numbers(self) -> Iterator[Fault | Part]:
        drawn: set[tuple[Any, ...]] = set()
        for item in self.held["numbers"]:
            faults = [Fault(item.pointer, Code.NOT_LIST)] if item.index is None else _by_schema("number", item)
            if not faults:
                faults.extend(life_checks.number(item.value, item.pointer, drawn, self.known))
            yield from _judged("number", item, faults)

    def _listed(self, items: list[Item], key: str) -> Iterator[tuple[Item, list[Fault]]]:
        """The items of a held list, each with what the schema says of it, and whether its code was used before."""
        stored: Iterable[str] = getattr(self.known, key)
        used = {folded(code): code for code in stored}
        in_file: set[str] = set()
        for item in items:
            if item.index is None:
                yield item, [Fault(item.pointer, Code.NOT_LIST)]
                continue
            faults = _by_schema(self._kind(key), item)
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
        kind = KINDS[key]
        if kind == "agency" and self.format == schema.FORMAT_1:
            return "agency_1"
        return "programme_2" if kind == "programme" and self.older else kind

    def _streamed(self) -> Iterator[Fault | Remark | Part]:
        """Commitments and dossiers as they stand in the file; where dossiers stand first, it is read once more."""
        opened: list[str] = []
        lives = self._lives()
        for event in self._events():
            if isinstance(event, Opened):
                opened.append(event.key)
                yield from self._member(event)
            elif event.key == "commitments":
                yield from self._commitment(event)
            elif event.key == "dossiers" and not self.older and "commitments" in opened:
                yield from self._dossier(event, lives)
        members = OLDER if self.older else ALL
        yield from (Fault("", Code.KEY_MISSING, {"key": key}) for key in members if key not in opened)
        if not self.older and [key for key in opened if key in STREAMED] == ["dossiers", "commitments"]:
            for event in self._events():
                if isinstance(event, Item) and event.key == "dossiers":
                    yield from self._dossier(event, lives)

    def _events(self) -> Iterator[Opened | Item]:
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            for event in Scanner(file).members():
                self.heard(file.tell(), size)
                yield event

    def _lives(self) -> Lives:
        items = self.held["templates"]
        versions = {code: len(record["versions"]) for code, record in self.known.templates.items()}
        for item in items:
            code = _text(item.value, "code")
            if code is not None and isinstance(item.value.get("versions"), list):
                versions[code] = len(item.value["versions"])
        return Lives(
            self.known, lambda number: self.signed.get(number) or self.known.signed(number), versions, self.doubted
        )

    def _dossier(self, item: Item, lives: Lives) -> Iterator[Fault | Remark | Part]:
        if item.index is None:
            return
        faults = _by_schema("dossier", item)
        if not faults:
            record, pointer = item.value, item.pointer
            faults.extend(checks.whose(record, pointer, self.agencies, self.programmes))
            if not faults:
                faults.extend(lives.faults(record, pointer, self.programmes[record["programme"]]))
            yield from ahead.moves(record, pointer, self.known.today)
            yield from lives.unknown(record, pointer)
        yield from _judged("dossier", item, faults)

    def _member(self, event: Opened) -> Iterator[Fault]:
        """A member of the document that the format does not know, or that should be a list."""
        if event.key not in (OLDER if self.format and self.older else ALL):
            yield Fault(step("", event.key), Code.UNKNOWN_KEY)
        elif event.key in STREAMED and not event.is_list:
            yield Fault(step("", event.key), Code.NOT_LIST)
        elif event.key == "format" and event.is_list:
            yield Fault("/format", Code.WRONG_FORMAT, {"allowed": schema.FORMAT})
        elif event.key == "calendar" and event.is_list:
            yield Fault("/calendar", Code.NOT_OBJECT)

    def _commitment(self, item: Item) -> Iterator[Fault | Remark | Part]:
        if item.index is None:  # told already: it is no list
            return
        sound = True
        for told in self._judged(item):
            sound = sound and isinstance(told, Remark)
            yield told
        if sound:
            yield Part("commitment", item.pointer, item.value)
        elif (number := _text(item.value, "number")) is not None:
            self.doubted.add(number)

    def _judged(self, item: Item) -> Iterator[Fault | Remark]:
        record, pointer = item.value, item.pointer
        yield from _doubled(item)
        faults = schema.of("commitment_2" if self.older else "commitment").faults(record, pointer)
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
        kind = "target_2" if self.older else "target"
        for index, target in enumerate(targets):
            yield from _target(target, kind, f"{pointer}/targets/{index}", programme, in_force_from, self.known.today)
        if not self.older and not faults:
            codes = frozenset(code for target in targets if (code := _text(target, "code")) is not None)
            days = (record["signed_on"], record["in_force_from"])
            whose = (record["programme"], record["agency"])
            self.signed[record["number"]] = Signed(*whose, *days, self.codes.setdefault(codes, codes))

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
    record: Any, kind: str, pointer: str, programme: Programme | None, in_force_from: str | None, today: date | None
) -> Iterator[Fault | Remark]:
    """What is wrong with one target: by the schema, or else with its terms and its reports; and what is told of it."""
    faults = schema.of(kind).faults(record, pointer)
    if not faults:
        faults = list(target_checks.target(record, pointer, programme))
        if in_force_from is not None and record.get("added_on", in_force_from) < in_force_from:
            faults.append(Fault(f"{pointer}/added_on", Code.ADDED_BEFORE, {"first": in_force_from}))
        # The periods of a target follow from its terms: where these are at fault, no report is held against them.
        judged_from = record.get("added_on", in_force_from) if not faults and in_force_from is not None else None
        yield from faults
        yield from life_checks.asked(record, pointer)
        yield from report_checks.reports(record, pointer, programme, judged_from)
        yield from ahead.facts(record, pointer, today)
    else:
        yield from faults


def _judged(kind: str, item: Item, faults: list[Fault]) -> Iterator[Fault | Part]:
    if faults:
        yield from faults
    else:
        yield Part(kind, item.pointer, item.value)


def _by_schema(kind: str, item: Item) -> list[Fault]:
    return [*_doubled(item), *schema.of(kind).faults(item.value, item.pointer)]


def _doubled(item: Item) -> Iterator[Fault]:
    return (Fault(item.pointer + pointer, Code.DUPLICATE_KEY) for pointer in item.doubled)


def _codes(items: list[Item]) -> set[str]:
    return {code for item in items if (code := _text(item.value, "code")) is not None}


def _text(record: Any, key: str) -> str | None:
    """A text of a record that may be anything."""
    value = record.get(key) if isinstance(record, dict) else None
    return value if isinstance(value, str) else None
