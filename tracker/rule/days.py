"""The rule's words about days: settle, the deadline and D, P, answer_by, and which periods are a target's own.

Section "Words" (suspension, deadline, period) and "Which reports are owed" (whose periods they are) of docs/rule.md.
"""

from bisect import bisect_right
from datetime import date
from typing import Any

from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Extension, Facts, Period, Policy, Shape, Suspension
from tracker.rule.records import record


class Rests:
    """The suspensions known, and what they do to a day."""

    __slots__ = ("calendar", "suspensions")

    def __init__(self, facts: Facts, known: tuple[Suspension, ...]) -> None:
        self.calendar = facts.calendar
        self.suspensions = sorted(known, key=lambda s: (s.from_on, s.to_on))

    def holds(self, day: date) -> bool:
        """Whether the day lies inside a suspension."""
        return any(s.from_on <= day <= s.to_on for s in self.suspensions)

    def covers(self, period: Period) -> bool:
        """Whether the period rests: all its working days lie inside suspensions, all its days where none is worked."""
        if not self.suspensions:
            return False
        days = [period.starts_on + n * ONE_DAY for n in range((period.cut_off - period.starts_on).days + 1)]
        worked = [day for day in days if self.calendar.is_working(day)]
        return all(map(self.holds, worked or days))

    def settle(self, day: date) -> date:
        """The day rolled to a working day, and past every suspension that it falls into."""
        return self.calendar.roll(self.passed(day))

    def passed(self, day: date) -> date:
        """The day, or the one after the last suspension that it falls into when it is rolled."""
        moved = bool(self.suspensions)
        while moved:
            moved = False
            for s in self.suspensions:
                if s.from_on <= self.calendar.roll(day) <= s.to_on:
                    day, moved = s.to_on + ONE_DAY, True
        return day


class Deadline:
    """The deadline in force under the extensions known, D, and who first reached a period.

    D is `passed_on` rolled to a working day: a day that stands as it is whatever becomes of days off ahead.
    """

    __slots__ = ("due_on", "extensions", "passed_on", "settled_on")

    def __init__(self, facts: Facts, known: tuple[Extension, ...], rests: Rests) -> None:
        self.extensions = sorted(known, key=lambda x: (x.granted_on, x.due_on))
        self.due_on = self.extensions[-1].due_on if self.extensions else facts.due_on
        self.passed_on = rests.passed(self.due_on)
        self.settled_on = rests.calendar.roll(self.passed_on)

    def first_reached(self, day: date) -> date | None:
        """The day on which the first extension that reaches this day was granted."""
        return next((x.granted_on for x in self.extensions if x.due_on >= day), None)


@record(frozen=True, slots=True)
class OwnPeriod:
    """A period of the target, with P: the settled day on which its report is due."""

    period: Period
    due_on: date
    grace_ends_on: date  # the last day on which a report due on P is not missed yet
    rests: bool


class Days:
    """What one policy makes of the days of a target, under the suspensions and extensions known."""

    __slots__ = ("answers", "calendar", "deadline", "own", "policy", "rests", "waiting")

    def __init__(self, facts: Facts, policy: Policy, rests: Rests, deadline: Deadline) -> None:
        self.calendar = facts.calendar
        self.policy = policy
        self.rests = rests
        self.deadline = deadline
        self.answers: dict[date, date] = {}
        self.own: tuple[OwnPeriod, ...]
        self.waiting: dict[str, Any]  # by code, what is made of own periods while nothing was sent of them
        self.own, self.waiting = self._own(facts)

    def answer_by(self, returned_on: date) -> date:
        """The last day on which a return or reopening of that day is answered in time."""
        found = self.answers.get(returned_on)
        if found is None:
            found = self.rests.settle(self.calendar.plus(returned_on, self.policy.resubmit_days))
            self.answers[returned_on] = found
        return found

    def changes(self) -> frozenset[date]:
        """The days on which a period changes by itself: cut_off, P, P + 1 and the day after its grace."""
        days: set[date] = set()
        for own in self.own:
            days.update((own.period.cut_off, own.due_on, own.due_on + ONE_DAY, own.grace_ends_on + ONE_DAY))
        return frozenset(days)

    def _own(self, facts: Facts) -> tuple[tuple[OwnPeriod, ...], dict[str, Any]]:
        """The target's own periods, and what is made of them: those of the first target of the same days, where neither
        has days of its own."""
        if self.rests.suspensions or self.deadline.extensions:
            return tuple(self._own_periods(facts)), {}
        days = (facts.starts_on, facts.due_on, facts.in_force_from)
        # Both are kept with what was found, so no other object can have their ids meanwhile.
        key = (id(facts.periods), id(self.policy), facts.shape is Shape.KEEP, *days)
        found = self.calendar.own_periods.get(key)
        if found is None:
            found = (facts.periods, self.policy, tuple(self._own_periods(facts)), {})
            self.calendar.own_periods[key] = found
        return found[2], found[3]

    def _own_periods(self, facts: Facts) -> list[OwnPeriod]:
        keep = facts.shape is Shape.KEEP
        own = []
        for period in facts.periods:
            reached_by = period.cut_off if keep else period.starts_on
            if period.cut_off < facts.starts_on or reached_by > self.deadline.due_on:
                continue
            due_on = self._due_on(facts, period, reached_by)
            if due_on >= facts.in_force_from:
                grace_ends_on = self.calendar.plus(due_on, self.policy.grace_days)
                own.append(OwnPeriod(period, due_on, grace_ends_on, self.rests.covers(period)))
        return sorted(own, key=lambda o: (o.period.cut_off, o.period.starts_on, o.period.code))

    def _due_on(self, facts: Facts, period: Period, reached_by: date) -> date:
        due_on = self.rests.settle(period.due_on)
        if period.starts_on > facts.due_on:
            granted_on = self.deadline.first_reached(reached_by)
            if granted_on is not None:
                due_on = max(due_on, self.answer_by(granted_on))
        return due_on


class PolicyTimeline:
    """The policy versions in order; the first one also counts before its day."""

    __slots__ = ("changes", "policies")

    def __init__(self, facts: Facts) -> None:
        versions = sorted(facts.policies, key=lambda v: v.from_on or date.min)
        self.policies = [v.policy for v in versions] or [Policy()]
        self.changes = [v.from_on or date.min for v in versions[1:]]

    def index_on(self, day: date) -> int:
        return bisect_right(self.changes, day)
