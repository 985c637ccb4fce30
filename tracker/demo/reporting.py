"""A year of sample reports of one target: how a body of some character reports, and what the appraisers decide on it.

Pure: days come from the calendar and the random numbers that are given, none from a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from tracker.demo import figures
from tracker.rule.calendar import WorkingCalendar

Record = dict[str, Any]

RETURNED = (
    "Số liệu chưa khớp với hệ thống một cửa điện tử; đề nghị rà soát, báo cáo lại.",
    "Chưa có tài liệu kiểm chứng kèm theo.",
    "Mẫu số chưa gồm hồ sơ chuyển từ kỳ trước sang.",
    "Chưa nêu nguyên nhân và giải pháp khắc phục.",
)
ADJUSTED = "Điều chỉnh theo số liệu trích từ Cổng Dịch vụ công của tỉnh."
REOPENED = "Kết quả kiểm tra đột xuất cho thấy số liệu chưa chính xác."


class Performance(StrEnum):
    """How a body's work on one target turns out."""

    DONE = "done"  # reached in time, or kept in every period
    LATE = "late"  # reached after the deadline; a target to keep: some periods miss the goal
    SHORT = "short"  # never reached; a target to keep: some periods miss the goal
    SILENT = "silent"  # at some point the reports stop


@dataclass(frozen=True, slots=True)
class Character:
    """How a body behaves: of its targets these shares turn out well, late and short, the rest falls silent.

    `tardy`: the share of reports that come late; `returned`: that come back; `corrected`: that get another value.
    """

    done: float
    late: float
    short: float
    tardy: float
    returned: float
    corrected: float

    def performance(self, rng: Random) -> Performance:
        """How one target turns out."""
        wanted = rng.random()
        for performance, share in (
            (Performance.DONE, self.done),
            (Performance.LATE, self.late),
            (Performance.SHORT, self.short),
        ):
            if wanted < share:
                return performance
            wanted -= share
        return Performance.SILENT


KEEPS_WORD = Character(done=0.88, late=0.08, short=0.03, tardy=0.04, returned=0.05, corrected=0.03)
STEADY = Character(done=0.76, late=0.13, short=0.08, tardy=0.09, returned=0.08, corrected=0.05)
TARDY = Character(done=0.68, late=0.20, short=0.08, tardy=0.35, returned=0.10, corrected=0.06)
WEAK = Character(done=0.50, late=0.16, short=0.26, tardy=0.16, returned=0.16, corrected=0.10)
SILENT = Character(done=0.50, late=0.12, short=0.17, tardy=0.20, returned=0.08, corrected=0.04)


@dataclass(frozen=True, slots=True)
class Period:
    """One entry of the reporting calendar, with P: its due day rolled to a working day."""

    code: str
    starts_on: date
    cut_off: date
    due_on: date


