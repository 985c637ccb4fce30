"""The rows of the appraiser's queue: each figure beside the last one, with what makes it worth a second look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.commitments.terms import words
from tracker.home import flags as flagging
from tracker.home import words as home_words
from tracker.home.flags import Flag
from tracker.home.work import answers_return, latest_other
from tracker.progress import appraisal
from tracker.progress.cells.answers import Answered
from tracker.progress.limits import Odd
from tracker.progress.states import CheckCode
from tracker.rule import FigureInForce, View
from tracker.rule.exact import percent


@dataclass(frozen=True)
class Waiting:
    """One report that waits for a decision."""

    report: Any
    target: Any
    agency: Any
    period: Any
    revision: Any
    figure: str
    before: FigureInForce | None  # what it is held against
    last: str  # the same in words
    flags: list[Flag]
    odd: list[Odd]
    asked: Sequence[Answered]  # what checks asked about it before it was sent, with what its body answered
    days: int  # since it was sent

    @property
    def warnings(self) -> list[str]:
        """What is odd about the figure, and the flags in words."""
        return [*(str(one.message) for one in self.odd), *(str(flagging.WORDS[flag]) for flag in self.flags)]

    @property
    def answers(self) -> list[tuple[str, str | None]]:
        """What else was asked about it, each with the body's answer; none: it was sent without one."""
        return [(str(one.sentence), one.answer) for one in self.asked if one.code != CheckCode.ODD or one.answer]

    @property
    def alone(self) -> bool:
        """Whether it is looked at by itself, and never accepted together with others."""
        return bool(self.flags or self.odd or self.asked)


def waiting(
    rows: Iterable[Any], views: Mapping[int, View], on: date, asked: Mapping[int, Sequence[Answered]]
) -> list[Waiting]:
    """Rows of `waiting_for_appraisal` with their last figures, by each target as the day sees it; `asked`: what checks
    asked, by revision."""
    found = []
    for report, target, agency, period, revision in (tuple(row)[:5] for row in rows):
        view = views[target.id]
        last, odd = latest_other(view.figures(), period, on), appraisal.odd(target, view.known.facts, revision)
        raised = flagging.flags(
            worse=flagging.is_worse(
                target.shape,
                target.direction,
                _exact(target.baseline),
                _exact(target.goal),
                amount_of(revision),
                last.value if last else None,
            ),
            not_applicable=revision.not_applicable or revision.denominator == 0,
            again=answers_return(view.known, period),
            completion=period is None,
        )
        found.append(
            Waiting(
                report=report,
                target=target,
                agency=agency,
                period=period,
                revision=revision,
                figure=words.figure(target, revision),
                before=last,
                last=home_words.last_figure(target, last),
                flags=raised,
                odd=odd,
                asked=asked.get(revision.id, ()),
                days=(on - report.sent_on).days,
            )
        )
    return found


def amount_of(revision: Any) -> Fraction | None:
    """A revision's figure as the rule counts it."""
    if revision.value is not None:
        return Fraction(revision.value)
    if revision.numerator is None or revision.denominator is None:
        return None
    return percent(revision.numerator, revision.denominator)


def _exact(figure: Any) -> Fraction | None:
    return None if figure is None else Fraction(figure)
