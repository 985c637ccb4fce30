"""What was typed into a request or a decision, read: what is wanted, why, and what is wrong with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.commitments.rulings import Faults, Kind, Ruling
from tracker.core import letters
from tracker.core.languages import Text, _l
from tracker.core.numbers import DayError, parse_day
from tracker.progress.rules import reason_fault

Typed = Mapping[str, str]
DAYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.EXTENSION: ("due_on",),
    Kind.SUSPENSION: ("from_on", "to_on", "due_on"),
    Kind.END: ("ended_on",),
}
NEEDED: Mapping[Kind, Mapping[str, Text]] = {
    Kind.EXTENSION: {"due_on": _l("Enter the new deadline")},
    Kind.SUSPENSION: {
        "from_on": _l("Enter the first day of the suspension"),
        "to_on": _l("Enter the last day of the suspension"),
    },
    Kind.END: {"ended_on": _l("Enter the day on which the target ends")},
}
FIELDS = ("kind", "due_on", "from_on", "to_on", "ended_on", "reason")


@dataclass(frozen=True, slots=True)
class Read:
    """What was typed, as far as it can be read; `ruling` is none where no kind was chosen."""

    ruling: Ruling | None
    reason: str
    faults: Faults


def read(typed: Typed, kinds: tuple[Kind, ...], blank: Text) -> Read:
    """Read what was typed; `blank` asks for the reason where it is missing."""
    found: Faults = {}
    kind = next((one for one in kinds if one == typed.get("kind")), kinds[0] if len(kinds) == 1 else None)
    if kind is None:
        found["kind"] = _l("Choose what you ask for")
    days: dict[str, date] = {}
    for name in ("due_on", "from_on", "to_on", "ended_on"):
        text = typed.get(name, "").strip()
        if text and kind is not None and name not in DAYS[kind]:
            found["kind"] = _l(
                "A day typed below does not belong to this choice: choose another one, or empty its field"
            )
        if text:
            try:
                days[name] = parse_day(text)
            except DayError as fault:
                found[name] = fault.message
        elif kind is not None and name in NEEDED[kind]:
            found[name] = NEEDED[kind][name]
    reason = typed.get("reason", "")
    wrong = letters.fault(reason) or reason_fault(reason, blank)
    if wrong is not None:
        found["reason"] = wrong
    return Read(Ruling(kind, **days) if kind is not None else None, letters.passage(reason).strip(), found)


def written(day: date | None) -> str:
    """A day as it is typed."""
    return "" if day is None else f"{day:%d/%m}/{day.year:04d}"