@dataclass(frozen=True)
class Reporter:
    """Tells the reports of one target. Nothing is told that lies after the day `until` (none: all is over)."""

    calendar: WorkingCalendar
    periods: Sequence[Period]  # at the target's frequency, in order
    character: Character
    rng: Random
    until: date | None = None

    def tell(self, target: Record, performance: Performance, in_force_from: date) -> list[Record]:
        """The reports of a target, as a package holds them."""
        own = own_periods(target, self.periods, in_force_from)
        if target["shape"] == "keep":
            reports = self._kept(target, performance, own)
        elif target["unit"] == figures.REPORTS:
            reports = self._counted(performance, own)
        else:
            reports = self._way(target, performance, own)
        told = ({**report, "revisions": self._known(report["revisions"])} for report in reports)
        return [report for report in told if report["revisions"]]

    def _kept(self, target: Record, performance: Performance, own: Sequence[Period]) -> list[Record]:
        size = figures.size_of(self.rng, target["code"])
        heard = self._heard(performance, len(own))
        worse = performance in (Performance.LATE, Performance.SHORT)
        bad_share = 0.3 if target.get("judged_by") == "every_period" else 0.7
        bad = {place for place in range(len(own)) if worse and self.rng.random() < bad_share}
        if worse and not bad:
            bad.add(self.rng.randrange(max(1, len(own) // 2)))
        reports = []
        for place, period in enumerate(own[:heard]):
            figure = figures.kept(self.rng, target, size, place not in bad)
            reports.append(self._periodic(period, figure, correctable=worse))
        return reports

    def _counted(self, performance: Performance, own: Sequence[Period]) -> list[Record]:
        """How many of the periodic reports were on time, so far."""
        missed = 0 if performance is Performance.DONE else 1
        counts = [max(0, place + 1 - (missed if place else 0)) for place in range(len(own))]
        heard = self._heard(performance, len(own))
        return [
            self._periodic(period, {"value": str(count)}, correctable=False)
            for period, count in zip(own[:heard], counts, strict=False)
        ]

    def _way(self, target: Record, performance: Performance, own: Sequence[Period]) -> list[Record]:
        starts_on, due_on = date.fromisoformat(target["starts_on"]), deadline(target)
        term = (due_on - starts_on).days
        finish, reached = self._finish(performance, starts_on, due_on)
        heard = self._heard(performance, len(own))
        pace = (finish - starts_on).days if finish else term / reached
        before = [period for period in own[:heard] if finish is None or period.cut_off < finish]
        reports = []
        for period in before:
            days = (min(period.cut_off, due_on if finish is None else period.cut_off) - starts_on).days
            reports.append(self._periodic(period, figures.on_the_way(target, days / pace), correctable=True))
        if finish is not None:
            reports.append(self._finished(target, finish, due_on, own[len(before) :]))
        return reports

    def _finish(self, performance: Performance, starts_on: date, due_on: date) -> tuple[date | None, float]:
        """The day on which the goal is reached; else none, and the share of the way that is gone by the deadline."""
        term = (due_on - starts_on).days
        if performance is Performance.DONE:
            return max(starts_on + timedelta(days=8), due_on - timedelta(days=int(term * self.rng.uniform(0, 0.2)))), 1
        if performance is Performance.LATE:
            return due_on + timedelta(days=self.rng.randint(3, 35)), 1
        return None, self.rng.uniform(0.55, 0.95) if performance is Performance.SHORT else self.rng.uniform(0.3, 0.7)

    def _finished(self, target: Record, finish: date, due_on: date, later: Sequence[Period]) -> Record:
        """The report that says that the goal is reached: on completion, or the next periodic one."""
        period = later[0] if later else None
        if period is None or self.rng.random() < 0.65:
            sent = self.calendar.roll(finish + timedelta(days=self.rng.randint(0, 4)))
            chain = self._chain(sent, {**figures.arrived(target), "as_at": finish.isoformat()}, correctable=False)
            return {"kind": "completion", "revisions": chain}
        figure = figures.arrived(target)
        if period.cut_off > due_on or self.rng.random() < 0.4:
            figure["as_at"] = max(finish, period.starts_on).isoformat()
        return self._periodic(period, figure, correctable=False)

    def _heard(self, performance: Performance, count: int) -> int:
        """How many periods are reported before the reports stop."""
        return self.rng.randint(count // 2, max(count // 2, count - 1)) if performance is Performance.SILENT else count

    def _periodic(self, period: Period, figure: Record, correctable: bool) -> Record:
        due_on = self.calendar.roll(period.due_on)
        if self.rng.random() < self.character.tardy:
            sent = self.calendar.plus(due_on, self.rng.randint(1, 6))
        else:
            sent = self.working_day(period.cut_off, due_on)
        return {"kind": "periodic", "period": period.code, "revisions": self._chain(sent, figure, correctable)}

    def working_day(self, first: date, last: date) -> date:
        """A working day from a day to a day; the last one where there is none."""
        days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
        working = [day for day in days if self.calendar.is_working(day)]
        return self.rng.choice(working) if working else last

    def _chain(self, sent: date, figure: Record, correctable: bool) -> list[Record]:
        """The revisions of a report and the decisions on them, as if all were known."""
        first = revision(1, sent, figure)
        decided = self.calendar.plus(sent, self.rng.randint(1, 6))
        chance = self.rng.random()
        if chance < 0.012:
            first["decisions"] = [decision("recalled", sent)]
            return [first, self._accepted(2, self.calendar.plus(sent, 1), figure)]
        if chance < 0.012 + self.character.returned:
            first["decisions"] = [decision("returned", decided, reason=self.rng.choice(RETURNED))]
            answers = 5 if self.rng.random() < self.character.tardy else 3
            answered = self.calendar.plus(decided, self.rng.randint(1, answers))
            return [first, self._accepted(2, answered, figure)]
        if correctable and chance > 1 - self.character.corrected:
            found = {name: value for name, value in figures.appraised(figure).items() if name != "as_at"}
            if any(figure[name] != value for name, value in found.items()):
                first["decisions"] = [decision("accepted", decided, reason=ADJUSTED, **found)]
                return [first]
        if correctable and chance > 0.992 - self.character.corrected:
            reopened = self.calendar.plus(decided, self.rng.randint(8, 20))
            first["decisions"] = [decision("accepted", decided), decision("reopened", reopened, reason=REOPENED)]
            answered = self.calendar.plus(reopened, self.rng.randint(1, 3))
            return [first, self._accepted(2, answered, figures.appraised(figure))]
        first["decisions"] = [decision("accepted", decided)]
        return [first]

    def _accepted(self, seq: int, sent: date, figure: Record) -> Record:
        decided = self.calendar.plus(sent, self.rng.randint(1, 5))
        return {**revision(seq, sent, figure), "decisions": [decision("accepted", decided)]}

    def _known(self, chain: Sequence[Record]) -> list[Record]:
        """The part of a chain that has happened by `until`."""
        if self.until is None:
            return list(chain)
        last = self.until.isoformat()
        return [
            {**sent, "decisions": [made for made in sent["decisions"] if made["decided_on"] <= last]}
            for sent in chain
            if sent["submitted_on"] <= last
        ]


def own_periods(target: Record, periods: Sequence[Period], in_force_from: date) -> list[Period]:
    """The periods that a target is reported on, where no suspension moves a day (`tracker.rule.days` has the rule)."""
    starts_on, due_on = date.fromisoformat(target["starts_on"]), deadline(target)
    keep = target["shape"] == "keep"
    return [
        period
        for period in periods
        if period.cut_off >= starts_on
        and (period.cut_off if keep else period.starts_on) <= due_on
        and period.due_on >= in_force_from
    ]


def deadline(target: Record) -> date:
    """The last deadline granted."""
    granted = [extension["due_on"] for extension in target.get("extensions", ())]
    return date.fromisoformat(max([target["due_on"], *granted]))


def revision(seq: int, sent: date, figure: Mapping[str, Any]) -> Record:
    """A revision that nobody has decided on."""
    return {"seq": seq, "submitted_on": sent.isoformat(), **figure, "decisions": []}


def decision(outcome: str, on: date, **more: str) -> Record:
    """A decision on a revision."""
    return {"outcome": outcome, "decided_on": on.isoformat(), **more}
