"""What a package is judged against: what is stored already and what stood earlier in the file. No database."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Period, Policy

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Programme:
    """What the checks of targets and reports need of a programme. `periods` is none where its own record is faulty."""

    code: str
    calendar: WorkingCalendar
    policy: Policy = field(default_factory=Policy)
    periods: Mapping[str, Record] | None = None
    at_frequency: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record, calendar: WorkingCalendar, policy: Policy) -> "Programme":
        """From a record without faults."""
        at_frequency: dict[str, list[Period]] = {}
        for period in record["periods"]:
            days = (day(period[name]) for name in ("starts_on", "cut_off", "due_on"))
            at_frequency.setdefault(period["frequency"], []).append(Period(period["code"], *days))
        return cls(
            record["code"],
            calendar,
            policy,
            {period["code"]: period for period in record["periods"]},
            {name: tuple(sorted(periods, key=lambda p: p.cut_off)) for name, periods in at_frequency.items()},
        )


@dataclass(slots=True)
class Known:
    """What an installation holds. Calendars and agencies are records in the shape of the package."""

    calendars: Mapping[str, Record] = field(default_factory=dict)
    agencies: Mapping[str, Record] = field(default_factory=dict)
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    numbers: Container[str] = frozenset()
    today: date | None = None  # a fact of a later day is told


@cache
def day(text: str) -> date:
    """The day that a text names. A package names the same few thousand days over and over."""
    return date.fromisoformat(text)


def working_calendar(record: Record) -> WorkingCalendar:
    """The calendar that a record describes."""
    return WorkingCalendar(map(day, record["off_days"]), map(day, record["working_days"]))


def same_calendar(one: Record, other: Record) -> bool:
    """Whether two records of one name hold the same days."""
    return all(set(one[key]) == set(other[key]) for key in ("off_days", "working_days"))


def agency_of_format_1(record: Record) -> Record:
    """A body of format 1 as this format has it: its kind and group since its beginning."""
    told = {key: record[key] for key in ("kind", "peer_group") if key in record}
    return {key: value for key, value in record.items() if key not in told} | {"classifications": [told]}


def same_agency(one: Record, other: Record) -> bool:
    """Whether two records of one code say the same; what may be absent is then none."""
    return (
        all(one[key] == other[key] for key in ("code", "name"))
        and all(one.get(key) == other.get(key) for key in ("exists_from", "exists_to"))
        and list(map(_classified, one["classifications"])) == list(map(_classified, other["classifications"]))
        and list(one.get("successors", ())) == list(other.get("successors", ()))
    )


def _classified(record: Record) -> tuple[Any, ...]:
    return tuple(record.get(key) for key in ("from", "kind", "peer_group"))
