"""What all targets of a programme share: working calendar, reporting calendar, policies. Loaded once for many."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.records import statements
from tracker.compliance.records.fingerprint import FramePrints
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
    _prints: dict[str, FramePrints] = field(default_factory=dict)

    def prints(self, frequency: str) -> FramePrints:
        """The fingerprints of what is shared at a frequency."""
        found = self._prints.get(frequency)
        if found is None:
            found = FramePrints(self.calendar, self.policies, self.periods.get(frequency, ()))
            self._prints[frequency] = found
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
    rows: dict[int, tuple[list[Any], ...]] = {programme_id: ([], [], []) for programme_id in ids}
    for row in session.connection().execute(statements.FRAMES, {"ids": list(ids)}):
        rows[row.programme_id][row.kind].append(row)
    calendars: dict[int, WorkingCalendar] = {}
    found = {}
    for programme_id, (days, policies, periods) in rows.items():
        calendar_id = days[0].calendar_id
        if calendar_id not in calendars:
            off, worked = ([row.starts_on for row in days if row.works is works] for works in (False, True))
            calendars[calendar_id] = WorkingCalendar(off, worked)
        versions = [rule.PolicyVersion(row.starts_on, policy_from(row.values)) for row in policies]
        found[programme_id] = _frame(programme_id, calendars[calendar_id], versions, periods)
    return found


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
