"""The figures in force of a target's earlier reports, by which one sees whether another is usual: from what is known,
or from the database in one statement."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.programmes.models import Period
from tracker.progress.cells.checks import LAST, Past
from tracker.progress.models import STANDS, Decision, Report, Revision
from tracker.progress.rules import Entry
from tracker.progress.states import ReportState
from tracker.rule import FigureInForce

Dated = TypeVar("Dated", Past, FigureInForce)
NOTHING = Fraction(0)
Numbers = tuple[Decimal | None, Decimal | None, Decimal | None]


def among(figures: Iterable[FigureInForce], code: str | None, until: date) -> tuple[Past, ...]:
    """Those of the figures in force that are of other reports and hold as of a day until then, the latest last."""
    found = [one for one in figures if one.value is not None and one.report.period != code and one.as_at <= until]
    return tuple(map(_past_of, _latest(found)))


_ACCEPTANCE = sa.and_(Decision.revision_id == Revision.id, Decision.outcome == ReportState.ACCEPTED, STANDS)
_newer = aliased(Revision)
_OF_TARGET = (
    sa.select(
        Revision.as_at,
        Revision.value,
        Revision.numerator,
        Revision.denominator,
        Period.code,
        Period.cut_off,
        Decision.value,
        Decision.numerator,
        Decision.denominator,
    )
    .select_from(Report)
    .join(Revision, Revision.report_id == Report.id)
    .join(Period, Period.id == Report.period_id, isouter=True)
    .join(Decision, _ACCEPTANCE, isouter=True)
    .where(
        Report.target_id == sa.bindparam("target_id", type_=sa.BigInteger),
        Report.state.in_((ReportState.SENT, ReportState.ACCEPTED)),
        Revision.not_applicable.is_(False),
        ~sa.exists().where(_newer.report_id == Revision.report_id, _newer.seq > Revision.seq),
    )
)


def read(session: Session, target_id: int, code: str | None, until: date) -> tuple[Past, ...]:
    """The same as they are stored. One statement."""
    rows = session.connection().execute(_OF_TARGET, {"target_id": target_id})
    found: list[Past] = []
    for as_at, value, numerator, denominator, period, cut_off, *decided in rows:
        day = as_at or cut_off
        if period != code and day <= until:
            sent: Numbers = (value, numerator, denominator)
            numbers = sent if decided == [None, None, None] else (decided[0], decided[1], decided[2])
            amount = Entry(*numbers).amount
            if amount is not None:
                found.append(Past(day, amount, numbers[1], numbers[2]))
    return tuple(_latest(found))


def _past_of(figure: FigureInForce) -> Past:
    counts: Any = figure.revision
    for decision in figure.revision.decisions[-1:]:
        if decision.numerator is not None:
            counts = decision
    return Past(figure.as_at, figure.value or NOTHING, counts.numerator, counts.denominator)


def _latest(found: Iterable[Dated]) -> list[Dated]:
    return sorted(found, key=attrgetter("as_at"))[-LAST - 1 :]
