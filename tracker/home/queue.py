"""The rows of the appraiser's queue: each figure beside the last one, with what makes it worth a second look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from tracker.home import flags as flagging
from tracker.home import words
from tracker.home.flags import Flag
from tracker.progress import queries as progress
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
    last: str
    flags: list[Flag]
    days: int  # since it was sent

    @property
    def warnings(self) -> list[str]:
        """The flags in words."""
        return [str(flagging.WORDS[flag]) for flag in self.flags]


def waiting(session: Session, rows: Iterable[Any], on: date) -> list[Waiting]:
    """Rows of `waiting_for_appraisal` with their last figures; two statements for all of them."""
    parts = [tuple(row)[:5] for row in rows]
    figures = progress.sent_figures(session, {target.id for _report, target, *_rest in parts})
    found = []
    for report, target, agency, period, revision in parts:
        before = period.cut_off if period else revision.as_at or revision.submitted_on
        code = period.code if period else None
        earlier = [f for f in figures.get(target.id, []) if f.period_code != code and f.as_at <= before]
        last = earlier[-1] if earlier else None
        raised = flagging.flags(
            worse=flagging.is_worse(
                target.shape,
                target.direction,
                _exact(target.baseline),
                _exact(target.goal),
                _amount(revision),
                last.amount if last else None,
            ),
            not_applicable=revision.not_applicable,
            again=revision.seq > 1,
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
                last=words.amount(target, last.amount) if last else "",
                flags=raised,
                days=(on - report.sent_on).days,
            )
        )
    return found


def _amount(revision: Any) -> Fraction | None:
    if revision.value is not None:
        return Fraction(revision.value)
    if revision.numerator is None or revision.denominator is None:
        return None
    return percent(revision.numerator, revision.denominator)


def _exact(figure: Any) -> Fraction | None:
    return None if figure is None else Fraction(figure)
