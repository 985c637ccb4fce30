"""What a package is judged against: what is stored already and what stood earlier in the file. No database."""

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Period, Policy

Record = Mapping[str, Any]
DAYS = ("starts_on", "cut_off", "due_on")


class Signed(NamedTuple):
    """What the checks of dossiers need of a commitment: whose, of when, and the codes of its targets."""

    programme: str
    agency: str
    signed_on: str
    in_force_from: str
    targets: frozenset[str]


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
        periods = [counting(period) for period in record["periods"]]
        for period in periods:
            days = (day(period[name]) for name in DAYS)
            at_frequency.setdefault(period["frequency"], []).append(Period(period["code"], *days))
        return cls(
            record["code"],
            calendar,
            policy,
            {period["code"]: period for period in periods},
            {name: tuple(sorted(periods, key=lambda p: p.cut_off)) for name, periods in at_frequency.items()},
        )


@dataclass(slots=True)
class Known:
    """What an installation holds. Calendars and agencies are records in the shape of the package."""

    calendars: Mapping[str, Record] = field(default_factory=dict)
    agencies: Mapping[str, Record] = field(default_factory=dict)
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    numbers: Container[str] = frozenset()
    templates: Mapping[str, Record] = field(default_factory=dict)
    plans: Collection[str] = frozenset()  # codes
    drawn: Container[tuple[Any, ...]] = frozenset()  # of the register: symbol, year, number
    dossiers: Container[tuple[str, str]] = frozenset()  # (programme, agency) of a commitment that was not given up
    amended: Container[str] = frozenset()  # numbers of commitments of which an amendment is under way
    frozen: Container[str] = frozenset()  # numbers of documents on their way
    signed: Callable[[str], Signed | None] = lambda number: None
    today: date | None = None  # a fact of a later day is told


@cache
def day(text: str) -> date:
    """The day that a text names. A package names the same few thousand days over and over."""
    return date.fromisoformat(text)


def counting(period: Record) -> Record:
    """A period with the days that count: those of its last change, else its own."""
    changes = period.get("changes")
    return {**period, **{name: changes[-1][name] for name in DAYS}} if changes else period


def same_template(one: Record, other: Record) -> bool:
    """Whether two records of one code have the same versions, whenever they were written."""
    first, second = (
        [{key: value for key, value in version.items() if key != "set_at"} for version in record["versions"]]
        for record in (one, other)
    )
    return first == second


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
