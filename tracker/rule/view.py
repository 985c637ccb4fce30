"""One day of what is known, for whoever asks several things of it: the stretch is found once.

And the same day with one report sent besides: only what rests on reports is reckoned anew.
"""

from datetime import date

from tracker.rule.assess import FigureInForce, OwedPeriod, figures_at, owed_at
from tracker.rule.changes import Answer, judge
from tracker.rule.facts import Report
from tracker.rule.ledger import Known
from tracker.rule.plan import Measure
from tracker.rule.reasons import Reason, reason
from tracker.rule.stretch import Stretch, Stretches


class View:
    """What is known, seen from a day."""

    __slots__ = ("_stretches", "at", "known", "on")

    def __init__(self, known: Known, on: date, stretches: Stretches | None = None) -> None:
        self.known = known
        self.on = on
        self._stretches = stretches or Stretches()
        self.at: Stretch = self._stretches.at(known, on)

    @property
    def measure(self) -> Measure:
        """The terms in force on the day."""
        return self.at.measure

    def figures(self) -> list[FigureInForce]:
        """The figures in force on the day, in the rule's order."""
        return figures_at(self.at, self.on)

    def owed(self, code: str) -> OwedPeriod | None:
        """One period of the target as the day sees it; none where it is none of its own."""
        found = (duty for duty in self.at.duties if duty.own.period.code == code)
        return next((owed_at(self.at, duty, self.on) for duty in found), None)

    def judged(self) -> Answer:
        """What is said of the target on the day."""
        return judge(self.at, self.on)[0]

    def answer(self) -> tuple[Answer, Reason]:
        """What is said of the target on the day, and why."""
        answer, found = judge(self.at, self.on)
        return answer, reason(self.at, self.on, found)

    def sending(self, report: Report, day: date) -> "View":
        """A day on which this report stands as well, instead of that of its period."""
        then = self.known.ledger.beside(report).known(day)
        return View(then, day, self._stretches.beside(self.at))
