"""What all targets of a programme share: working calendar, reporting calendar, policies. Loaded once for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance import statements
from tracker.compliance.fingerprint import FramePrints
from tracker.programmes.policy import policy_from
from tracker.rule import facts as rule
from tracker.rule.calendar import WorkingCalendar


@dataclass(slots=True)
class Frame:
    """One programme as the rule sees it. `period_codes` finds the code of a period by its row's id."""

    programme_id: int
    calendar: WorkingCalendar
    policies: tuple[rule.PolicyVersion, ...]
    periods: dict[str, tuple[rule.Period, ...]]
    period_codes: dict[int, str]
    period_ids: dict[str, int]
    _prints: dict[tuple[str, date], str] = field(default_factory=dict)
    _of_frequency: dict[str, FramePrints] = field(default_factory=dict)

    def print_of(self, frequency: str, day: date) -> str:
        """Fingerprint of what counts on the day at a frequency; what lies ahead may still change and is left out."""
        found = self._prints.get((frequency, day))
        if found is None:
            prints = self._of_frequency.get(frequency)
            if prints is None:
                prints = FramePrints(self.calendar, self.policies, self.periods.get(frequency, ()))
                self._of_frequency[frequency] = prints
            found = self._prints[(frequency, day)] = prints.on(day)
        return found


class Frames:
    """The frames of programmes, read when first asked for, in a fixed number of statements."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Frame] = {}

    def of(self, programme_ids: Collection[int]) -> dict[int, Frame]:
        """The frame of each programme, by its id."""
        missing = set(programme_ids) - self._known.keys()
        if missing:
            self._known.update(_load(self._session, missing))
        return self._known


def _load(session: Session, ids: set[int]) -> dict[int, Frame]:
    def run(statement: sa.Select[Any], of: Collection[int]) -> Iterable[Any]:
        return session.connection().execute(statement, {"ids": list(of)})

    calendars = {row.id: row.calendar_id for row in run(statements.CALENDARS, ids)}
    off: dict[int, list[date]] = defaultdict(list)
    worked: dict[int, list[date]] = defaultdict(list)
    for calendar_id, day, works in run(statements.DAYS, set(calendars.values())):
        (worked if works else off)[calendar_id].append(day)
    built = {key: WorkingCalendar(off[key], worked[key]) for key in set(calendars.values())}
    policies: dict[int, list[rule.PolicyVersion]] = defaultdict(list)
    for programme_id, from_on, values in run(statements.POLICIES, ids):
        policies[programme_id].append(rule.PolicyVersion(from_on, policy_from(values)))
    periods: dict[int, list[Any]] = defaultdict(list)
    for row in run(statements.PERIODS, ids):
        periods[row.programme_id].append(row)
    return {key: _frame(key, built[calendar_id], policies[key], periods[key]) for key, calendar_id in calendars.items()}


def _frame(programme_id: int, calendar: WorkingCalendar, policies: list[rule.PolicyVersion], rows: list[Any]) -> Frame:
    by_frequency: dict[str, list[rule.Period]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.cut_off, row.code)):
        by_frequency[row.frequency].append(rule.Period(row.code, row.starts_on, row.cut_off, row.due_on))
    return Frame(
        programme_id=programme_id,
        calendar=calendar,
        policies=_in_order(policies),
        periods={frequency: tuple(found) for frequency, found in by_frequency.items()},
        period_codes={row.id: row.code for row in rows},
        period_ids={row.code: row.id for row in rows},
    )


def _in_order(policies: list[rule.PolicyVersion]) -> tuple[rule.PolicyVersion, ...]:
    """The versions by their days. Before the first of them, where it has a day, the rule's defaults count."""
    versions = sorted(policies, key=lambda v: v.from_on or date.min)
    if not versions or versions[0].from_on is not None:
        versions.insert(0, rule.PolicyVersion(None, rule.Policy()))
    return tuple(versions)
