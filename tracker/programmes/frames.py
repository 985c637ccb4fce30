"""What all targets of a programme share: working calendar, reporting calendar, policies. Loaded once for many."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.programmes.models import CalendarDay, Period, PolicyVersion, Programme
from tracker.programmes.policy import policy_from
from tracker.programmes.words import DAYS
from tracker.rule import facts as rule
from tracker.rule.calendar import WorkingCalendar

DIGEST_BYTES = 12
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

_programme = sa.inspect(Programme).local_table.c
_policy = sa.inspect(PolicyVersion).local_table.c
_period = sa.inspect(Period).local_table.c
_day = sa.inspect(CalendarDay).local_table.c

# Of programmes: `kind` says what a row is of, and with it which columns count. A programme has at least its calendar.
_CALENDAR, _POLICY, _PERIOD = range(3)
_COLUMNS = {
    "calendar_id": _programme.calendar_id,
    "works": _day.works,
    "values": _policy["values"],
    **{name: _period[name] for name in ("id", "frequency", "code", "starts_on", "cut_off", "due_on")},
}


def _of_programmes(kind: int, programme_id: Any, columns: dict[str, Any]) -> sa.Select[Any]:
    """A part of _FRAMES: these columns, and none for each other one."""
    all_columns = (columns.get(name, sa.cast(sa.null(), column.type)).label(name) for name, column in _COLUMNS.items())
    return sa.select(sa.literal_column(str(kind), sa.Integer).label("kind"), programme_id, *all_columns)


_FRAMES = sa.union_all(
    _of_programmes(
        _CALENDAR,
        _programme.id.label("programme_id"),
        {"calendar_id": _programme.calendar_id, "works": _day.works, "starts_on": _day.day},
    )
    .join_from(_programme.id.table, _day.day.table, _day.calendar_id == _programme.calendar_id, isouter=True)
    .where(_programme.id.in_(_IDS)),
    _of_programmes(_POLICY, _policy.programme_id, {"starts_on": _policy.from_on, "values": _policy["values"]}).where(
        _policy.programme_id.in_(_IDS)
    ),
    _of_programmes(_PERIOD, _period.programme_id, {**_period, **{name: getattr(Period, name) for name in DAYS}}).where(
        _period.programme_id.in_(_IDS)
    ),
)


class FramePrints:
    """The fingerprints of what a programme's targets at one frequency share, day by day; each day's is told once."""

    def __init__(
        self, calendar: WorkingCalendar, policies: Iterable[rule.PolicyVersion], periods: Iterable[rule.Period]
    ) -> None:
        self._policies = [(version.from_on or date.min, str(version.policy)) for version in policies]
        self._off_days, self._working_days = sorted(calendar.off_days), sorted(calendar.working_days)
        self._off = [f"-{d}" for d in self._off_days]
        self._worked = [f"+{d}" for d in self._working_days]
        self._periods = tuple(periods)
        self._told: dict[date, str] = {}

    def on(self, day: date) -> str:
        """Of what counts on the day; what lies ahead may still change and is left out."""
        found = self._told.get(day)
        if found is None:
            found = self._told[day] = self._tell(day)
        return found

    def _tell(self, day: date) -> str:
        in_force = [policy for from_on, policy in self._policies if from_on <= day]
        parts = [in_force[-1] if in_force else ""]
        parts += self._off[: bisect_right(self._off_days, day)]
        parts += self._worked[: bisect_right(self._working_days, day)]
        # A day that is still ahead may be moved; one that has come may not.
        parts += [
            f"{p.code}|{p.starts_on}|{p.cut_off if p.cut_off <= day else ''}|{p.due_on if p.due_on <= day else ''}"
            for p in self._periods
            if p.starts_on <= day
        ]
        return blake2b("\n".join(parts).encode(), digest_size=DIGEST_BYTES).hexdigest()


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
    for row in session.connection().execute(_FRAMES, {"ids": list(ids)}):
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
