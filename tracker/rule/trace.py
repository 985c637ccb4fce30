"""What a judgment compared and reckoned on its way, written down by the functions that decide while they decide.

Whoever wants no trace gives none, and nothing is written. Figures are text: days in ISO, whole numbers, exact fractions
(“7/9”); a comparison says its two sides, its sign and whether it held, a reckoning what went in and what came out.
`tests/unit/rule/test_trace.py` reckons each of them again from what is written.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from operator import ge, gt, le, lt

from tracker.rule.records import record

SIGNS = {"<": lt, "<=": le, ">": gt, ">=": ge}


class What(StrEnum):
    """What is compared or reckoned; behind each, its names besides `left` and `right`, and its result if it has one."""

    BEGINS = "begins"  # on < the first day that is judged
    ENDED = "ended"  # on >= the day on which it ended
    DONE_BEFORE_END = "done_before_end"  # met_on, or the last cut-off of a whole record < that day
    GOAL_MET = "goal_met"  # the latest figure against the goal; as_at
    MET_IN_TIME = "met_in_time"  # met_on <= D
    PAST_DEADLINE = "past_deadline"  # on > D
    SUSPENDED = "suspended"  # on <= the last day of the suspension that it lies in; from_on
    COMPLETE = "complete"  # on >= the last cut-off of a keep target of which no figure is missing
    KEPT = "kept"  # r >= 1
    SILENT = "silent"  # on > the last day of grace of a period that nothing speaks for; period
    UNANSWERED = "unanswered"  # on > the last day to answer a return; period
    ON_TRACK = "on_track"  # r >= the policy's share
    AT_RISK = "at_risk"  # r >= the policy's share
    RATIO = "ratio"  # value, as_at, baseline, goal, plan: r of a reach or deliverable
    KEPT_RATIO = "kept_ratio"  # value, low, high: r of one figure, or of the whole term; as_at, period
    MEAN_RATIO = "mean_ratio"  # total, count: the mean r
    WAY = "way"  # value, baseline, goal: the share of the way
    DELIVERY_FULL = "delivery_full"  # 100
    DELIVERY_NONE = "delivery_none"  # nothing is delivered: 0
    DELIVERY_RATIO = "delivery_ratio"  # ratio: 100 × r
    DELIVERY_LATE = "delivery_late"  # floor, penalty, days: max(floor, 100 − penalty × days)
    DELIVERY_OVERDUE = "delivery_overdue"  # floor, way: floor × way
    PUNCTUALITY = "punctuality"  # in_time, counted: 100 × in_time / counted
    SCORE = "score"  # delivery, punctuality, weight: (1 − weight) × delivery + weight × punctuality
    SCORE_ALONE = "score_alone"  # delivery


@record(frozen=True, slots=True)
class Line:
    """One comparison (`holds`) or one reckoning (`result`); `rule`: the line of the table of statuses, 0 for scores."""

    rule: int
    what: What
    figures: dict[str, str]
    holds: bool | None = None
    result: str | None = None

    def as_json(self) -> dict[str, object]:
        """Without what it does not have."""
        found: dict[str, object] = {"rule": self.rule, "what": self.what.value, "figures": dict(self.figures)}
        if self.holds is not None:
            found["holds"] = self.holds
        if self.result is not None:
            found["result"] = self.result
        return found


@record(frozen=True, slots=True)
class Timely:
    """One period as punctuality saw it: by when its report was due, when it came, whether it counts, and as in time."""

    period: str
    due_on: date
    sent_on: date | None
    owed: bool
    counted: bool
    in_time: bool

    def as_json(self) -> dict[str, object]:
        return {
            "period": self.period,
            "due_on": self.due_on.isoformat(),
            "sent_on": self.sent_on.isoformat() if self.sent_on is not None else None,
            "owed": self.owed,
            "counted": self.counted,
            "in_time": self.in_time,
        }


Operand = date | Fraction | Decimal | int | str


class Trace:
    """The lines of one judgment, in the order in which they were decided, and the periods with their punctuality."""

    __slots__ = ("lines", "periods")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.periods: list[Timely] = []

    def compared(
        self, rule: int, what: What, left: Operand, sign: str, right: Operand, holds: bool, **more: Operand
    ) -> None:
        """A comparison, with what it came to."""
        figures = {"left": _text(left), "sign": sign, "right": _text(right)}
        self.lines.append(Line(rule, what, figures | _texts(more), holds=holds))

    def reckoned(self, rule: int, what: What, result: Operand, **operands: Operand | None) -> None:
        """A reckoning, with what came of it; an operand that is none is left out."""
        self.lines.append(Line(rule, what, _texts(operands), result=_text(result)))

    def as_json(self) -> dict[str, object]:
        return {
            "lines": [line.as_json() for line in self.lines],
            "periods": [period.as_json() for period in self.periods],
        }


def _texts(operands: Mapping[str, Operand | None]) -> dict[str, str]:
    return {name: _text(operand) for name, operand in operands.items() if operand is not None}


def _text(operand: Operand) -> str:
    if isinstance(operand, date):
        return operand.isoformat()
    return str(Fraction(operand)) if isinstance(operand, Decimal) else str(operand)
