"""Puts a package together around a programme: one body's commitment after the other, each with its sample reports.

Pure: the same for the same calendar and days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tracker.demo import bodies
from tracker.demo.bodies import Body
from tracker.demo.reporting import Character, Performance, Period, Reporter
from tracker.rule.calendar import WorkingCalendar

Record = dict[str, Any]
Change = Callable[[Record], None]  # what befalls one target, written into its record before its reports are told

FORMAT = "commitment-package/1"


@dataclass(frozen=True)
class Year:
    """A programme of the demo with what is told in it. `changes` and `performances` by (body's code, target's code)."""

    code: str
    title: Mapping[str, str]
    starts_on: date
    ends_on: date
    signed_on: date
    periods: Sequence[Record]
    calendar: WorkingCalendar
    until: date | None = None
    changes: Mapping[tuple[str, str], Change] = field(default_factory=dict)
    performances: Mapping[tuple[str, str], Performance] = field(default_factory=dict)

    def record(self) -> Record:
        """The programme as a record of a package."""
        return {
            "code": self.code,
            "title": dict(self.title),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "periods": list(self.periods),
        }

    def at(self, frequency: str) -> list[Period]:
        """The periods of one frequency, each due on P."""
        return [
            Period(
                period["code"],
                date.fromisoformat(period["starts_on"]),
                date.fromisoformat(period["cut_off"]),
                self.calendar.roll(date.fromisoformat(period["due_on"])),
            )
            for period in self.periods
            if period["frequency"] == frequency
        ]

    def commitment(self, number: str, body: Body, character: Character, targets: Iterable[Record]) -> Record:
        """A body's commitment with the reports of each target."""
        return {
            "number": number,
            "programme": self.code,
            "agency": body.code,
            "signed_on": self.signed_on.isoformat(),
            "in_force_from": self.signed_on.isoformat(),
            "targets": [self._told(body, character, target) for target in targets],
        }

    def _told(self, body: Body, character: Character, target: Record) -> Record:
        key = (body.code, target["code"])
        # Each target has its own random numbers: one that changes does not change all that come after it.
        rng = Random(f"{self.code} {body.code} {target['code']}")
        chance = character.performance(rng)
        performance = self.performances.get(key, chance)
        if key in self.changes:
            self.changes[key](target)
        reporter = Reporter(self.calendar, self.at(target["frequency"]), character, rng, self.until)
        reports = reporter.tell(target, performance, self.signed_on)
        if "ended" in target:
            reports = [report for report in reports if _sent(report) < target["ended"]["on"]]
        return {**target, "reports": reports}


def package(calendar: Record, year: Year | None = None, commitments: Sequence[Record] = ()) -> Record:
    """The whole package: the calendar, all bodies, and (unless none is given) a programme with its commitments."""
    return {
        "format": FORMAT,
        "calendar": calendar,
        "agencies": bodies.records(),
        "programmes": [year.record()] if year is not None else [],
        "commitments": list(commitments),
    }


def working_calendar(record: Record) -> WorkingCalendar:
    """The calendar that a record of a package describes."""
    return WorkingCalendar(map(date.fromisoformat, record["off_days"]), map(date.fromisoformat, record["working_days"]))


def _sent(report: Record) -> str:
    """The day on which a report last moved."""
    last = report["revisions"][-1]
    days: list[str] = [last["submitted_on"], *(made["decided_on"] for made in last["decisions"])]
    return max(days)
